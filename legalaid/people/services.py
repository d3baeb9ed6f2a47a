"""Writes about people."""

import hashlib
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from legalaid.journal.services import Entry, entry, record, write
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.kernel.sql import fetch_one
from legalaid.people.models import Citizen, Consent, ConsentDocument
from legalaid.people.rules import Contact
from legalaid.people.states import Channel, ConsentKind

_RECORD = """
    WITH known AS (
        SELECT id FROM people_citizen WHERE same AND upper(name) = upper(%(name)s) ORDER BY id LIMIT 1
    ), made AS (
        INSERT INTO people_citizen (name, phone, email, created_at)
        SELECT %(name)s, %(phone)s, %(email)s, %(now)s WHERE NOT EXISTS (SELECT FROM known) RETURNING id
    ), document AS (
        SELECT id, version FROM people_consentdocument WHERE kind = %(kind)s ORDER BY version DESC LIMIT 1
    ), given AS (
        INSERT INTO people_consent (citizen_id, document_id, channel, given_at)
        SELECT citizen.id, document.id, %(channel)s, %(now)s
        FROM (TABLE known UNION ALL TABLE made) AS citizen, document RETURNING id, citizen_id, document_id
    )
    SELECT given.id, given.citizen_id, given.document_id, document.version FROM given, document
"""
# A person is known again by her very name and telephone, or e-mail when she left no telephone.
_RECORD_BY_PHONE = _RECORD.replace("same", "phone = %(phone)s AND phone <> ''")
_RECORD_BY_EMAIL = _RECORD.replace("same", "email = %(email)s AND email <> ''")


class ConsentMissing(DomainError):
    """Nothing about a person is stored before she agreed to it."""

    code = "consent"
    field = "consent"
    text = _("Без согласия на обработку персональных данных мы не можем записать вас.")


def record_citizen(*, contact: Contact, consent: bool, channel: Channel, actor: Actor, now: datetime) -> Citizen:
    """Find or make the citizen and write down her consent, inside the caller's transaction. Raises ConsentMissing."""
    citizen, given = take_consent(contact=contact, consent=consent, channel=channel, actor=actor, now=now)
    write(given)
    return citizen


def take_consent(
    *, contact: Contact, consent: bool, channel: Channel, actor: Actor, now: datetime
) -> tuple[Citizen, Entry]:
    """The same, but the caller writes the entry of the journal together with its own."""
    if not consent:
        raise ConsentMissing
    row = fetch_one(
        _RECORD_BY_PHONE if contact.phone else _RECORD_BY_EMAIL,
        name=contact.name, phone=contact.phone, email=contact.email, kind=ConsentKind.PROCESSING.value,
        channel=channel.value, now=now,
    )  # fmt: skip
    if row is None:
        raise ConsentDocument.DoesNotExist
    consent_id, citizen_id, document_id, version = row
    given = entry(kind="consent", subject=consent_id, action="give", actor=actor, at=now, after="given",
                  data={"document": document_id, "version": version})  # fmt: skip
    return Citizen(pk=citizen_id, name=contact.name, phone=contact.phone, email=contact.email), given


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
