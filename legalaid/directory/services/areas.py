"""Areas of the catalogue: new ones, their names, their order."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from legalaid.directory.catalogue_queries import areas
from legalaid.directory.models import Area
from legalaid.directory.pack.kinds import KINDS
from legalaid.directory.pack.refusals import PackRefused
from legalaid.directory.pack_queries import lock_method
from legalaid.directory.policies import may_keep_agreements
from legalaid.directory.refusals import AreaRefused
from legalaid.directory.topic_rules import new_word
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit


def add_area(*, name: str, actor: Actor, now: datetime) -> Area:
    """A new area after the others. For the office. Raises NotFound, AreaRefused."""
    if not may_keep_agreements(actor):
        raise NotFound
    with transaction.atomic(durable=True):
        lock_method()
        said = _named(name, None)
        code, number = new_word(said, 30), 1
        plain = code
        while Area.objects.filter(code=code).exists():
            number += 1
            code = f"{plain}{number}"
        last = Area.objects.order_by("-position", "-id").first()
        area = Area.objects.create(code=code, name=said, position=last.position + 1 if last else 0)
        _tell(area, "add", actor, now)
    return area


def rename_area(*, area_id: int, name: str, seen: str, actor: Actor, now: datetime) -> Area:
    """Another name over the one that was seen. For the office. Raises NotFound, AreaRefused."""
    with transaction.atomic(durable=True):
        area = _locked(area_id, actor)
        said = _named(name, area)
        if area.name not in {seen, said}:
            raise AreaRefused(
                _("Пока вы писали, раздел переименовали в «%(name)s». Сохраните ещё раз, если верно ваше название.")
                % {"name": area.name}
            )
        if area.name != said:
            area.name = said
            area.save(update_fields=["name"])
            _tell(area, "rename", actor, now)
    return area


def move_area(*, area_id: int, up: bool, actor: Actor, now: datetime) -> None:
    """Change places with the area before (or after). At the end nothing moves. For the office. Raises NotFound."""
    with transaction.atomic(durable=True):
        area = _locked(area_id, actor)
        order = list(areas())
        at = next(place for place, one in enumerate(order) if one.pk == area.pk)
        to = at + (-1 if up else 1)
        if not 0 <= to < len(order):
            return
        order[at], order[to] = order[to], order[at]
        for place, one in enumerate(order):
            if one.position != place:
                Area.objects.filter(pk=one.pk).update(position=place)
        _tell(area, "move", actor, now)


def _locked(area_id: int, actor: Actor) -> Area:
    if not may_keep_agreements(actor):
        raise NotFound
    lock_method()
    area = Area.objects.filter(pk=area_id).order_by("id").first()
    if area is None:
        raise NotFound
    return area


def _named(name: str, area: Area | None) -> str:
    said = " ".join(name.replace("\x00", "").split())
    try:
        said = KINDS["area"].shape["name"](said, str(_("название")))
    except PackRefused as error:
        fits = 0 < len(said) <= 120
        raise AreaRefused(error.text if fits else _("Напишите название раздела, не длиннее 120 знаков.")) from error
    if Area.objects.filter(name__iexact=said).exclude(pk=area.pk if area else 0).exists():
        raise AreaRefused(_("Раздел с таким названием уже есть."))
    return str(said)


def _tell(area: Area, action: str, actor: Actor, now: datetime) -> None:
    record(kind="area", subject=area.pk, action=action, actor=actor, at=now, after="edited", data={"area": area.code})
    publish_on_commit("office")
