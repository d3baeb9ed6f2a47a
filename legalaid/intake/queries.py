"""Reads of requests and the simple ranking of topics."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import connection
from django.db.models import F, QuerySet

from legalaid.directory.models import Topic
from legalaid.intake.models import HelpRequest, ThirdParty
from legalaid.kernel.sql import fetch_one
from legalaid.people.models import Consent
from legalaid.people.queries import consent_given

MIN_RANK = 0.01
MIN_SIMILARITY = 0.45  # of a word of the story with a word of the topic: catches typos, not chance


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic offered for a story, best first; `why` is the words of the story that led to it."""

    topic: Topic
    score: float
    why: str


def suggest_topics(story: str, limit: int = 3) -> list[Suggestion]:
    """Return up to `limit` topics whose words share stems with the story, or resemble its words; [] when none does."""
    query = _any_stem(story)
    if query is None:
        return []
    rank = SearchRank(F("search"), query, normalization=1)
    found = (
        Topic.objects.select_related("authority", "area")
        .exclude(code__startswith="other.")
        .annotate(rank=rank)
        .filter(search=query, rank__gte=MIN_RANK)
        .order_by("-rank", "id")[:limit]
    )
    suggestions = [Suggestion(topic=t, score=float(t.rank), why=_shared(story, t)) for t in found]
    return suggestions or _resembling(story, limit)


def _any_stem(story: str) -> SearchQuery | None:
    """A query for any stem of the story; None when it has only stop words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_literal(lexeme), ' | ') FROM unnest(to_tsvector('russian', %s))", [story]
        )
        (text,) = cursor.fetchone() or (None,)
    return SearchQuery(text, search_type="raw", config="simple") if text else None


def _resembling(story: str, limit: int) -> list[Suggestion]:
    similar = (
        Topic.objects.select_related("authority", "area")
        .exclude(code__startswith="other.")
        .annotate(rank=TrigramWordSimilarity(story[:200], F("keywords")))
        .filter(rank__gte=MIN_SIMILARITY)
        .order_by("-rank", "id")[:limit]
    )
    return [Suggestion(topic=t, score=float(t.rank), why="") for t in similar]


def _shared(story: str, topic: Topic) -> str:
    """Words of the story that stand in the topic, as the person wrote them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ts_headline('russian', %s, (SELECT to_tsquery('simple', string_agg(quote_literal(lexeme), ' | '))"
            " FROM unnest((SELECT search FROM directory_topic WHERE id = %s))),"
            " 'StartSel=⟦, StopSel=⟧, HighlightAll=true')",
            [story, topic.pk],
        )
        (text,) = cursor.fetchone() or ("",)
    words = [part.split("⟧")[0] for part in text.split("⟦")[1:]]
    return ", ".join(dict.fromkeys(word.lower() for word in words))


def topics_by_area() -> QuerySet[Topic]:
    """All topics in the order of the catalogue, with area and authority."""
    return Topic.objects.select_related("area", "authority").order_by("area__position", "title", "id")


def requests_with_all() -> QuerySet[HelpRequest]:
    """Requests with what a page shows of them."""
    return HelpRequest.objects.select_related("topic", "authority", "branch", "citizen").order_by("-created_at", "id")


def request_to_check(number: str) -> HelpRequest | None:
    """The request of a number as it is said, «61-4827» or «61 4827», with citizen and third party."""
    digits = "".join(c for c in number if c.isdecimal() and c.isascii())
    said = f"{settings.REGION_CODE}-{digits.removeprefix(settings.REGION_CODE)}"
    return (
        HelpRequest.objects.select_related("citizen", "third_party", "topic", "authority", "branch")
        .filter(number=said)
        .order_by("id")
        .first()
    )


def request_of_submission(submission: str) -> UUID | None:
    """The request that a form with this key has made, if it has."""
    row = fetch_one("SELECT id FROM intake_helprequest WHERE submission = %(key)s", key=submission)
    return row[0] if row else None


def lock_request(help_request_id: UUID) -> HelpRequest:
    """The request, locked for this transaction."""
    return (
        HelpRequest.objects.select_for_update(of=("self",))
        .select_related("topic__authority", "authority", "branch", "citizen")
        .get(pk=help_request_id)
    )


def consent_of(request: HelpRequest) -> Consent | None:
    """The consent given with this request: both are written in one transaction, at one moment. None for a draft.

    Not any other consent of the citizen: her rows are found by name and telephone, which a stranger may know.
    """
    if request.citizen_id is None or request.submitted_at is None:
        return None
    return consent_given(request.citizen_id, request.submitted_at)


def third_party_of(help_request_id: UUID) -> ThirdParty | None:
    """Who acts for the citizen of a request, if anybody."""
    return ThirdParty.objects.filter(help_request_id=help_request_id).order_by("id").first()


def next_number(region_code: str) -> str:
    """A short number that can be said aloud, e.g. «61-4827»; never reused."""
    (value,) = fetch_one("SELECT nextval('intake_request_number')") or (0,)
    return f"{region_code}-{value:04d}"
