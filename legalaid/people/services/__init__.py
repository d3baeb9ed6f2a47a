"""Writes about people: citizens and their consents; the staff and who works where."""

from legalaid.people.services.consents import (
    GIVEN,
    GIVEN_LATER,
    GIVEN_TOLD,
    ConsentMissing,
    Given,
    consent_entry,
    consent_parts,
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
    "GIVEN_TOLD",
    "SEEN_EVERY",
    "ConsentMissing",
    "Given",
    "StaffRefused",
    "be_seen",
    "consent_entry",
    "consent_parts",
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
