"""Loading a region pack."""

from datetime import datetime

from django.db import transaction

from legalaid.directory.models import AgreementClause, Area, Authority, Booth, Branch, RegionPack, Topic
from legalaid.directory.pack import SCHEMA, Pack
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.events import publish_on_commit
from legalaid.people.rules import clean_phone
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
        for position, row in enumerate(pack.clauses):
            AgreementClause.objects.update_or_create(
                code=row["id"], defaults={"position": position, "title": row["title"], "text": row["text"]}
            )
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
                **_phone(row),
            },
        )  # fmt: skip
    return found


def _phone(row: dict[str, str]) -> dict[str, str]:
    """The number a pack names; a pack without one leaves what the office has set."""
    return {"phone": clean_phone(row["phone"])} if "phone" in row else {}


def _load_branches(pack: Pack) -> None:
    for row in pack.branches:
        branch, _made = Branch.objects.update_or_create(
            code=row["id"],
            defaults={
                "name": row["name"], "municipality": row["municipality"], "address": row["address"],
                "timezone": row["timezone"], "hours": row["hours"], "weak_line": row["link_quality"] == "weak",
                **_phone(row),
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
