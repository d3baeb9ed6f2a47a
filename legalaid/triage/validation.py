"""Training with its proof: hands are judged by models that have not read them, and one hand is read by none.

Another, read by none either, says where silence begins. How rare a word is, is counted once over all that may be
learnt; labels of a judged hand are never seen.

Needs the extra `triage`. Writes `words.gz`, `sentences.gz` and `report.json` to `model/`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np

from legalaid.triage import evaluation, silence, training
from legalaid.triage.evaluation import Case, Judged
from legalaid.triage.model import FOLDER, Sentences, Words
from legalaid.triage.ranker import Ranker
from legalaid.triage.remembered import Remembered
from legalaid.triage.statements import ASIDE, POINT, SILENT, UNSEEN, Statement, read_lexicon, read_statements

FOLDS = 6
"""Groups of hands that are judged together."""
WAYS = {"together": 8, "words": 3}
"""Ways of ranking, with how many hints of having no topic each gives."""


def train(
    catalogue: Sequence[Statement], authorities: Mapping[str, str], say: Callable[[str], None], remembered: Remembered
) -> None:
    """Cross-validate over hands, judge the unseen hand, train on all the others, write models and report."""
    written = read_statements()
    learnable = [one for one in written if one.hand not in (UNSEEN, POINT)]
    everything = [*learnable, *read_lexicon(), *catalogue]
    say(f"Высказываний: {len(written)}, строк словаря и каталога: {len(everything) - len(learnable)}. Считаю…")
    data = training.lesson(everything, remembered.embed)
    remembered.keep()
    folds = np.array([*_folds(learnable), *[-1] * (len(everything) - len(learnable))])
    made, hints = [], {way: np.zeros((len(learnable), size)) for way, size in WAYS.items()}
    for fold in range(FOLDS):
        say(f"Проверка {fold + 1} из {FOLDS}")
        judged = np.flatnonzero(folds == fold)
        made.append(_models(data, np.flatnonzero(folds != fold)))
        for way, found in training.hints(data, judged, *made[-1]).items():
            hints[way][judged] = found
    nothing = np.array([one.topic in SILENT for one in learnable])
    validated: dict[str, list[Judged]] = {way: [] for way in WAYS}
    for fold, models in enumerate(made):
        others = folds[: len(learnable)] != fold
        quiet = {way: silence.fit(hints[way][others], nothing[others]) for way in WAYS}
        cases = [everything[row] for row in np.flatnonzero(folds == fold)]
        _judge(validated, _rankers(models, quiet, remembered.embed), cases, authorities)
    quiet = {way: silence.fit(hints[way], nothing) for way in WAYS}
    final = _rankers(_models(data, np.arange(len(everything))), quiet, remembered.embed)
    plain = [one for one in written if one.hand == POINT and one.topic not in SILENT]
    for way in reversed(WAYS):  # both together ask words alone where they are clear
        quiet[way] = silence.eased(quiet[way], [final[way].rank(one.text).quiet for one in plain])
    unseen: dict[str, list[Judged]] = {way: [] for way in WAYS}
    _judge(unseen, final, [one for one in written if one.hand == UNSEEN], authorities)
    remembered.keep()
    silence.write(quiet)
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


def _models(data: training.Lesson, rows: training.Rows) -> tuple[Words, Sentences]:
    return training.train_words(data, rows), training.train_sentences(data, rows)


def _rankers(
    models: tuple[Words, Sentences], quiet: Mapping[str, silence.Silence], embed: training.Embed
) -> dict[str, Ranker]:
    words, sentences = models
    return {"together": Ranker(words, sentences, embed=embed, quiet=quiet), "words": Ranker(words, quiet=quiet)}


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
