"""`legalaid triage …` as a person and a programme read it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from legalaid.ops.triage_cli import app


def said(*arguments: str) -> str:
    found = CliRunner().invoke(app, list(arguments))
    assert found.exit_code == 0, found.output
    return found.output


def test_suggest_answers_as_the_page_does() -> None:
    told = said("suggest", "меня уволили 20 дней назад без объяснения причин")
    assert "Незаконное увольнение" in told and "Инспекция труда" in told and "приказ об увольнении" in told
    assert "успеть до" in told and "«" in told
    assert told.count("•") == 1  # topics that the page takes for noise are not told here either
    assert "успеть примерно до" in said("suggest", "меня уволили недели две назад без объяснения причин")


def test_suggest_puts_danger_first_and_nothing_faint_below_it() -> None:
    told = said("suggest", "муж меня бьёт куда идти")
    assert told.index("112") < told.index("•")
    assert "Полиция" in told and "наследство" not in told


def test_suggest_asks_finds_two_and_keeps_silent() -> None:
    assert "Уточните: Есть ли уже решение суда" in said("suggest", "бывшая не даёт видеться с дочкой хотя суд разрешил")
    assert "вопросов два" in said("suggest", "начальник не даёт отпуск и ипотеку платить нечем хочу каникулы")
    for text in ("", "!!!", "рецепт борща"):
        assert "Поможет оператор" in said("suggest", text)


@pytest.mark.parametrize("way", [[], ["--plain"]])
def test_eval_prints_figures(tmp_path: Path, way: list[str]) -> None:
    file = tmp_path / "cases.jsonl"
    rows = [
        {"text": "соседи сверху затопили кухню", "topic": "housing.flood", "alt": []},
        {"text": "рецепт борща", "topic": "other.unclear.offtopic"},
        {
            "text": "соседи сверху затопили кухню",
            "topic": "pension.amount",
            "alt": ["housing.flood"],
            "authority": "gzhi",
        },
    ]
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows) + "\n", encoding="utf-8")
    found = json.loads(said("eval", str(file), *way))
    assert set(found) == {"n", "top1", "acceptable_in_3", "authority_first", "abstained", "ms_p50", "ms_p95"}
    assert (found["n"], found["top1"], found["acceptable_in_3"], found["abstained"]) == (3, 0.6667, 1, 1)
    assert found["authority_first"] == 1


def test_eval_refuses_what_is_no_file_of_cases(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("{]", encoding="utf-8")
    assert CliRunner().invoke(app, ["eval", str(file)]).exit_code != 0
    assert CliRunner().invoke(app, ["eval", str(tmp_path / "none.jsonl")]).exit_code != 0
