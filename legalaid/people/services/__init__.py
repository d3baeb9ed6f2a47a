"""Writes about people: citizens and their consents; the staff and who works where."""

from legalaid.people.services.consents import (
    GIVEN,
    GIVEN_LATER,
    ConsentMissing,
    consent_entry,
    consent_parts,
    consent_taken,
    publish_consent_document,
    record_citizen,
    revoke,
)  # fmt: skip
from legalaid.people.services.staff import (
    SEEN_EVERY,
    StaffRefused,
    be_seen,
    end_role,
    invite,
    leave,
    resend_invitation,
    stay,
    withdraw_invitation,
)  # fmt: skip

__all__ = [
    "GIVEN",
    "GIVEN_LATER",
    "SEEN_EVERY",
    "ConsentMissing",
    "StaffRefused",
    "be_seen",
    "consent_entry",
    "consent_parts",
    "consent_taken",
    "end_role",
    "invite",
    "leave",
    "publish_consent_document",
    "record_citizen",
    "resend_invitation",
    "revoke",
    "stay",
    "withdraw_invitation",
]
