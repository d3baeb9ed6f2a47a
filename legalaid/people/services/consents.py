"""Citizens and what they agreed to."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from legalaid.journal.services import LATER, Entry, entry, record, write
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.kernel.sql import Part, fetch_together
from legalaid.people.models import Citizen, Consent, ConsentDocument
from legalaid.people.rules import Contact
from legalaid.people.states import Channel, ConsentKind

# A person is known again by her very name and telephone, or e-mail when she left no telephone.
_KNOWN_BY_PHONE = """
    SELECT id FROM people_citizen WHERE phone = %(phone)s AND phone <> '' AND upper(name) = upper(%(name)s)
    ORDER BY id LIMIT 1
"""
_KNOWN_BY_EMAIL = _KNOWN_BY_PHONE.replace("phone", "email")
_MADE = """
    INSERT INTO people_citizen (name, phone, email, created_at)
    SELECT %(name)s, %(phone)s, %(email)s, %(now)s WHERE NOT EXISTS (SELECT FROM known) RETURNING id
"""
_DOCUMENT = "SELECT id, version FROM people_consentdocument WHERE kind = %(kind)s ORDER BY version DESC LIMIT 1"
_GIVEN = """
    INSERT INTO people_consent (citizen_id, document_id, channel, given_at)
    SELECT citizen.id, document.id, %(channel)s, %(now)s
    FROM (TABLE known UNION ALL TABLE made) AS citizen, document
    RETURNING id, citizen_id, document_id, (SELECT version FROM document) AS version
"""


class ConsentMissing(DomainError):
    """Nothing about a person is stored before she agreed to it."""

    code = "consent"
    field = "consent"
    text = _("Без согласия на обработку персональных данных мы не можем записать вас.")


def record_citizen(*, contact: Contact, consent: bool, channel: Channel, actor: Actor, now: datetime) -> Citizen:
    """Find or make the citizen and write down her consent, inside the caller's transaction. Raises ConsentMissing."""
    parts = consent_parts(contact=contact, consent=consent, channel=channel, now=now)
    given = Given.of(fetch_together(*parts, last=f"SELECT {GIVEN} FROM given"))  # noqa: S608 - our own names
    write(consent_entry(given=given, actor=actor, now=now))
    return Citizen(pk=given.citizen_id, name=contact.name, phone=contact.phone, email=contact.email)


class Given(NamedTuple):
    """A consent as the statement that made it tells of it."""

    consent: Any
    citizen_id: Any
    document: Any
    version: Any

    @classmethod
    def of(cls, row: Sequence[Any] | None) -> "Given":
        """From a row that begins with GIVEN. Raises ConsentDocument.DoesNotExist."""
        if row is None:
            raise ConsentDocument.DoesNotExist
        return cls(*row[:4])


GIVEN = "given.id, given.citizen_id, given.document_id, given.version"
"""The columns that `Given` wants."""
GIVEN_LATER = Given(*(LATER.format(column) for column in GIVEN.split(", ")))
"""What stands for them in the journal until the statement that makes the consent."""
GIVEN_TOLD = ("given.id", "given.document_id", "given.version")
"""Those of them that the journal tells."""


def consent_parts(*, contact: Contact, consent: bool, channel: Channel, now: datetime) -> list[Part]:
    """The same as parts of a larger statement; the last, `given`, returns GIVEN. Raises ConsentMissing."""
    if not consent:
        raise ConsentMissing
    return [
        Part("known", _KNOWN_BY_PHONE if contact.phone else _KNOWN_BY_EMAIL,
             {"name": contact.name, "phone": contact.phone, "email": contact.email}),
        Part("made", _MADE, {"now": now}),
        Part("document", _DOCUMENT, {"kind": ConsentKind.PROCESSING.value}),
        Part("given", _GIVEN, {"channel": channel.value}),
    ]  # fmt: skip


def consent_entry(*, given: Given, actor: Actor, now: datetime) -> Entry:
    """The journal's entry of a consent, which the caller writes with its own."""
    return entry(kind="consent", subject=given.consent, action="give", actor=actor, at=now, after="given",
                 data={"document": given.document, "version": given.version})  # fmt: skip


def revoke(*, consent: Consent, actor: Actor, now: datetime) -> None:
    """Write down that a consent is revoked, inside the caller's transaction; the row stays as proof."""
    consent.revoked_at = now
    consent.save(update_fields=["revoked_at"])
    record(kind="consent", subject=consent.pk, action="revoke", actor=actor, at=now, before="given", after="revoked")


def publish_consent_document(*, kind: ConsentKind, text: str, actor: Actor, now: datetime) -> ConsentDocument:
    """Make `text` the newest version of a consent, unless it already is; inside the caller's transaction."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    newest = ConsentDocument.objects.filter(kind=kind).order_by("-version").first()
    if newest and newest.digest == digest:
        return newest
    version = newest.version + 1 if newest else 1
    document = ConsentDocument.objects.create(kind=kind, version=version, text=text, digest=digest)
    record(kind="consent_document", subject=document.pk, action="publish", actor=actor, at=now, after=str(version))
    return document
