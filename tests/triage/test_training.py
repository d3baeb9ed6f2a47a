"""Training on a handful of texts: the fit arrives, silence costs what was said, and twice gives the same bytes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from legalaid.triage import embedding, training
from legalaid.triage.fitting import fit, softmax, steepest
from legalaid.triage.model import Sentences
from legalaid.triage.ranker import BY_WORDS, Ranker
from legalaid.triage.remembered import Remembered
from legalaid.triage.silence import NEEDLESS, NEEDLESS_PLAIN, Silence, eased, odds
from legalaid.triage.silence import fit as fit_silence
from legalaid.triage.statements import SILENT, read_statements


def some() -> training.Lesson:
    kept = Remembered()
    return training.lesson(read_statements()[::60], kept.embed)


def test_the_fit_arrives_where_the_slope_is_flat() -> None:
    lot = np.random.default_rng(3)
    points = lot.standard_normal((120, 30)).astype(np.float32)
    kernel = points @ points.T
    target = np.eye(4, dtype=np.float32)[lot.integers(0, 4, 120)]

    def slope(found: np.ndarray) -> float:  # type: ignore[type-arg]
        return float(np.abs(softmax(kernel @ found) - target + 0.1 * found).max())

    assert slope(np.zeros_like(target)) > 0.5
    ends = {
        rank: slope(fit(lambda one: kernel @ one, target, 0.1, steepest(lambda one: kernel @ one, 120, rank)))
        for rank in (1, 40)
    }
    assert ends[1] > 0.3  # one step for everything is not there yet
    assert ends[40] < 0.1


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        data = some()
        rows = np.arange(len(data.target))
        training.train_words(data, rows).write(tmp_path / name / "words.gz")
        training.train_sentences(data, rows).write(tmp_path / name / "sentences.gz")
    for file in ("words.gz", "sentences.gz"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_what_is_near_is_told_and_survives_the_file(tmp_path: Path) -> None:
    data = some()
    rows = np.arange(len(data.target))
    made = training.train_sentences(data, rows)
    silent = data.nothing[:, 0] > 0.5
    assert (made.silent, len(made.kept)) == (int(silent.sum()), len(rows))
    near = made.near(data.vectors)
    assert near.shape == (len(rows), 2)
    assert (near <= 1.001).all()
    assert near[silent, 0].mean() > near[silent, 1].mean()  # each lies nearer to its own kind
    assert near[~silent, 0].mean() < near[~silent, 1].mean()
    made.write(tmp_path / "sentences.gz")
    read = Sentences.read(tmp_path / "sentences.gz")
    assert np.allclose(read.near(data.vectors), near)
    assert np.allclose(read.scores(data.vectors[0]), made.scores(data.vectors[0]), atol=1e-4)


def test_hints_in_training_are_those_the_ranker_asks() -> None:
    data = some()
    rows = np.arange(len(data.target))
    words, sentences = training.train_words(data, rows), training.train_sentences(data, rows)
    learnt = training.hints(data, rows, words, sentences)
    told: list[list[float]] = []

    class Listener(Silence):
        def share(self, hints: Sequence[float], against: float = 0.0) -> float:
            told.append(list(hints))
            return 0.0

    listening = Ranker(words, sentences, embed=embedding.by_engine, quiet={way: Listener((0.0,)) for way in learnt})
    for at, one in enumerate(read_statements()[::60][:40]):
        told.clear()
        listening.rank(one.text)
        for hints in told:
            way = "words" if len(hints) == BY_WORDS else "together"
            assert np.allclose(hints, learnt[way][at], atol=1e-3)


def test_likeness_is_that_of_the_weights() -> None:
    data = some()
    assert np.allclose(data.alike, data.words @ data.words.T, atol=1e-5)
    silent = data.target[:, [data.classes.index(label) for label in SILENT]].sum(axis=1)
    assert np.allclose(data.nothing.sum(axis=1), 1)
    assert np.allclose(data.nothing[:, 0], silent)


def test_silence_costs_no_more_than_was_said() -> None:
    lot = np.random.default_rng(5)
    nothing = np.arange(2000) % 4 == 0
    hints = np.column_stack([lot.normal(nothing * 3.0), lot.normal(size=2000)])
    found = fit_silence(hints, nothing)
    quiet = np.array([found.share(row) >= 0.5 for row in hints.tolist()])
    assert abs(quiet[~nothing].mean() - NEEDLESS) < 0.005
    assert quiet[nothing].mean() > 0.8
    assert abs(found.weights[2]) < 0.3 * found.weights[1]  # the second hint knows nothing


def test_silence_is_eased_until_plain_people_are_heard() -> None:
    strict = Silence((1.0, 2.0))
    hints = [one / 50 - 1 for one in range(100)]
    before = [strict.share([one]) for one in hints]
    assert sum(one >= 0.5 for one in before) == 75
    after = eased(strict, before)
    assert sum(after.share([one]) >= 0.5 for one in hints) == int(NEEDLESS_PLAIN * 100)
    assert after.weights[1:] == strict.weights[1:]
    calm = Silence((-9.0, 2.0))
    assert eased(calm, [calm.share([one]) for one in hints]) == calm  # never made stricter


def test_an_example_speaks_against_silence_and_ends_are_kept() -> None:
    one = Silence((0.0, 1.0))
    assert one.share([odds(1.0)]) > 0.99
    assert one.share([odds(0.0)]) < 0.01
    assert one.share([2.0]) > 0.5 > one.share([2.0], against=4.0)
    assert one.share([1e9]) <= 1


def test_embeddings_are_kept_between_trainings(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "vectors.npz"
    first = Remembered(path)
    vector = first.embed("соседи сверху затопили")
    first.keep()
    again = Remembered(path)
    assert np.array_equal(again.embed("соседи сверху затопили"), vector)
    again.keep()
    assert [one.name for one in path.parent.iterdir()] == ["vectors.npz"]
