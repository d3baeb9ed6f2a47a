"""Figures of a ranker on labelled texts: what stands first, what stands among three, what it keeps silent about."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from legalaid.triage.ranker import Ranker, Verdict
from legalaid.triage.statements import NOTHING, SILENT, UNCLEAR

ROUNDS = 1000
"""Samples of the bootstrap."""


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled text. `authority` is that of the label, '' when it has none."""

    text: str
    topic: str
    also: tuple[str, ...] = ()
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with what was said to it. For a text without a topic silence is right everywhere."""

    case: Case
    verdict: Verdict
    first: bool
    in_three: bool
    authority: bool
    milliseconds: float = 0.0


def judge(case: Case, verdict: Verdict, authorities: Mapping[str, str], milliseconds: float = 0.0) -> Judged:
    """Compare a verdict with the label."""
    codes = [one.code for one in verdict.candidates]
    if case.topic == NOTHING or case.topic.startswith(UNCLEAR):
        right = verdict.silent or (verdict.ask and case.topic != NOTHING)
        also = bool(set(codes) & set(case.also))
        return Judged(case, verdict, right, right or also, right, milliseconds)
    good = {case.topic, *case.also}
    authority = case.authority or authorities.get(case.topic, "")
    return Judged(
        case, verdict, codes[:1] == [case.topic], bool(good & set(codes)),
        bool(codes) and authorities.get(codes[0]) == authority, milliseconds,
    )  # fmt: skip


def evaluate(ranker: Ranker, cases: Sequence[Case], authorities: Mapping[str, str]) -> list[Judged]:
    """Ask the ranker about every case, one after another, as people do."""
    ranker.rank("разогрев")
    found = []
    for case in cases:
        start = time.perf_counter()
        verdict = ranker.rank(case.text)
        found.append(judge(case, verdict, authorities, (time.perf_counter() - start) * 1000))
    return found


def summary(found: Sequence[Judged]) -> dict[str, Any]:
    """The figures of `legalaid triage eval`: shares 0–1, milliseconds."""
    count = len(found)
    if not count:
        return {"n": 0}
    times = sorted(one.milliseconds for one in found)
    cuts = quantiles(times, n=20, method="inclusive") if count > 1 else times * 19
    return {
        "n": count,
        "top1": round(sum(one.first for one in found) / count, 4),
        "acceptable_in_3": round(sum(one.in_three for one in found) / count, 4),
        "authority_first": round(sum(one.authority for one in found) / count, 4),
        "abstained": sum(one.verdict.silent for one in found),
        "ms_p50": round(cuts[9], 2),
        "ms_p95": round(cuts[18], 2),
    }


def figures(found: Sequence[Judged], *, seed: int = 1) -> dict[str, Any]:
    """Figures with 95 % intervals (bootstrap over texts): texts with a topic, and silence on those without."""
    with_topic = [one for one in found if _has_topic(one)]
    without = [one for one in found if _has_none(one)]
    unclear = [one for one in found if _is_unclear(one)]
    return {
        "n": len(with_topic),
        "top1": interval([one.first for one in with_topic], seed),
        "acceptable_in_3": interval([one.in_three for one in with_topic], seed),
        "authority_first": interval([one.authority for one in with_topic], seed),
        "silent_on_topic": interval([one.verdict.silent for one in with_topic], seed),
        "without_topic": len(without),
        "silent_without_topic": interval([one.verdict.silent for one in without], seed),
        "unclear": len(unclear),
        "silent_or_asks_on_unclear": interval([one.first for one in unclear], seed),
    }


def curve(found: Sequence[Judged]) -> list[list[float]]:
    """[threshold, share silent of texts with a topic, of those without, of unclear ones]: what each threshold costs."""
    rows = []
    for step in range(2, 20):
        threshold = step / 20
        shares = []
        for kind in (_has_topic, _has_none, _is_unclear):
            quiet = [one.verdict.quiet >= threshold for one in found if kind(one)]
            shares.append(round(sum(quiet) / len(quiet), 3) if quiet else 0.0)
        rows.append([threshold, *shares])
    return rows


def _has_topic(one: Judged) -> bool:
    return one.case.topic not in SILENT


def _has_none(one: Judged) -> bool:
    return one.case.topic == NOTHING


def _is_unclear(one: Judged) -> bool:
    return one.case.topic == UNCLEAR


def interval(hits: Sequence[bool], seed: int = 1) -> list[float]:
    """[share, lower, upper] of hits, 95 %; [] of nothing."""
    if not hits:
        return []
    lot = random.Random(seed)  # noqa: S311 - sampling, not secrecy
    shares = sorted(sum(lot.choices(hits, k=len(hits))) / len(hits) for _ in range(ROUNDS))
    return [round(sum(hits) / len(hits), 4), round(shares[ROUNDS // 40], 4), round(shares[-ROUNDS // 40], 4)]


def confusion(found: Sequence[Judged], authorities: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """(right authority, authority that stood first, how often), the commonest first; '' is silence."""
    pairs: Counter[tuple[str, str]] = Counter()
    for one in found:
        if one.case.topic in SILENT:
            continue
        first = authorities.get(one.verdict.candidates[0].code, "") if one.verdict.candidates else ""
        pairs[one.case.authority or authorities.get(one.case.topic, ""), first] += 1
    return [(right, said, n) for (right, said), n in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))]


def worst_topics(found: Sequence[Judged]) -> list[tuple[str, int, float, float]]:
    """(topic, statements, share first, share among three), the worst first."""
    groups: dict[str, list[Judged]] = {}
    for one in found:
        if one.case.topic not in SILENT:
            groups.setdefault(one.case.topic, []).append(one)
    rows = [
        (code, len(ones), sum(o.first for o in ones) / len(ones), sum(o.in_three for o in ones) / len(ones))
        for code, ones in groups.items()
    ]
    return sorted(rows, key=lambda row: (row[3], row[2], row[0]))
