"""Writes of the network: loading a region pack, agreements."""

from datetime import date, datetime

from django.db import transaction

from legalaid.directory.models import (
    Agreement,
    AgreementCoverage,
    Area,
    Authority,
    Booth,
    Branch,
    Post,
    RegionPack,
    Topic,
)  # fmt: skip
from legalaid.directory.pack import SCHEMA, Pack
from legalaid.directory.queries import overdue_agreements
from legalaid.directory.states import AGREEMENT_MOVES, AgreementState
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.states import move
from legalaid.people.services import publish_consent_document
from legalaid.people.states import ConsentKind


def load_pack(*, pack: Pack, actor: Actor, now: datetime) -> bool:
    """Bring the catalogue and the network to what the pack says, in one transaction.

    Loading the pack that was loaded last changes nothing and returns False. Objects the pack does not name stay.
    """
    with transaction.atomic(durable=True):
        newest = RegionPack.objects.order_by("-loaded_at", "-id").first()
        if newest is not None and newest.digest == pack.digest:
            return False
        authorities = _load_authorities(pack)
        _load_branches(pack)
        _load_topics(pack, authorities)
        for kind, text in pack.consents.items():
            publish_consent_document(kind=ConsentKind(kind), text=text, actor=actor, now=now)
        loaded = RegionPack.objects.create(name=pack.name, schema=SCHEMA, digest=pack.digest, loaded_at=now)
        record(kind="region_pack", subject=loaded.pk, action="load", actor=actor, at=now, after="loaded",
               data={"digest": pack.digest, "topics": len(pack.topics)})  # fmt: skip
        publish_on_commit("office")
    return True


def _load_authorities(pack: Pack) -> dict[str, Authority]:
    found = {}
    for row in pack.authorities:
        found[row["id"]], _made = Authority.objects.update_or_create(
            code=row["id"],
            defaults={
                "name": row["name"], "short": row["short"], "plain": row["plain"],
                "name_checked": not row["verify"], "timezone": row.get("timezone", pack.branches[0]["timezone"]),
            },
        )  # fmt: skip
    return found


def _load_branches(pack: Pack) -> None:
    for row in pack.branches:
        branch, _made = Branch.objects.update_or_create(
            code=row["id"],
            defaults={
                "name": row["name"], "municipality": row["municipality"], "address": row["address"],
                "timezone": row["timezone"], "hours": row["hours"], "weak_line": row["link_quality"] == "weak",
            },
        )  # fmt: skip
        for point in row["points"]:
            Booth.objects.update_or_create(
                code=point["id"],
                defaults={"branch": branch, **{k: point[k] for k in (
                    "name", "kind", "step_free", "induction_loop", "scanner", "printer")}},
            )  # fmt: skip


def _load_topics(pack: Pack, authorities: dict[str, Authority]) -> None:
    areas = {}
    for position, row in enumerate(pack.areas):
        areas[row["id"]], _made = Area.objects.update_or_create(
            code=row["id"], defaults={"name": row["name"], "position": position}
        )
    for row in pack.topics:
        topic, _made = Topic.objects.update_or_create(
            code=row["id"],
            defaults={
                "area": areas[row["area"]], "authority": authorities[row["authority"]], "title": row["title"],
                "ask": row["ask"], "documents": row["documents"], "law": row["law"], "deadline": row["deadline"],
                "minutes": row["minutes"], "free_aid_case": row["free_aid_case"] or "",
                "keywords": ", ".join(row["keywords"]),
            },
        )  # fmt: skip
        topic.also.set([authorities[code] for code in row["also"]])


def draft_agreement(
    *, number: str, authority_id: int, valid_from: date, valid_until: date | None, topic_ids: list[int],
    branch_ids: list[int], with_home: bool, actor: Actor, now: datetime,
) -> Agreement:  # fmt: skip
    """Draft a gratuitous agreement whose annex covers every topic at every branch (and from home)."""
    with transaction.atomic(durable=True):
        agreement = Agreement.objects.create(
            number=number, authority_id=authority_id, valid_from=valid_from, valid_until=valid_until
        )
        places: list[int | None] = [*branch_ids, *([None] if with_home else [])]
        AgreementCoverage.objects.bulk_create(
            AgreementCoverage(agreement=agreement, topic_id=topic, branch_id=place)
            for topic in topic_ids
            for place in places
        )
        record(kind="agreement", subject=agreement.pk, action="draft", actor=actor, at=now, after=AgreementState.DRAFT)
        publish_on_commit("office")
    return agreement


def move_agreement(*, agreement_id: int, action: str, actor: Actor, now: datetime, on: date | None = None) -> Agreement:
    """Move an agreement along its table; `sign` notes the day it was signed `on`. Raises IllegalMove, NotFound."""
    with transaction.atomic(durable=True):
        agreement = Agreement.objects.select_for_update().filter(pk=agreement_id).order_by("id").first()
        if agreement is None:
            raise NotFound
        before = AgreementState(agreement.state)
        agreement.state = move(AGREEMENT_MOVES, before, action, "")
        if action == "sign":
            agreement.signed_on = on
        agreement.save(update_fields=["state", "signed_on"])
        record(kind="agreement", subject=agreement.pk, action=action, actor=actor, at=now, before=before,
               after=agreement.state)  # fmt: skip
        publish_on_commit("office")
    return agreement


def expire_overdue(*, actor: Actor, now: datetime) -> int:
    """End the agreements in force whose last day is over on the clocks of their authority; return how many.

    Nothing becomes bookable or stops being so by this: coverage goes by the dates. It makes the list say the truth.
    """
    ended = 0
    for agreement in overdue_agreements(now):
        move_agreement(agreement_id=agreement.pk, action="expire", actor=actor, now=now)
        ended += 1
    return ended


def add_post(*, authority_id: int, name: str, actor: Actor, now: datetime) -> Post:
    """Give an authority one more post; asking for one that exists returns it."""
    with transaction.atomic(durable=True):
        post, made = Post.objects.get_or_create(authority_id=authority_id, name=name)
        if made:
            record(kind="post", subject=post.pk, action="add", actor=actor, at=now, after="open")
    return post
