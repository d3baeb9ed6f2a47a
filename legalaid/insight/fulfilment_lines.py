"""The report of an agreement as lines, the same on the page, in the PDF and in the sheet."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from legalaid.insight.fulfilment import Fulfilment


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: `level` is what the agreement wants, `met` whether it is so, None where it wants nothing."""

    label: str
    value: float
    level: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together."""

    title: str
    lines: tuple[Line, ...]


def sections_of(report: Fulfilment) -> list[Section]:
    """The whole report in the language that is active."""
    return [
        Section(_("Приём"), _reception(report)), Section(_("Заявки и диалоги"), _requests(report)),
        Section(_("Ожидание"), _waiting(report)),
    ]  # fmt: skip


def hours(minutes: float) -> float:
    """Minutes as hours with one decimal."""
    return round(minutes / 60, 1)


def _reception(report: Fulfilment) -> tuple[Line, ...]:
    found, agreement = report.hours, report.agreement
    return (
        Line(_("Часов приёма в рабочие дни"), hours(found.offered), _norm(hours(found.norm)),
             found.offered >= found.norm if found.norm else None),
        Line(_("Часов приёма в выходные, сверх нормы"), hours(found.besides)),
        Line(_("Постов, где принимали"), found.posts, _norm(agreement.norm_posts),
             found.posts >= agreement.norm_posts if agreement.norm_posts else None),
    )  # fmt: skip


def _norm(value: float) -> str:
    return _("не меньше %(value)s") % {"value": f"{value:g}".replace(".", ",")} if value else ""


def _requests(report: Fulfilment) -> tuple[Line, ...]:
    found, agreement = report.total, report.agreement
    within = _("рабочих дней, не больше: %(days)s")
    return (
        Line(_("Подано заявок"), found.requested),
        Line(_("Согласовано время"), found.agreed),
        Line(_("из них в срок"), found.agreed_in_time, within % {"days": agreement.agree_days},
             found.agreed_in_time == found.agreed if found.agreed else None),
        Line(_("Проведено диалогов"), found.held),
        Line(_("из них в срок со дня заявки"), found.held_in_time, within % {"days": agreement.hold_days},
             found.held_in_time == found.held if found.held else None),
        Line(_("Дано ответов"), found.answered),
    )  # fmt: skip


def _waiting(report: Fulfilment) -> tuple[Line, ...]:
    found = report.waiting
    within = _("минут, не больше: %(count)s") % {"count": report.agreement.wait_minutes}
    return (
        Line(_("Ждали начала, раз"), found.count),
        Line(_("из них дольше нормы"), found.longer, within, found.longer == 0 if found.count else None),
        Line(_("В среднем ждали, минут"), round(found.average, 1)),
        *(
            Line(_("Чья задержка — %(who)s, минут") % {"who": who}, round(minutes, 1))
            for who, _count, minutes in found.causes
        ),
    )  # fmt: skip
