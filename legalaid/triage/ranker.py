"""The answer to a text: topics in order with how sure, or nothing; whether to ask; the phrase that led there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from legalaid.triage import embedding, silence
from legalaid.triage.danger import violent
from legalaid.triage.model import FOLDER, Sentences, Words
from legalaid.triage.silence import Silence, odds
from legalaid.triage.statements import NOTHING, SILENT
from legalaid.triage.text import features, normal, weigh

LIMIT = 3
"""Topics offered: more is a list to read, not an answer."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """Numbers found by cross-validation over hands, one set for each way of ranking (`legalaid triage validate`)."""

    warmth: float
    """What scores are divided by before they become probabilities."""
    least: float
    """Below this probability of the best topic, nothing is suggested."""
    close: float
    """When the second is at least this share of the first, a question is asked."""


ALONE = Tuning(warmth=1.0, least=0.03, close=0.6)
TOGETHER = Tuning(warmth=1.5, least=0.04, close=0.6)
SILENCE = 0.5
"""From this probability of «no topic» on, nothing is suggested: training puts here what silence may cost."""

BY_WORDS = 3
"""Hints of having no topic that words alone give."""
SENTENCES = 0.75
"""Weight of the logarithms of sentences beside those of words."""
CLEAR = 0.45
"""From this probability of words alone on, embeddings are not asked: on the half of statements that are so clear next
to nothing is lost (decision 0019)."""

LEARNT_FROM = 0.5
"""An added example speaks when it is at least this alike (cosine of words; of embeddings it is stretched)."""
LEARNT_FORCE = 12.0
"""Points an example that is the same text adds to its topic, which begins no more than half of them below the best:
the surer the model, the lower it puts a topic it does not know."""
FAINT = 0.02
"""Below this probability a topic is noise beside the others and is not shown."""
FAINT_IN_DANGER = 0.1
"""The same beside telephones of danger: who is beaten need not read about inheritance."""
VIOLENCE = "other.criminal"
"""Always among what is offered for a story in which people are a danger, however sure the other topics are."""
SHORTEST = 3
"""Letters of a word that can name a trouble: shorter ones join others, «и в на не»."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic with its probability, 0–1."""

    code: str
    share: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: up to LIMIT topics, best first; none when the text has no topic that we know."""

    candidates: tuple[Candidate, ...] = ()
    ask: bool = False
    """The best two are close: one question separates them."""
    surety: float = 0.0
    """Probability of the best topic, also when nothing is suggested."""
    quiet: float = 0.0
    """Probability that the text has no topic that we know."""

    @property
    def silent(self) -> bool:
        """Whether the ranker suggests nothing."""
        return not self.candidates


def shown(verdict: Verdict, *, danger: bool) -> list[Candidate]:
    """Those topics of a verdict that a person is shown; `danger`: below telephones."""
    least = FAINT_IN_DANGER if danger else FAINT
    return [one for one in verdict.candidates if one.share >= least or (danger and one.code == VIOLENCE)]


@dataclass(frozen=True, slots=True)
class Example:
    """A statement that the project office added to a topic."""

    code: str
    text: str


@dataclass(slots=True)
class Ranker:
    """Ranks topics for a text. Stateless but for its weights and the examples it has learnt; safe between threads."""

    words: Words
    sentences: Sentences | None = None
    examples: Sequence[Example] = ()
    known: frozenset[str] = frozenset()
    """Codes that may be suggested; empty: all."""
    embed: Callable[[str], Any] = embedding.embed
    quiet: Mapping[str, Silence] = field(default_factory=silence.read)
    """How to judge that a text has no topic, for each way of ranking."""
    _learnt: list[tuple[str, dict[str, float], Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for one in self.examples:
            text = normal(one.text)
            vector = None if self.sentences is None else self.embed(text)
            self._learnt.append((one.code, weigh(features(text), self.words.idf), vector))

    @property
    def tuning(self) -> Tuning:
        """The numbers of the way this ranker ranks."""
        return ALONE if self.sentences is None else TOGETHER

    def shares(self, text: str) -> dict[str, float]:
        """Probability of each class, «no topic» among them, for any text."""
        plain = normal(text)
        weights = weigh(features(plain), self.words.idf)
        *scores, about = self.words.scores(weights)
        total = dict(zip(self.words.classes, _logs(scores), strict=False))
        alone = _shares(total, ALONE.warmth)
        hints = [odds(_quiet(alone)), about, odds(_best(alone))]
        clear = self.sentences is None or _best(alone) >= CLEAR
        if clear and not self._learnt:
            return self._of_known(total, ALONE.warmth, hints)
        vector: Any = None if self.sentences is None else self.embed(plain)
        if self.sentences is not None and not clear:
            *scores, about = self.sentences.scores(vector)
            more = dict(zip(self.sentences.classes, _logs(scores), strict=False))
            apart = _shares(more, 1.0)
            hints += [odds(_quiet(apart)), about, odds(_best(apart)), *self.sentences.near(vector[None])[0].tolist()]
            total = {code: value + SENTENCES * more[code] for code, value in total.items()}
        least = max(total.values()) - LEARNT_FORCE / 2
        against = 0.0
        for code, points in self._remembered(weights, vector):
            total[code] = max(total.get(code, least), least) + points
            against = max(against, points)
        return self._of_known(total, ALONE.warmth if clear else TOGETHER.warmth, hints, against)

    def _of_known(
        self, total: Mapping[str, float], warmth: float, hints: Sequence[float], against: float = 0.0
    ) -> dict[str, float]:
        """Probabilities of the topics that may be suggested, and of having none of them.

        Whether there is a topic at all is judged by itself; what speaks for a topic that may not be suggested speaks
        for silence.
        """
        shares = _shares(total, warmth)
        quiet = self.quiet["words" if len(hints) == BY_WORDS else "together"].share(hints, against)
        was = _quiet(shares)
        rest = (1 - quiet) / (1 - was) if was < 1 else 0.0
        topics = {code: value * rest for code, value in shares.items() if code not in SILENT}
        allowed = {code: value for code, value in topics.items() if not self.known or code in self.known}
        gone = sum(topics.values()) - sum(allowed.values())
        return allowed | {NOTHING: min(1.0, quiet + max(0.0, gone))}

    def rank(self, text: str) -> Verdict:
        """Suggest topics for a text, or nothing. Never raises, whatever the text."""
        if not any(len(word) >= SHORTEST for word in normal(text).split()):
            return Verdict()
        shares = self.shares(text)
        quiet = shares.pop(NOTHING)
        danger = VIOLENCE in shares and violent(text)
        if danger:
            shares[VIOLENCE] = max(shares[VIOLENCE], _to_be_third(shares))
        best = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))[:LIMIT]
        surety = best[0][1] if best else 0.0
        if not danger and (quiet >= SILENCE or surety < self.tuning.least):
            return Verdict(surety=surety, quiet=quiet)
        found = tuple(Candidate(code, share) for code, share in best)
        ask = len(found) > 1 and found[1].share >= self.tuning.close * found[0].share
        return Verdict(found, ask, surety, quiet)

    def _remembered(self, weights: Mapping[str, float], vector: Any) -> Iterable[tuple[str, float]]:
        """What added examples say of a text: the most alike of each topic."""
        best: dict[str, float] = {}
        for code, their, its in self._learnt:
            alike = sum(value * their[name] for name, value in weights.items() if name in their) / 2
            if vector is not None:
                alike = max(alike, (float(vector @ its) - 0.86) / 0.14)  # e5 keeps all sentences above 0.7
            best[code] = max(best.get(code, 0.0), alike)
        return [
            (code, LEARNT_FORCE * (alike - LEARNT_FROM) / (1 - LEARNT_FROM))
            for code, alike in best.items()
            if alike > LEARNT_FROM
        ]


def _quiet(shares: Mapping[str, float]) -> float:
    return sum(shares.get(label, 0.0) for label in SILENT)


def _best(shares: Mapping[str, float]) -> float:
    """The probability of the likeliest topic."""
    return max(share for code, share in shares.items() if code not in SILENT)


def _to_be_third(shares: Mapping[str, float]) -> float:
    """A probability that stands among LIMIT whatever the others are, and is not taken for noise."""
    high = sorted(shares.values(), reverse=True)[:LIMIT]
    return max(0.05, sum(high[1:]) / max(1, len(high[1:])))


def _logs(scores: Sequence[float]) -> list[float]:
    """Logarithms of the probabilities that scores mean."""
    top = max(scores)
    whole = top + math.log(sum(math.exp(one - top) for one in scores))
    return [one - whole for one in scores]


def _shares(total: Mapping[str, float], warmth: float) -> dict[str, float]:
    top = max(total.values())
    raised = {code: math.exp((value - top) / warmth) for code, value in total.items()}
    whole = sum(raised.values())
    return {code: value / whole for code, value in raised.items()}


@lru_cache(maxsize=1)
def _weights() -> tuple[Words, Sentences | None]:
    sentences = FOLDER / "sentences.gz"
    return (
        Words.read(FOLDER / "words.gz"),
        Sentences.read(sentences) if embedding.available() and sentences.exists() else None,
    )


def ranker(*, examples: Sequence[Example] = (), known: Iterable[str] = (), plain: bool = False) -> Ranker:
    """The ranker of this installation: with embeddings when the extra is there, unless `plain`."""
    words, sentences = _weights()
    return Ranker(words, None if plain else sentences, examples, frozenset(known))
