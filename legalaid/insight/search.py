"""Finding topics, requests and memos by meaning and by word forms, within what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from legalaid.directory.models import Topic
from legalaid.intake.advice import likely_topics
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor
from legalaid.people.states import Role
from legalaid.result.models import Memo
from legalaid.result.states import MemoState

MOST = 20
"""Findings of a kind: more is a reason to ask more exactly."""
SHORTEST = 3
"""Letters of a question."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: topics of the catalogue (public), requests and issued memos the reader may see."""

    topics: list[Topic]
    requests: list[HelpRequest]
    memos: list[Memo]


def search(actor: Actor, asked: str) -> Found:
    """Find by words in any form, and by meaning: what belongs to the topics that the question comes to.

    Word matches stand first, then the newest.
    """
    words = " ".join(asked.replace("\x00", "").split())[:200]
    if len(words) < SHORTEST:
        return Found([], [], [])
    query = SearchQuery(words, config="russian")
    likely = likely_topics(words)
    place = Case(*(When(code=code, then=Value(at)) for at, code in enumerate(likely)), default=Value(len(likely)),
                 output_field=IntegerField())  # fmt: skip
    topics = Topic.objects.select_related("authority").filter(Q(code__in=likely) | Q(search=query), retired_at=None)
    requests = (
        _visible(actor)
        .annotate(text=SearchVector("story", "topic__title", config="russian"))
        .filter(Q(text=query) | Q(topic__code__in=likely))
        .annotate(exact=Case(When(text=query, then=Value(0)), default=Value(1), output_field=IntegerField()))
    )
    memos = (
        Memo.objects.filter(state=MemoState.ISSUED, help_request__in=_visible(actor).values("pk"))
        .select_related("help_request__topic", "help_request__citizen")
        .defer("pdf")
        .annotate(text=SearchVector("asked", "law", "steps", config="russian"))
        .filter(Q(text=query) | Q(help_request__topic__code__in=likely))
        .annotate(exact=Case(When(text=query, then=Value(0)), default=Value(1), output_field=IntegerField()))
    )
    return Found(
        list(topics.annotate(place=place).order_by("place", "title", "id")[:MOST]),
        list(requests.order_by("exact", "-created_at", "id")[:MOST]),
        list(memos.order_by("exact", "-issued_at", "id")[:MOST]),
    )


def _visible(actor: Actor) -> QuerySet[HelpRequest]:
    """Requests past draft that `intake.policies.may_see` shows to a member of staff."""
    mine = Q(branch_id__in=actor.places(Role.OPERATOR, "branch")) | Q(
        authority_id__in=actor.places(Role.EXPERT, "authority")
    )
    return (
        HelpRequest.objects.filter(mine)
        .exclude(state__in=[RequestState.DRAFT, RequestState.EXPIRED])
        .select_related("topic", "authority", "citizen", "branch")
    )
