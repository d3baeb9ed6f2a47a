"""Finding topics, requests and memos by meaning and by word forms, within what the reader may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, F, Func, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Lower

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
_PREFIXES = "(?:пере|про|при|под|рас|раз|воз|вос|от|об|по|на|за|вы|до|из|ис)"
_PREFIX = re.compile(rf"^{_PREFIXES}(?=\w{{7}})")
ROOT = 6
"""Letters of a word after its prefix that lead from verb to noun and back: «проиндексировали» is «индекс…» as
«индексация» is."""
_NUMBER = re.compile(r"^(?:№\s*)?(\d[\d\w]*(?:-\w+)+)$")
"""A number of a request or a memo, as it is read out and typed."""
LONG = 8
"""Letters of a word that are looked for by their root: a shorter one has too little behind its ending."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: topics of the catalogue (public), requests and issued memos the reader may see."""

    topics: list[Topic]
    requests: list[HelpRequest]
    memos: list[Memo]


def search(actor: Actor, asked: str) -> Found:
    """Find by words in any form, by meaning (what belongs to the topics that the question comes to) or by a number.

    Word matches stand first, then the newest.
    """
    words = " ".join(asked.replace("\x00", "").split())[:200]
    if len(words) < SHORTEST:
        return Found([], [], [])
    query = _query(words)
    named = _NUMBER.match(words)
    number = Q(number__iexact=named[1]) if named else Q(pk__in=())
    likely = [] if named else likely_topics(words)
    place = Case(*(When(code=code, then=Value(at)) for at, code in enumerate(likely)), default=Value(len(likely)),
                 output_field=IntegerField())  # fmt: skip
    topics = Topic.objects.select_related("authority").filter(Q(code__in=likely) | Q(search=query), retired_at=None)
    requests = (
        _visible(actor)
        .annotate(text=_vector("story", "topic__title"))
        .filter(Q(text=query) | Q(topic__code__in=likely) | number)
        .annotate(
            exact=Case(When(number | Q(text=query), then=Value(0)), default=Value(1), output_field=IntegerField())
        )
    )
    memos = (
        Memo.objects.filter(state=MemoState.ISSUED, help_request__in=_visible(actor).values("pk"))
        .select_related("help_request__topic", "help_request__citizen")
        .defer("pdf")
        .annotate(text=_vector("asked", "law", "steps"))
        .filter(Q(text=query) | Q(help_request__topic__code__in=likely) | number)
        .annotate(
            exact=Case(When(number | Q(text=query), then=Value(0)), default=Value(1), output_field=IntegerField())
        )
    )
    return Found(
        list(topics.annotate(place=place).order_by("place", "title", "id")[:MOST]),
        list(requests.order_by("exact", "-created_at", "id")[:MOST]),
        list(memos.order_by("exact", "-issued_at", "id")[:MOST]),
    )


def _vector(*fields: str) -> CombinedExpression:
    """Words of the fields in the form a dictionary gives, and as they stand behind a prefix."""
    bare = (
        Func(Lower(F(name)), Value(rf"\m{_PREFIXES}(?=\w{{7}})"), Value(""), Value("g"), function="regexp_replace",
             output_field=TextField())
        for name in fields
    )  # fmt: skip
    return SearchVector(*fields, config="russian") + SearchVector(*bare, config="simple")


def _query(words: str) -> SearchQuery:
    """All words, each in any form; a long word also by its root, so that a verb finds its noun and a noun its verb."""
    return reduce(and_, (_forms(word) for word in words.split()))


def _forms(word: str) -> SearchQuery:
    forms = SearchQuery(word, config="russian")
    plain = "".join(re.findall(r"[а-я]+", word.casefold().replace("ё", "е")))
    if len(plain) < LONG:
        return forms
    return forms | SearchQuery(f"{_PREFIX.sub('', plain)[:ROOT]}:*", config="simple", search_type="raw")


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
