"""Writes about people."""

import hashlib
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.people.models import Citizen, Consent, ConsentDocument
from legalaid.people.queries import current_consent_document, same_citizen
from legalaid.people.rules import Contact
from legalaid.people.states import Channel, ConsentKind


class ConsentMissing(DomainError):
    """Nothing about a person is stored before she agreed to it."""

    code = "consent"
    field = "consent"
    text = _("Без согласия на обработку персональных данных мы не можем записать вас.")


def record_citizen(*, contact: Contact, consent: bool, channel: Channel, actor: Actor, now: datetime) -> Citizen:
    """Find or make the citizen and write down her consent, inside the caller's transaction. Raises ConsentMissing."""
    if not consent:
        raise ConsentMissing
    citizen = same_citizen(contact)
    if citizen is None:
        citizen = Citizen.objects.create(name=contact.name, phone=contact.phone, email=contact.email, created_at=now)
    document = current_consent_document()
    given = Consent.objects.create(citizen=citizen, document=document, channel=channel, given_at=now)
    record(kind="consent", subject=given.pk, action="give", actor=actor, at=now, after="given",
           data={"document": document.pk, "version": document.version})  # fmt: skip
    return citizen


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
