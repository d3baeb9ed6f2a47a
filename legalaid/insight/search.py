"""Finding topics, requests and memos by meaning and by word forms, within what the reader may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import and_

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
_PREFIX = re.compile(r"^(?:пере|про|при|под|рас|раз|воз|вос|от|об|по|на|за|вы|до|из|ис)(?=\w{7})")
ROOT = 6
"""Letters of a verb after its prefix that lead to the noun: «проиндексировали» is «индекс…» as «индексация» is."""


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
    query = _query(words)
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


def _query(words: str) -> SearchQuery:
    """All words, each in any form; a word with a prefix also by the root behind it."""
    return reduce(and_, (_forms(word) for word in words.split()))


def _forms(word: str) -> SearchQuery:
    forms = SearchQuery(word, config="russian")
    plain = "".join(re.findall(r"[а-я]+", word.casefold().replace("ё", "е")))
    root = _PREFIX.sub("", plain)
    if root == plain:
        return forms
    return forms | SearchQuery(f"{root[:ROOT]}:*", config="simple", search_type="raw")


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
