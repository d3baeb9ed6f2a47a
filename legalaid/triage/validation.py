"""Training with its proof: each hand is judged by a model that has not read it, and one hand is read by none.

Needs the extra `triage`. Writes `words.gz`, `sentences.gz` and `report.json` to `model/`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any

import numpy as np

from legalaid.triage import embedding, evaluation, training
from legalaid.triage.evaluation import Case, Judged
from legalaid.triage.model import FOLDER
from legalaid.triage.ranker import Ranker
from legalaid.triage.statements import ASIDE, SILENT, UNSEEN, Statement, read_statements

CATALOGUE = "catalogue"
WAYS = ("together", "words")


def train(catalogue: Sequence[Statement], authorities: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Cross-validate over hands, judge the unseen hand, train on all the others, write models and report."""
    written = read_statements()
    everything = [*written, *catalogue]
    say(f"Высказываний: {len(written)}, из каталога: {len(catalogue)}. Считаю эмбеддинги…")
    embed = cache(embedding.embed)
    data = training.lesson(everything, embed)
    named = sorted({one.hand for one in written} - {UNSEEN, ASIDE})
    hands = np.array(_folds(everything, named))
    learnable = hands != UNSEEN
    folds: dict[str, list[Judged]] = {way: [] for way in WAYS}
    for at, hand in enumerate(named):
        say(f"Проверка на руке {at + 1} из {len(named)}")
        held = (hands == hand) & learnable
        made = _rankers(data, embed, np.flatnonzero(learnable & ~held))
        _judge(folds, made, [everything[row] for row in np.flatnonzero(held)], authorities)
    final = _rankers(data, embed, np.flatnonzero(learnable))
    unseen: dict[str, list[Judged]] = {way: [] for way in WAYS}
    _judge(unseen, final, [one for one in written if one.hand == UNSEEN], authorities)
    whole = final["together"]
    whole.words.write(FOLDER / "words.gz")
    assert whole.sentences is not None
    whole.sentences.write(FOLDER / "sentences.gz")
    report = _report(written, named, folds, unseen, authorities)
    (FOLDER / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for way in WAYS:
        say(f"{way}: по рукам {_spoken(report['validated'][way])}; невиденная рука {_spoken(report['unseen'][way])}")


def _folds(statements: Sequence[Statement], named: Sequence[str]) -> list[str]:
    """The fold of each statement: its hand; texts beside any topic go round the hands, or a fold would learn none."""
    turn = count()
    return [named[next(turn) % len(named)] if one.hand == ASIDE else one.hand for one in statements]


def _rankers(data: training.Lesson, embed: training.Embed, rows: np.ndarray[Any, Any]) -> dict[str, Ranker]:
    chosen = training.part(data, rows)
    words = training.train_words(chosen)
    return {"together": Ranker(words, training.train_sentences(chosen), embed=embed), "words": Ranker(words)}


def _judge(
    into: dict[str, list[Judged]], rankers: Mapping[str, Ranker], statements: Sequence[Statement],
    authorities: Mapping[str, str],
) -> None:  # fmt: skip
    cases = [Case(one.text, one.topic, one.also) for one in statements]
    for way, found in into.items():
        found.extend(evaluation.evaluate(rankers[way], cases, authorities))


def _report(
    written: Sequence[Statement], hands: Sequence[str], folds: Mapping[str, list[Judged]],
    unseen: Mapping[str, list[Judged]], authorities: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    both = folds["together"]
    return {
        "statements": len(written),
        "with_topic": sum(one.topic not in SILENT for one in written),
        "hands": len(hands) + 2,
        "validated": {way: evaluation.figures(folds[way]) for way in WAYS},
        "unseen": {way: evaluation.figures(unseen[way]) for way in WAYS},
        "confusion": [list(row) for row in evaluation.confusion(both, authorities)],
        "topics": [
            [code, n, round(first, 3), round(three, 3)] for code, n, first, three in evaluation.worst_topics(both)
        ],
    }


def _spoken(found: Mapping[str, Any]) -> str:
    return (
        f"тема первой {found['top1'][0]:.1%}, среди трёх {found['acceptable_in_3'][0]:.1%}, "
        f"орган {found['authority_first'][0]:.1%}, молчит зря {found['silent_on_topic'][0]:.1%}"
    )
