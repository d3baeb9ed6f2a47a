"""The choice of a time: what is free at a place, filtered as she likes, and where it would be sooner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from legalaid.directory.queries import bookable, branches_covering
from legalaid.directory.states import Language
from legalaid.intake.states import AccessNeed
from legalaid.kernel.clock import in_zone, local_day
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Channel
from legalaid.reception.queries.elsewhere import sooner_elsewhere
from legalaid.reception.queries.spoken import experts_by_language, languages_for
from legalaid.reception.queries.times import has_hours, times_for
from legalaid.reception.waitlist_rules import PARTS, in_part
from legalaid.web.citizen.days import by_day, day_words
from legalaid.web.citizen.visit import Visit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What she asked to see: a part of the day, one day; empty for any. What no page of ours sends is any, too."""

    part: str = ""
    day: date | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Wanted":
        part, text = data.get("part", ""), data.get("day", "")
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            day = None
        return cls(part if part in PARTS else "", day)

    def __bool__(self) -> bool:
        return bool(self.part or self.day)

    def accepts(self, start: datetime, zone: str) -> bool:
        """Whether a start (UTC) is what she asked for, on the clocks of a zone."""
        local = in_zone(start, zone)
        return in_part(start, self.part, zone) and (self.day is None or local.date() == self.day)


def branch_id_of(where: str | None) -> int | None:
    """None means from home. An address that no page of ours gives is an unknown page."""
    if not where or where == "home":
        return None
    if not where.isdecimal() or len(where) > 9:
        raise NotFound
    return int(where)


def choice(request: HttpRequest, visit: Visit, branch_id: int | None, now: datetime) -> dict[str, Any]:
    """What the page of times shows for a place. Raises NotFound for a branch where the topic is not received."""
    topic, authority = visit.request.topic, visit.request.authority
    assert topic and authority
    today = local_day(now, authority.timezone)
    branches = list(branches_covering(topic_id=topic.pk, authority_id=authority.pk, day=today))
    branch = next((b for b in branches if b.pk == branch_id), None)
    if branch_id is not None and branch is None:
        raise NotFound
    found = times_for(request=visit.request, branch=branch, now=now)
    home = found.covered if branch is None else _from_home(visit, now)
    zone, starts = found.zone, found.starts
    shown, filters = filtered(starts, request.GET if request.method != "POST" else request.POST, zone, now)
    others = [one for one in branches if one.pk != branch_id]
    sooner = []
    if branch is not None or not home:
        sooner = sooner_elsewhere(branches=others, home=home and branch is not None,
                                  before=starts[0] if starts else None, **found.asked)  # fmt: skip
    return {
        "visit": visit, "branches": branches, "branch": branch, "home": home, "zone": zone, "horizon": found.days,
        "days": by_day(shown, zone, now), "nearest": starts[0] if starts else None, "free": len(starts),
        "sooner": sooner, "no_hours": not starts and not has_hours(authority.pk, today),
        **filters, **_needs(visit, now),
    }  # fmt: skip


def _from_home(visit: Visit, now: datetime) -> bool:
    """Whether the topic is received from home, and she is not a visitor of a centre."""
    topic = visit.request.topic
    assert topic
    found = bookable(topic_code=topic.code, branch_id=None, start=now, now=now)
    return visit.request.channel == Channel.HOME and found is not None and found.covered


def filtered(
    starts: list[datetime], data: Mapping[str, Any], zone: str, now: datetime
) -> tuple[list[datetime], dict[str, Any]]:  # fmt: skip
    """The starts (UTC) that were asked for, and what citizen/times_filter.html shows."""
    wanted, today = Wanted.read(data), local_day(now, zone)
    days = dict.fromkeys(in_zone(start, zone).date() for start in starts)
    return [start for start in starts if wanted.accepts(start, zone)], {
        "wanted": wanted, "parts": [(code, label, code == wanted.part) for code, label in part_labels()],
        "every_day": [(day.isoformat(), day_words(day, today), day == wanted.day) for day in days],
    }  # fmt: skip


def part_labels() -> list[tuple[str, str]]:
    """(code, words) of the parts of a day."""
    return [("morning", _("Утром, до 12:00")), ("day", _("Днём, 12:00–17:00")), ("evening", _("Вечером, с 17:00"))]


def _needs(visit: Visit, now: datetime) -> dict[str, Any]:
    """What can be asked for, with what she asked for already: (code, words, asked for; of a language, interpreted)."""
    topic, chosen = visit.request.topic, visit.request.interpreter
    assert topic
    languages = languages_for(authority_id=topic.authority_id, topic_id=topic.pk, now=now)
    experts = experts_by_language(authority_id=topic.authority_id, topic_id=topic.pk, now=now) if chosen else {}
    return {
        "needs": [(need.value, need.label, need.value in visit.request.needs) for need in AccessNeed],
        "languages": [(code, Language(code).label, code == chosen, interpreted) for code, interpreted in languages],
        "spoken_by_expert": bool(chosen) and chosen in experts,
        "interpreted": bool(dict(languages).get(chosen)),
        "adapted": bool(visit.request.needs or chosen),
    }
