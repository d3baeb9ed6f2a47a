"""`legalaid triage …`: ask the ranker, measure it, train it. None of it needs a database."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from legalaid.directory.pack import PACKS, read_pack
from legalaid.ops.voice import refuse, say
from legalaid.triage import embedding, evaluation
from legalaid.triage.danger import danger
from legalaid.triage.problems import problems
from legalaid.triage.questions import Question, question
from legalaid.triage.ranker import ranker, shown
from legalaid.triage.reasons import phrase
from legalaid.triage.statements import UNCLEAR, Statement
from legalaid.triage.terms import due

KEPT = Path("var") / "triage-embeddings.npz"
"""Embeddings of statements, kept between trainings."""
app = typer.Typer(help="Подбор темы по словам человека: спросить, измерить, обучить.", no_args_is_help=True)
Plain = Annotated[bool, typer.Option("--plain", help="Без эмбеддингов, даже если дополнение triage установлено.")]


def _topics() -> dict[str, dict[str, Any]]:
    """Topics of the region pack in the programme, by code."""
    return {one["id"]: one for one in read_pack(PACKS / "rostov").topics}


def _authorities(topics: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {code: one["authority"] for code, one in topics.items()}


@app.command("eval")
def evaluate(
    path: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="Строки JSON: text, topic, alt[], authority.")],
    plain: Plain = False,
) -> None:
    """Измерить подбор на размеченных текстах и напечатать JSON."""
    try:
        cases = [_case(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        refuse(f"{path}: не читается ({type(error).__name__}). Нужны строки JSON с полями text, topic, alt.")
    found = evaluation.evaluate(ranker(plain=plain), cases, _authorities(_topics()))
    typer.echo(json.dumps(evaluation.summary(found), ensure_ascii=False))


def _case(row: dict[str, Any]) -> evaluation.Case:
    return evaluation.Case(str(row["text"]), row["topic"], tuple(row.get("alt") or ()), row.get("authority") or "")


@app.command()
def suggest(
    text: Annotated[str, typer.Argument(help="Что случилось, своими словами.")],
    plain: Plain = False,
) -> None:
    """Ответить на рассказ так, как ответит страница гражданина."""
    topics = _topics()
    ranking = ranker(plain=plain)
    verdict = ranking.rank(text)
    lines = danger(text)
    for line in lines:
        say(f"Есть опасность? Звоните: {line.number} — {line.name}")
    if verdict.silent:
        say("Тему по этим словам не узнать. Поможет оператор МФЦ: он разберётся вместе с вами.")
        return
    close = question(*(one.code for one in verdict.candidates[:2])) if verdict.ask else None
    if close:
        say(f"Уточните: {close.text}")
    elif verdict.ask:
        say("Что из этого ближе?")
    for one in shown(verdict, danger=bool(lines)):
        for row in _told(topics[one.code], close, text, phrase(ranking.words, text, one.code)):
            say(row)
    parts = problems(ranking, text)
    if parts:
        say("Похоже, вопросов два: " + "; ".join(f"«{one.text}» — {topics[one.code]['title']}" for one in parts))


def _told(topic: dict[str, Any], close: Question | None, text: str, why: str) -> list[str]:
    """A topic as lines to read."""
    plain = {one["id"]: one["plain"] for one in read_pack(PACKS / "rostov").authorities}
    last = due(text, topic["id"], datetime.now(tz=ZoneInfo("Europe/Moscow")).date())
    lines = [
        f"• {topic['title']}. Ответит: {plain[topic['authority']]}",
        f"  Ответ: {close.answers[topic['id']]}" if close and topic["id"] in close.answers else "",
        f"  Ваши слова: «{why}»" if why else "",
        f"  Документы: {', '.join(topic['documents'])}" if topic["documents"] else "",
        f"  Срок: {topic['deadline']}" if topic["deadline"] else "",
        f"  По вашим словам, успеть {'примерно ' if last.rough else ''}до {last.day:%d.%m.%Y}" if last else "",
    ]
    return [line for line in lines if line]


@app.command()
def train(
    afresh: Annotated[bool, typer.Option("--afresh", help="Не брать эмбеддинги, посчитанные раньше.")] = False,
) -> None:
    """Обучить заново по высказываниям из программы и темам пакета; веса лягут в legalaid/triage/model."""
    if not embedding.available():
        refuse("Для обучения нужно дополнение triage: pip install 'legalaid[triage]'.")
    from legalaid.triage import validation
    from legalaid.triage.remembered import Remembered

    kept = Remembered(None if afresh else KEPT)
    validation.train(catalogue_statements(), _authorities(_topics()), say, kept)


def catalogue_statements() -> list[Statement]:
    """What the catalogue itself says of each topic."""
    return [
        Statement("catalogue", text, one["id"])
        for one in _topics().values()
        if one["id"] != UNCLEAR
        for text in (one["title"], one["ask"], ", ".join(one["keywords"]))
        if text
    ]
