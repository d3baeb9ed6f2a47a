"""Authorities as the office adds and keeps them; nothing of one is public before an agreement with it is in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from legalaid.directory.branch_rules import code_from
from legalaid.directory.models import Authority, Post
from legalaid.directory.place_writing import locked_place, one_line, write_changes
from legalaid.directory.policies import may_keep_network
from legalaid.directory.refusals import ChangedMeanwhile, PlaceRefused
from legalaid.directory.states import Level
from legalaid.directory.versions import AUTHORITY, row_version, version_of
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.people.rules import clean_email, clean_phone

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class AuthorityDetails:
    """What the office writes of an authority. Its hours are told on the clocks of `timezone`."""

    name: str
    short: str
    plain: str
    level: str
    timezone: str
    address: str = ""
    phone: str = ""
    email: str = ""


def open_authority(*, details: AuthorityDetails, code: str, actor: Actor, now: datetime) -> Authority:
    """Add an authority; `code` names it in packs and files, '' makes one of the short name. For the office.

    Nobody outside sees it before one of its topics is covered by an agreement in force. Raises NotFound, PlaceRefused,
    ContactRefused.
    """
    with transaction.atomic(durable=True):
        if not may_keep_network(actor):
            raise NotFound
        wanted = _checked(details)
        taken = set(Authority.objects.order_by("id").values_list("code", flat=True))
        code = code.strip().lower() or code_from(wanted["plain"], taken)
        if not CODE.fullmatch(code) or len(code) > 50:
            raise PlaceRefused(_("Только латинские буквы, цифры и дефис. Например: sfr или minzdrav."), "code")
        _demand_nobody_else(wanted["name"])
        try:
            with transaction.atomic():
                authority = Authority.objects.create(code=code, name_checked=True, **wanted)
        except IntegrityError as error:
            raise PlaceRefused(_("Такой код уже у другого органа."), "code") from error
        record(kind="authority", subject=authority.pk, action="open", actor=actor, at=now, after="open")
        publish_on_commit("office")
    return authority


def set_authority(
    *, authority_id: int, details: AuthorityDetails, actor: Actor, now: datetime, seen: str | None = None
) -> Authority:  # fmt: skip
    """Write what an authority is called, whose it is and how to reach it. For the office.

    The clocks are changed only while it has no posts: hours and bookings go by them. `seen` is the version that
    was edited; None writes over any. Raises NotFound, PlaceRefused, ContactRefused, ChangedMeanwhile.
    """
    with transaction.atomic(durable=True):
        if not may_keep_network(actor):
            raise NotFound
        authority = locked_place(Authority.objects.filter(pk=authority_id))
        wanted: dict[str, Any] = dict(_checked(details))
        if seen not in {None, row_version(authority, AUTHORITY)} and version_of(wanted) != row_version(
            authority, AUTHORITY
        ):
            raise ChangedMeanwhile
        if wanted["timezone"] != authority.timezone and Post.objects.filter(authority=authority).exists():
            raise PlaceRefused(_("У органа уже есть посты: их часы идут по прежнему времени, его не изменить."),
                               "timezone")  # fmt: skip
        if wanted["name"] != authority.name:
            _demand_nobody_else(wanted["name"], but=authority.pk)
            wanted["name_checked"] = True
        write_changes(authority, "authority", wanted, actor, now)
        publish_on_commit("office")
    return authority


def _demand_nobody_else(name: str, but: int = 0) -> None:
    if Authority.objects.filter(name__iexact=name).exclude(pk=but).exists():
        raise PlaceRefused(_("Орган с таким полным названием уже есть."), "name")


def _checked(details: AuthorityDetails) -> Mapping[str, str]:
    """The details as they are stored. Raises PlaceRefused, ContactRefused."""
    if details.level not in Level.values:
        raise PlaceRefused(_("Выберите вид органа."), "level")
    if details.timezone not in available_timezones():
        raise PlaceRefused(_("Выберите часовой пояс из списка."), "timezone")
    return {
        "name": one_line(details.name, 300, "name"), "short": one_line(details.short, 160, "short"),
        "plain": one_line(details.plain, 120, "plain"), "level": details.level, "timezone": details.timezone,
        "address": " ".join(details.address.replace("\x00", "").split())[:300], "phone": clean_phone(details.phone),
        "email": clean_email(details.email),
    }  # fmt: skip
