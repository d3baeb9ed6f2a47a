"""Training with its proof: hands are judged by models that have not read them, and one hand is read by none.

How rare a word is, is counted once over all that may be learnt; labels of a judged hand are never seen.

Needs the extra `triage`. Writes `words.gz`, `sentences.gz` and `report.json` to `model/`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import cycle
from typing import Any

import numpy as np

from legalaid.triage import embedding, evaluation, training
from legalaid.triage.evaluation import Case, Judged
from legalaid.triage.model import FOLDER
from legalaid.triage.ranker import Ranker
from legalaid.triage.statements import ASIDE, SILENT, UNSEEN, Statement, read_lexicon, read_statements

FOLDS = 6
"""Groups of hands that are judged together."""
WAYS = ("together", "words")


def train(catalogue: Sequence[Statement], authorities: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Cross-validate over hands, judge the unseen hand, train on all the others, write models and report."""
    written = read_statements()
    learnable = [one for one in written if one.hand != UNSEEN]
    everything = [*learnable, *read_lexicon(), *catalogue]
    say(f"Высказываний: {len(written)}, строк словаря и каталога: {len(everything) - len(learnable)}. Считаю…")
    embed = cache(embedding.embed)
    data = training.lesson(everything, embed)
    folds = np.array([*_folds(learnable), *[-1] * (len(everything) - len(learnable))])
    validated: dict[str, list[Judged]] = {way: [] for way in WAYS}
    for fold in range(FOLDS):
        say(f"Проверка {fold + 1} из {FOLDS}")
        made = _rankers(data, embed, np.flatnonzero(folds != fold))
        _judge(validated, made, [everything[row] for row in np.flatnonzero(folds == fold)], authorities)
    final = _rankers(data, embed, np.arange(len(everything)))
    unseen: dict[str, list[Judged]] = {way: [] for way in WAYS}
    _judge(unseen, final, [one for one in written if one.hand == UNSEEN], authorities)
    whole = final["together"]
    whole.words.write(FOLDER / "words.gz")
    assert whole.sentences is not None
    whole.sentences.write(FOLDER / "sentences.gz")
    report = _report(written, validated, unseen, authorities)
    (FOLDER / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for way in WAYS:
        say(f"{way}: по рукам {_spoken(report['validated'][way])}; невиденная рука {_spoken(report['unseen'][way])}")


def _folds(statements: Sequence[Statement]) -> list[int]:
    """The fold of each statement: that of its hand; texts beside any topic go round, or a fold would learn none."""
    hands = sorted({one.hand for one in statements} - {ASIDE})
    place = {hand: at % FOLDS for at, hand in enumerate(hands)}
    turn = cycle(range(FOLDS))
    return [next(turn) if one.hand == ASIDE else place[one.hand] for one in statements]


def _rankers(data: training.Lesson, embed: training.Embed, rows: training.Rows) -> dict[str, Ranker]:
    words = training.train_words(data, rows)
    return {"together": Ranker(words, training.train_sentences(data, rows), embed=embed), "words": Ranker(words)}


def _judge(
    into: dict[str, list[Judged]], rankers: Mapping[str, Ranker], statements: Sequence[Statement],
    authorities: Mapping[str, str],
) -> None:  # fmt: skip
    cases = [Case(one.text, one.topic, one.also) for one in statements]
    for way, found in into.items():
        found.extend(evaluation.evaluate(rankers[way], cases, authorities))


def _report(
    written: Sequence[Statement], validated: Mapping[str, list[Judged]], unseen: Mapping[str, list[Judged]],
    authorities: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    both = validated["together"]
    return {
        "statements": len(written),
        "with_topic": sum(one.topic not in SILENT for one in written),
        "hands": len({one.hand for one in written}),
        "validated": {way: evaluation.figures(validated[way]) for way in WAYS},
        "unseen": {way: evaluation.figures(unseen[way]) for way in WAYS},
        "silence": evaluation.curve(both),
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
