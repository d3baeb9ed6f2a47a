"""Posts of authorities; telephones of branches and authorities."""

from datetime import datetime

from django.db import transaction

from legalaid.directory.models import Authority, Branch, Post
from legalaid.directory.policies import get_managed_authority, get_managed_branch
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.people.rules import clean_phone


def add_post(*, authority_id: int, name: str, actor: Actor, now: datetime) -> Post:
    """Give an authority one more post; asking for one that exists returns it."""
    with transaction.atomic(durable=True):
        post, made = Post.objects.get_or_create(authority_id=authority_id, name=name)
        if made:
            record(kind="post", subject=post.pk, action="add", actor=actor, at=now, after="open")
    return post


def set_branch_phone(*, branch_id: int, phone: str, actor: Actor, now: datetime) -> Branch:
    """Say where people call the centre when nothing else works; '' = the installation's number. For the office.

    Raises NotFound, ContactRefused.
    """
    with transaction.atomic(durable=True):
        branch = get_managed_branch(actor, branch_id)
        _set_phone(branch, "branch", phone, actor, now)
    return branch


def set_authority_phone(*, authority_id: int, phone: str, actor: Actor, now: datetime) -> Authority:
    """The same for an authority; for its coordinators and the office. Raises NotFound, ContactRefused."""
    with transaction.atomic(durable=True):
        authority = get_managed_authority(actor, authority_id)
        _set_phone(authority, "authority", phone, actor, now)
    return authority


def _set_phone(place: Branch | Authority, kind: str, phone: str, actor: Actor, now: datetime) -> None:
    before, place.phone = place.phone, clean_phone(phone)
    if place.phone != before:
        place.save(update_fields=["phone"])
        record(kind=kind, subject=place.pk, action="phone", actor=actor, at=now, before=before, after=place.phone)
