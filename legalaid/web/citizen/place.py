"""Her place in the live queue in words: how many before her, how long it may take, why, and what she was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from legalaid.kernel.clock import in_zone
from legalaid.reception.queries.queue import Standing
from legalaid.reception.queries.today import authority_today
from legalaid.reception.queries.watch import open_wait
from legalaid.reception.queue_rules import LONG_WAIT
from legalaid.reception.states import PlaceReason, TicketState, WaitCause
from legalaid.web.citizen.visit import Visit
from legalaid.web.templatetags.times import clock, day_and_clock
from legalaid.web.waiting_words import how_long, too_late


def topics_of(visit: Visit, place: Place | None) -> list[str]:
    """What a page of her request follows: the request, and the queue while she waits in it, for others ahead leave."""
    mine = [f"request:{visit.id}"]
    return mine if place is None else [*mine, f"queue:{visit.request.authority_id}"]


class Place:
    """What the waiting page says of a ticket; nothing is invented where nothing is known."""

    def __init__(self, visit: Visit, standing: Standing, now: datetime) -> None:
        self.visit = visit
        self.standing = standing
        self.notes = standing.notes
        self.ticket: Any = standing.ticket
        self.now = now
        self.today = authority_today(standing.ticket.authority, now)

    @property
    def ends_at(self) -> datetime | None:
        """When reception ends today, as far as hours say."""
        return self.today.ends_at

    @property
    def headline(self) -> str:
        """Where she stands."""
        if self.ticket.state == TicketState.OFFERED:
            return _("Вас уже приглашают: специалист читает вашу заявку")
        ahead = self.standing.position - 1
        if ahead <= 0:
            return _("Вы следующие в очереди")
        return _("Перед вами в очереди: %(count)s") % {"count": ahead}

    @property
    def wait_words(self) -> str:
        """How long it may take, as a range, or that nobody knows."""
        if self.ticket.state == TicketState.OFFERED:
            return _("Не закрывайте страницу.")
        if not self.standing.experts:
            return self._nobody_words()
        return how_long(self.standing.estimate)

    def _nobody_words(self) -> str:
        """What becomes of her while no expert who knows her topic is on duty."""
        if self.today.opens_at is None:
            return _("Сейчас никто из специалистов не ведёт приём. Ваше место за вами, дежурный уже знает.")
        return _("Приём на сегодня закончен. Следующий начнётся: %(when)s.") % {
            "when": day_and_clock(self.today.opens_at, self.visit.zone)
        }

    @property
    def late_words(self) -> str:
        """That reception may end before her turn; '' while it does not."""
        if self.ticket.state == TicketState.OFFERED or not self.standing.experts:
            return ""
        return too_late(self.standing.estimate, self.ends_at, self.now, self.visit.zone)

    @property
    def may_not_come(self) -> bool:
        """Her turn may not come today: a time is the better way."""
        return bool(self.late_words) or (not self.standing.experts and self.ticket.state != TicketState.OFFERED)

    @property
    def reason_words(self) -> str:
        """Why she stands where she stands."""
        words = {
            PlaceReason.RETURNED: _("Вас вернули в очередь не по вашей вине, поэтому вы идёте первыми."),
            PlaceReason.OUT_OF_TURN: _("Вас примут вне очереди: это ваше право по закону."),
            PlaceReason.DEADLINE: _("Срок по закону истекает скоро, поэтому вы идёте раньше других."),
            PlaceReason.TIME: _("Принимаем по времени прихода: вы встали в очередь в %(time)s.")
            % {"time": clock(self.ticket.created_at, self.visit.zone)},
        }
        return words[PlaceReason(self.ticket.reason)]

    @property
    def delay_words(self) -> str:
        """Whose delay a long wait is; '' while nobody is late."""
        wait = open_wait(self.visit.id)
        if wait is None or self.now - self.ticket.created_at < LONG_WAIT:
            return ""
        words = {
            WaitCause.AUTHORITY: _(
                "Вы ждёте дольше обычного: у специалистов затянулись разговоры. Дежурный уже знает."
            ),
            WaitCause.CENTRE: _("Вы ждёте дольше обычного: задержка в МФЦ. Сотрудник рядом, можно его позвать."),
            WaitCause.TECHNICS: _("Вы ждёте дольше обычного: неполадка со связью. Её уже исправляют."),
            WaitCause.CITIZEN: "",
        }
        return words[WaitCause(wait.cause)]

    @property
    def from_home(self) -> bool:
        return self.ticket.seen_at is not None

    @property
    def can_be_called(self) -> bool:
        """Whether «Перезвоните мне» makes sense: she waits at home and left a telephone."""
        citizen = self.visit.request.citizen
        return self.from_home and citizen is not None and bool(citizen.phone)

    @property
    def waits_for_call(self) -> bool:
        """She asked for a call and has not been called: nothing is for her to do until then."""
        return bool(self.ticket.call_back and self.ticket.called_at is None)

    @property
    def call_words(self) -> str:
        """What becomes of the call she asked for; '' when she asked for none."""
        if not self.ticket.call_back:
            return ""
        if self.ticket.called_at is not None:
            at = in_zone(self.ticket.called_at, self.visit.zone)
            return _("Мы звонили вам в %(time)s. Войдите в комнату ожидания.") % {"time": f"{at:%H:%M}"}
        return _("Мы позвоним вам, когда подойдёт очередь. Место за вами, страницу можно закрыть.")
