"""Legal deadlines counted from something that happened to the person, by topic."""

from dataclasses import dataclass
from datetime import date, timedelta

from legalaid.kernel.clock import is_working_day
from legalaid.triage.dates import Moment, add_months, moments
from legalaid.triage.text import marked as _
from legalaid.triage.text import normal


@dataclass(frozen=True, slots=True)
class Term:
    """How long the law gives, and the question whose answer starts the count; the topic names the act."""

    question: str
    days: int = 0
    months: int = 0
    working: bool = False
    """Counted in working days, as the act of the topic says."""
    moves: bool = False
    """Ends on the next working day when its last day is a day off: ГК РФ ст. 193, ТК РФ ст. 14. Where no such rule is
    surely the term's own, the earlier day stays: it is the safe one to be told."""

    def last_day(self, happened: date) -> date:
        """The last day to act: the count begins on the day after; days off are those of the production calendar."""
        if self.working:
            day, left = happened, self.days
            while left:
                day += timedelta(days=1)
                left -= is_working_day(day)
            return day
        day = add_months(happened, self.months) if self.months else happened + timedelta(days=self.days)
        while self.moves and not is_working_day(day):
            day += timedelta(days=1)
        return day


TERMS: dict[str, Term] = {
    "labour.dismissal": Term(_("Когда вам дали приказ об увольнении или трудовую книжку?"), months=1, moves=True),
    "labour.forced": Term(_("Когда вы подали заявление об уходе? Если не подавали, пропустите."), days=14),
    "labour.wage": Term(_("Когда должны были заплатить?"), months=12, moves=True),
    "bailiffs.account": Term(_("Когда вы узнали о постановлении пристава?"), days=10, working=True),
    "bailiffs.notmine": Term(_("Когда вы узнали о постановлении пристава?"), days=10, working=True),
    "bailiffs.inaction": Term(_("Когда вы узнали, что пристав ничего не сделал?"), days=10, working=True),
    "bailiffs.courtorder": Term(_("Когда вы получили судебный приказ?"), days=10, working=True),
    "pension.refusal": Term(_("Когда вы получили решение об отказе?"), months=3),
    "other.rights": Term(_("Когда вы узнали об отказе или получили ответ?"), months=3),
    "housing.meeting": Term(_("Когда вы узнали о решении собрания?"), months=6),
    "notary.inherit": Term(_("Когда умер человек?"), months=6, moves=True),
    "social.funeral": Term(_("Когда умер человек?"), months=6),
    "consumer.exchange": Term(_("Когда вы купили вещь?"), days=14, moves=True),
    "consumer.defect": Term(_("Когда вам передали товар?"), days=15, moves=True),
    "consumer.online": Term(_("Когда вы получили товар? Если не получили, пропустите."), days=7, moves=True),
    "migration.patent": Term(_("Когда был въезд в Россию?"), days=30),
    "migration.arrival": Term(_("Когда человек приехал?"), days=7, working=True),
    "realty.share": Term(_("Когда вы узнали о продаже доли? Если не продают, пропустите."), months=1, moves=True),
    "family.property": Term(_("Когда развод вступил в силу? Если не развелись, пропустите."), months=36, moves=True),
    "svo.job": Term(_("Когда закончилась служба?"), months=3),
}
"""The lengths are those of the topics' own `deadline` (which carries the article and waits for a lawyer's eye)."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last day to act, counted from a day that the text names with `words`."""

    day: date
    words: str
    rough: bool


def due(text: str, code: str, today: date) -> Due | None:
    """The last day to act in a topic, if the text says when it happened; None when it does not or no term is known.

    Of several days the latest is taken that still may start the count: stories go from old to new.
    """
    return due_by(text, TERMS.get(code), today)


def due_by(text: str, term: Term | None, today: date) -> Due | None:
    """The same for a term that is at hand; None for one that is not counted."""
    if term is None:
        return None
    found = moments(normal(text), today)
    return None if not found else _from(term, max(found, key=lambda one: one.day))


def _from(term: Term, moment: Moment) -> Due:
    return Due(term.last_day(moment.day), moment.words, moment.rough)
