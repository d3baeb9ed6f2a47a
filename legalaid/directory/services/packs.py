"""Region packs: looking at one and taking it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from legalaid.directory.models import PackObject, PackUpload, RegionPack
from legalaid.directory.pack import KINDS, SCHEMA, Key, Pack, PackRefused, read_zip
from legalaid.directory.pack.plan import Choices, Plan, Work
from legalaid.directory.pack_queries import lock_method, plan_of
from legalaid.directory.policies import get_uploaded_pack, may_keep_agreements
from legalaid.directory.services.pack_rows import remove_parts, write_objects
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit

UPLOAD_LIVES = timedelta(days=1)


class PlanStale(PackRefused):
    """The installation has changed since the plan was shown."""

    code = "plan_stale"
    text = _("Пока вы смотрели, здесь что-то изменилось. Вот новый план, ничего ещё не принято.")


def import_pack(
    *, pack: Pack, actor: Actor, now: datetime, choices: Choices | None = None, seen: str | None = None
) -> Plan:
    """Take a pack in one transaction and return the plan that was carried out; taking it again changes nothing.

    Local edits stay but where `choices` say otherwise. `seen` is the fingerprint of the plan somebody has confirmed.
    For the project office and the system. Raises NotFound, PlanStale.
    """
    if not may_keep_agreements(actor):
        raise NotFound
    with transaction.atomic(durable=True):
        lock_method()
        plan = plan_of(pack)
        if seen is not None and seen != plan.fingerprint:
            raise PlanStale
        work = plan.work(choices or Choices())
        if not work.nothing:
            _carry_out(pack, work, actor, now)
            _remember(plan, work, actor, now)
    return plan


def _carry_out(pack: Pack, work: Work, actor: Actor, now: datetime) -> None:
    write_objects(rows=_by_kind(pack, work.write), zone=settings.REGION_TIME_ZONE, actor=actor, now=now)
    remove_parts(keys=work.remove, actor=actor, now=now)
    _keep_bases(work.bases)


def _by_kind(pack: Pack, keys: Iterable[Key]) -> Mapping[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {name: {} for name in KINDS}
    for key in keys:
        found[key.kind][key.code] = pack.objects[key]
    return found


def _keep_bases(bases: Mapping[Key, str | None]) -> None:
    known = {(row.kind, row.code): row.pk for row in PackObject.objects.order_by("id")}
    gone = [known[key] for key, value in bases.items() if value is None and key in known]
    PackObject.objects.filter(pk__in=gone).delete()
    PackObject.objects.bulk_create(
        (PackObject(kind=key.kind, code=key.code, digest=value) for key, value in bases.items() if value is not None),
        update_conflicts=True, unique_fields=["kind", "code"], update_fields=["digest"],
    )  # fmt: skip


def _remember(plan: Plan, work: Work, actor: Actor, now: datetime) -> None:
    counts = plan.counts | {"written": len(work.write), "removed": len(work.remove)}
    loaded = RegionPack.objects.create(
        name=plan.pack.name, schema=SCHEMA, digest=plan.pack.digest, loaded_at=now, summary=counts
    )
    record(kind="region_pack", subject=loaded.pk, action="import", actor=actor, at=now, after="imported",
           data={"digest": plan.pack.digest, **counts})  # fmt: skip
    publish_on_commit("office")


def upload_pack(*, content: bytes, actor: Actor, now: datetime) -> PackUpload:
    """Keep a file for the office to look at its plan; the one before gives way. Raises NotFound, PackRefused."""
    if actor.user_id is None or not may_keep_agreements(actor):
        raise NotFound
    pack = read_zip(content)
    with transaction.atomic(durable=True):
        PackUpload.objects.filter(uploaded_at__lt=now - UPLOAD_LIVES).delete()
        kept, _made = PackUpload.objects.update_or_create(
            user_id=actor.user_id, defaults={"name": pack.name, "content": content, "uploaded_at": now}
        )
    return kept


def drop_upload(*, actor: Actor, now: datetime) -> None:
    """Forget the file one looked at."""
    if actor.user_id is not None:
        PackUpload.objects.filter(user_id=actor.user_id).delete()


def confirm_upload(*, seen: str, choices: Choices, actor: Actor, now: datetime) -> Plan:
    """Take the pack one has looked at, as its plan was shown. Raises NotFound, PlanStale, PackRefused."""
    pack = get_uploaded_pack(actor)
    plan = import_pack(pack=pack, actor=actor, now=now, choices=choices, seen=seen)
    drop_upload(actor=actor, now=now)
    return plan
