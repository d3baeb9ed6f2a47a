"""Posts, booths; telephones of branches and authorities."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from legalaid.directory.branch_rules import code_from
from legalaid.directory.models import Authority, Booth, Branch, Post
from legalaid.directory.place_writing import locked_place, one_line, write_changes
from legalaid.directory.policies import get_managed_authority, get_managed_branch
from legalaid.directory.states import BoothKind
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
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


BOOTH_FLAGS = ("step_free", "induction_loop", "scanner", "printer")


def save_booth(
    *, branch_id: int, booth_id: int | None, name: str, kind: str, flags: Mapping[str, bool], actor: Actor,
    now: datetime,
) -> Booth:  # fmt: skip
    """Add a booth to a branch, or write what one of its booths is and has; `flags` are BOOTH_FLAGS. For the office.

    Raises NotFound, PlaceRefused.
    """
    with transaction.atomic(durable=True):
        branch = get_managed_branch(actor, branch_id)
        if kind not in BoothKind.values:
            raise NotFound
        wanted = {
            "name": one_line(name, 120, "name"),
            "kind": kind,
            **{flag: bool(flags.get(flag)) for flag in BOOTH_FLAGS},
        }
        if booth_id is None:
            taken = set(Booth.objects.order_by("id").values_list("code", flat=True))
            booth = Booth.objects.create(branch=branch, code=code_from(f"{branch.code} {name}", taken), **wanted)
            record(kind="booth", subject=booth.pk, action="add", actor=actor, at=now, after="open")
        else:
            booth = locked_place(Booth.objects.filter(pk=booth_id, branch=branch))
            write_changes(booth, "booth", wanted, actor, now)
        publish_on_commit("office")
    return booth
