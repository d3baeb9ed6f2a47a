"""Her place in the live queue in words: how many before her, how long it may take, why, and what she was told."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from legalaid.kernel.clock import in_zone
from legalaid.reception.queries.queue import Standing
from legalaid.reception.queries.watch import open_wait
from legalaid.reception.queue_rules import LONG_WAIT
from legalaid.reception.states import PlaceReason, TicketState, WaitCause
from legalaid.web.citizen.visit import Visit
from legalaid.web.templatetags.times import clock, length

HOUR = 60
"""Minutes; from here on a wait is told in hours: nobody counts 190 minutes in her head."""


class Place:
    """What the waiting page says of a ticket; nothing is invented where nothing is known."""

    def __init__(self, visit: Visit, standing: Standing, now: datetime) -> None:
        self.visit = visit
        self.standing = standing
        self.notes = standing.notes
        self.ticket: Any = standing.ticket
        self.now = now

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
            return _("Сейчас никто из специалистов не ведёт приём. Ваше место за вами, дежурный уже знает.")
        found = self.standing.estimate
        if found is None:
            return _("Сколько ждать, пока сказать нельзя: мало разговоров, чтобы посчитать честно.")
        if found.low == 0:
            return _("Ждать, скорее всего, не больше %(high)s.") % {"high": length(found.high)}
        if found.high < HOUR:
            return _("Ждать, скорее всего, от %(low)s до %(high)s минут.") % {"low": found.low, "high": found.high}
        both = {"low": length(found.low), "high": length(found.high)}
        return _("Ждать, скорее всего, от %(low)s до %(high)s.") % both

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
    def call_words(self) -> str:
        """What becomes of the call she asked for; '' when she asked for none."""
        if not self.ticket.call_back:
            return ""
        if self.ticket.called_at is not None:
            at = in_zone(self.ticket.called_at, self.visit.zone)
            return _("Мы звонили вам в %(time)s. Войдите в комнату ожидания.") % {"time": f"{at:%H:%M}"}
        return _("Мы позвоним вам, когда подойдёт очередь. Место за вами, страницу можно закрыть.")
