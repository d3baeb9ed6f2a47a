"""The text of an agreement, put together from the region's clauses, its terms and its annexes; drawn as PDF and DOCX.

The document is Russian whatever language the reader's pages have.
"""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings
from django.utils import formats, translation

from legalaid.directory.agreement_queries import branches, cells_of, exchange_of, region_clauses, topics_of
from legalaid.directory.agreement_rules import fill, several, term_words
from legalaid.directory.models import Agreement, Branch, Topic
from legalaid.directory.states import AgreementState, ExchangeDirection
from legalaid.kernel.plain import printable

LANGUAGE = "ru"
CENTRE = "Уполномоченный многофункциональный центр предоставления государственных и муниципальных услуг"


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A line of the first annex: where one topic is answered."""

    topic: str
    home: bool
    places: str  # «все», «1–5, 8», «—»


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause; `paragraphs` are filled in."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgreementSheet:
    """Everything the document says."""

    number: str
    heading: str
    mark: str  # «проект», «на подписании», '' once it is signed
    region: str
    signed: str
    parties: str
    authority: str
    centre: str
    signer_body: str
    signer_centre: str
    clauses: tuple[Clause, ...]
    areas: tuple[tuple[str, tuple[TopicLine, ...]], ...]
    places: tuple[tuple[int, str, str], ...]  # number, name, address
    norm: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]
    exchange: tuple[tuple[str, str, str], ...]  # what, which way, how long it is kept
    as_of: date


def sheet_of(agreement: Agreement, as_of: date) -> AgreementSheet:
    """The document of an agreement as it stands on a day. Six queries."""
    with translation.override(LANGUAGE):
        words = _words(agreement)
        chosen = agreement.clauses or [{"title": one.title, "text": one.text} for one in region_clauses()]
        known = {place.pk: (n, place) for n, place in enumerate(branches(), start=1)}
        cells = cells_of(agreement.pk)
        used = {branch for _topic, branch in cells if branch is not None}
        numbers = {pk: n for n, pk in enumerate((pk for pk in known if pk in used), start=1)}
        signed = formats.date_format(agreement.signed_on, "«j» E Y г.") if agreement.signed_on else ""
        return AgreementSheet(
            number=printable(agreement.number), heading=_heading(agreement), mark=_mark(agreement),
            region=settings.REGION_NAME, signed=signed, parties=_parties(agreement),
            authority=printable(agreement.authority.name), centre=f"{CENTRE}, {settings.REGION_NAME}",
            signer_body=printable(agreement.signer_body), signer_centre=printable(agreement.signer_centre),
            clauses=tuple(
                Clause(printable(one["title"]), tuple(printable(fill(one["text"], words)).splitlines()))
                for one in chosen
            ),
            areas=_areas(topics_of(agreement), cells, numbers),
            places=tuple(_place(numbers[pk], place) for pk, (_n, place) in known.items() if pk in numbers),
            norm=(("Постов", str(agreement.norm_posts)), ("Часов приёма в неделю", str(agreement.norm_hours))),
            levels=_levels(agreement), exchange=_exchange(agreement.pk), as_of=as_of,
        )  # fmt: skip


def _words(agreement: Agreement) -> dict[str, str]:
    return {
        "term": term_words(agreement.valid_from, agreement.valid_until),
        "agree_days": several(agreement.agree_days, "рабочего дня", "рабочих дней"),
        "hold_days": several(agreement.hold_days, "рабочего дня", "рабочих дней"),
        "wait_minutes": several(agreement.wait_minutes, "минуты", "минут"),
        "norm_posts": str(agreement.norm_posts), "norm_hours": str(agreement.norm_hours),
        "number": agreement.number, "authority": agreement.authority.name,
    }  # fmt: skip


def _heading(agreement: Agreement) -> str:
    if agreement.amends is None:
        return "Соглашение о взаимодействии при проведении видеоконсультаций граждан"
    return f"Дополнительное соглашение к соглашению № {printable(agreement.amends.number)}"


def _mark(agreement: Agreement) -> str:
    marks = {AgreementState.DRAFT: "Проект", AgreementState.SIGNING: "На подписании"}
    return marks.get(AgreementState(agreement.state), "")


def _parties(agreement: Agreement) -> str:
    return (
        f"{printable(agreement.authority.name)}, далее — Орган, и {CENTRE[0].lower()}{CENTRE[1:]} "
        f"({settings.REGION_NAME}), далее — Центр, вместе — Стороны, заключили это соглашение."
    )


def _levels(agreement: Agreement) -> tuple[tuple[str, str], ...]:
    return (
        ("Согласовать время диалога", "в течение " + several(agreement.agree_days, "рабочего дня", "рабочих дней")),
        ("Провести диалог", "в течение " + several(agreement.hold_days, "рабочего дня", "рабочих дней")),
        ("Ожидание в назначенное время", "не дольше " + several(agreement.wait_minutes, "минуты", "минут")),
    )


def _exchange(agreement_id: int) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (printable(one.what), str(ExchangeDirection(one.direction).label), printable(one.kept) or "—")
        for one in exchange_of(agreement_id)
    )


def _areas(
    topics: list[Topic], cells: set[tuple[int, int | None]], numbers: dict[int, int]
) -> tuple[tuple[str, tuple[TopicLine, ...]], ...]:
    covered = {topic for topic, _branch in cells}
    found = []
    for area, rows in groupby((one for one in topics if one.pk in covered), key=lambda topic: topic.area.name):
        lines = []
        for topic in rows:
            at = sorted(numbers[branch] for branch in numbers if (topic.pk, branch) in cells)
            places = "все" if at and len(at) == len(numbers) else spans(at)
            lines.append(TopicLine(printable(topic.title), (topic.pk, None) in cells, places))
        found.append((printable(area), tuple(lines)))
    return tuple(found)


def _place(number: int, branch: Branch) -> tuple[int, str, str]:
    return number, printable(branch.name), printable(branch.address)


def spans(numbers: list[int]) -> str:
    """«1–5, 8» of sorted numbers; «—» of none."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    said = [str(one[0]) if len(one) == 1 else f"{one[0]}{'–' if len(one) > 2 else ', '}{one[-1]}" for one in parts]
    return ", ".join(said) or "—"
