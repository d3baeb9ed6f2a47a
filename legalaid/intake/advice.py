"""What a story comes to: topics with the words that led there, a question, a second trouble, telephones in danger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from legalaid.directory.models import Topic
from legalaid.directory.queries import topic_examples, topics_known
from legalaid.intake.models import HelpRequest
from legalaid.triage.danger import Line, danger
from legalaid.triage.problems import problems
from legalaid.triage.questions import question
from legalaid.triage.ranker import Example, Ranker, ranker, shown
from legalaid.triage.reasons import phrase

LIKELY = 0.15
"""Probability from which a topic is worth finding."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic offered for a story; `why` is the words of the story that led to it, `answer` replies to the question."""

    topic: Topic
    score: float
    why: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One of two troubles in a story, in the person's own words, with its topic."""

    text: str
    topic: Topic


@dataclass(frozen=True, slots=True)
class Advice:
    """Everything a page says about a story before a topic is chosen."""

    suggestions: tuple[Suggestion, ...] = ()
    ask: str = ""
    """The question that separates the best two, whose `answer`s are set; '' when the first is clear."""
    close: bool = False
    """The best two are close, whether or not a question is written for them."""
    parts: tuple[Part, ...] = ()
    lines: tuple[Line, ...] = ()


def advise(story: str) -> Advice:
    """Read a story. Never raises, whatever it holds; with no catalogue loaded it only knows danger."""
    ranking = _ranker()
    verdict = ranking.rank(story)
    troubles = problems(ranking, story) if not verdict.silent else ()
    codes = [one.code for one in verdict.candidates] + [one.code for one in troubles]
    topics = {
        topic.code: topic
        for topic in Topic.objects.select_related("authority", "area").filter(code__in=codes).order_by("id")
    }
    close = question(*(one.code for one in verdict.candidates[:2])) if verdict.ask else None
    lines = danger(story)
    return Advice(
        suggestions=tuple(
            Suggestion(
                topics[one.code], one.share, phrase(ranking.words, story, one.code),
                close.answers.get(one.code, "") if close else "",
            )
            for one in shown(verdict, danger=bool(lines)) if one.code in topics
        ),
        ask=close.text if close else "",
        close=verdict.ask,
        parts=tuple(Part(one.text, topics[one.code]) for one in troubles if one.code in topics),
        lines=lines,
    )  # fmt: skip


def second_trouble(request: HelpRequest) -> Part | None:
    """The other trouble of a request's story, when it holds two and one of them is what the request is about."""
    if request.topic is None:
        return None
    area = request.topic.code.partition(".")[0]
    others = [part for part in advise(request.story).parts if part.topic.code.partition(".")[0] != area]
    return others[0] if len(others) == 1 else None


def likely_topics(words: str) -> list[str]:
    """Codes of up to three topics that a few words come to, for search: the likely ones only, best first."""
    return [one.code for one in _ranker().rank(words).candidates if one.share >= LIKELY]


def suggest_topics(story: str) -> list[Suggestion]:
    """Up to three topics for a story, best first; [] when nothing fits."""
    return list(advise(story).suggestions)


def _ranker() -> Ranker:
    """The ranker with what the catalogue holds now: two short reads tell whether it is still the one at hand."""
    return _made(topics_known(), topic_examples())


@lru_cache(maxsize=2)
def _made(known: Sequence[str], examples: Sequence[tuple[str, str]]) -> Ranker:
    # A catalogue of which nothing is known suggests nothing; «» is no topic's code.
    return ranker(examples=[Example(code, text) for code, text in examples], known=known or ("",))
