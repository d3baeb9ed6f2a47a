"""Posts and details of authorities, booths; telephones of branches and authorities."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from legalaid.directory.branch_rules import code_from
from legalaid.directory.models import Authority, Booth, Branch, Post
from legalaid.directory.policies import get_managed_authority, get_managed_branch, may_keep_network
from legalaid.directory.states import BoothKind, Level
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.people.rules import clean_email, clean_phone


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


Row = TypeVar("Row", Booth, Authority)


class PlaceRefused(DomainError):
    """Something of a booth or an authority cannot be as written; `field` says which."""

    code = "place"


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
            "name": _text(name, 120, "name"),
            "kind": kind,
            **{flag: bool(flags.get(flag)) for flag in BOOTH_FLAGS},
        }
        if booth_id is None:
            taken = set(Booth.objects.order_by("id").values_list("code", flat=True))
            booth = Booth.objects.create(branch=branch, code=code_from(f"{branch.code} {name}", taken), **wanted)
            record(kind="booth", subject=booth.pk, action="add", actor=actor, at=now, after="open")
        else:
            booth = _locked(Booth.objects.filter(pk=booth_id, branch=branch))
            _write(booth, "booth", wanted, actor, now)
        publish_on_commit("office")
    return booth


def set_authority(
    *, authority_id: int, name: str, short: str, plain: str, level: str, address: str, phone: str, email: str,
    actor: Actor, now: datetime,
) -> Authority:  # fmt: skip
    """Write what an authority is called, whose it is and how to reach it. For the office.

    Raises NotFound, PlaceRefused, ContactRefused.
    """
    with transaction.atomic(durable=True):
        if not may_keep_network(actor) or level not in Level.values:
            raise NotFound
        authority = _locked(Authority.objects.filter(pk=authority_id))
        wanted = {
            "name": _text(name, 300, "name"), "short": _text(short, 160, "short"), "plain": _text(plain, 120, "plain"),
            "level": level, "address": " ".join(address.split())[:300], "phone": clean_phone(phone),
            "email": clean_email(email),
        }  # fmt: skip
        _write(authority, "authority", wanted, actor, now)
        publish_on_commit("office")
    return authority


def _locked(rows: "QuerySet[Row]") -> Row:
    found = rows.select_for_update(of=("self",)).order_by("id").first()
    if found is None:
        raise NotFound
    return found


def _write(row: Booth | Authority, kind: str, wanted: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not changed:
        return
    data = {name: [str(getattr(row, name)), str(value)] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    record(kind=kind, subject=row.pk, action="set", actor=actor, at=now, data=data)


def _text(text: str, most: int, field: str) -> str:
    found = " ".join(text.replace("\x00", "").split())
    if not found or len(found) > most:
        raise PlaceRefused(_("Слишком длинно.") if found else _("Заполните это поле."), field)
    return found
