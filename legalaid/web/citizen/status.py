"""Where a request stands, in words for its owner: what was done, what is now, who acts next and by when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legalaid.dialogue.queries import open_dialogue_of
from legalaid.dialogue.rules import entrance
from legalaid.dialogue.states import DialogueState
from legalaid.intake.states import CANCELLABLE_STATES, WITHOUT_TIME, RequestState
from legalaid.kernel.period import Period
from legalaid.kernel.spoken import zone_words
from legalaid.reception.queries import last_booking, live_booking, waiting_ticket
from legalaid.reception.queries.queue import has_lost_place, standing_of
from legalaid.reception.queries.told import messages_to_citizen, not_reached
from legalaid.reception.queries.waitlist import open_earlier_offer, waiting_entry
from legalaid.reception.queue_rules import is_told
from legalaid.reception.states import BookingState
from legalaid.reception.waitlist_rules import offer_until
from legalaid.result.queries import issued_memo_of
from legalaid.web.citizen.place import Place
from legalaid.web.citizen.visit import Visit
from legalaid.web.templatetags.times import clock, day_and_clock

R = RequestState
STOPPED = {R.CANCELLED, R.MISSED, R.EXPIRED}
MOVABLE = {BookingState.CONFIRMED, BookingState.CHECKED_IN}
ANSWERED = {R.ANSWERED, R.REDIRECTED, R.NEEDS_VISIT}

HEADLINES = {
    R.SUBMITTED: gettext_lazy("Заявка принята"),
    R.IN_DIALOGUE: gettext_lazy("Разговор идёт: можно вернуться в него"),
    R.ANSWERED: gettext_lazy("Ответ дан. Памятка готова"),
    R.REDIRECTED: gettext_lazy("Ваш вопрос решает другой орган: какой, сказано в памятке"),
    R.NEEDS_VISIT: gettext_lazy("Нужно прийти на личный приём: куда и когда, сказано в памятке"),
    R.CANCELLED: gettext_lazy("Заявка отменена"),
    R.MISSED: gettext_lazy("Разговор не состоялся"),
    R.EXPIRED: gettext_lazy("Заявка закрыта: время на неё вышло"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list; `state` is done | now | todo | stopped."""

    state: str
    title: str
    note: str = ""


def _period(during: Any) -> Period:
    return Period(during.lower, during.upper)


class Status:
    """Everything the request's page says about its state at `now`."""

    def __init__(self, visit: Visit, now: datetime) -> None:
        self.visit = visit
        self.state = RequestState(visit.request.state)
        self.booking = live_booking(visit.id)
        self.former = self.booking or last_booking(visit.id)
        ticket = waiting_ticket(visit.id)
        self.place = Place(visit, standing_of(ticket, now), now) if ticket else None
        self.position = self.place.standing.position if self.place else 0
        self.lost_place = self.state == R.MISSED and has_lost_place(visit.id)
        self.dialogue = open_dialogue_of(visit.id)
        self.memo = issued_memo_of(visit.id)
        self.opens_at = entrance(_period(self.booking.during)).start if self.booking else None
        self.can_enter = self._can_enter(now)
        at_centre = self.booking is not None and self.booking.booth is not None
        self.will_talk = self.state in {R.AGREED, R.QUEUED} and not at_centre  # with devices of her own
        self.can_cancel = self.state in CANCELLABLE_STATES
        self.can_move = (
            self.booking is not None
            and self.state == R.AGREED
            and self.booking.state in MOVABLE
            and now < self.booking.during.lower
        )
        self.time_has_come = self.booking is not None and now >= self.booking.during.lower
        self.is_told = (
            self.booking is not None
            and self.state == R.AGREED
            and is_told(self.booking.state, self.booking.began_at, _period(self.booking.during), now)
        )
        self.can_take_time = self.state in WITHOUT_TIME
        self.offers_time = self.place is None or self.place.may_not_come
        self.without_time = self.state == R.SUBMITTED
        self.can_wait = self.without_time or (
            self.can_move and self.booking is not None and self.booking.state == BookingState.CONFIRMED
            and offer_until(now, self.booking.during.lower, visit.zone) is not None  # any earlier start is nearer still
        )  # fmt: skip
        self.on_waitlist = self.can_wait and waiting_entry(visit.id) is not None
        self.earlier_offer = open_earlier_offer(visit.id, now) if self.on_waitlist else None
        self.not_reached = not_reached(messages_to_citizen(visit.id)) if self.can_cancel else []
        self.stopped = self.state in STOPPED
        self.answered = self.state in ANSWERED

    @property
    def called_by(self) -> dict[str, str] | None:
        """The expert who has called her in and confirms her name; None before and after."""
        dialogue = self.dialogue
        if dialogue is None or dialogue.state != DialogueState.RECEIVED or dialogue.expert is None:
            return None
        authority = dialogue.help_request.authority
        return {"name": dialogue.expert.name, "place": authority.short if authority else ""}

    def _can_enter(self, now: datetime) -> bool:
        if self.state == R.QUEUED:
            return True
        if self.state == R.IN_DIALOGUE:
            return self.dialogue is not None
        if self.state != R.AGREED or self.booking is None:
            return False
        period = entrance(_period(self.booking.during))
        return period.start <= now < period.end

    @property
    def waits_for_memo(self) -> bool:
        """The talk is over, and the request is in dialogue until the memo is out."""
        return self.state == R.IN_DIALOGUE and self.dialogue is None

    @property
    def label(self) -> str:
        if self.without_time and self.on_waitlist:
            return _("Ждём время")
        return _("Ждём памятку") if self.waits_for_memo else str(self.state.label)

    @property
    def tone(self) -> str:
        if self.stopped:
            return "danger"
        return "ok" if self.answered else "accent"

    @property
    def icon(self) -> str:
        icon = "clock"
        if self.answered:
            icon = "circle-check"
        elif self.stopped:
            icon = "circle-x"
        return icon

    @property
    def headline(self) -> str:
        """The one sentence at the top: what happens next."""
        if self.state == R.AGREED and self.booking is not None:
            if self.can_enter and self.time_has_come:
                return _("Ваше время пришло: можно входить")
            if self.can_enter:
                start = clock(self.booking.during.lower, self.visit.zone)
                return _("Можно входить: специалист начнёт в %(time)s") % {"time": start}
            return _("Разговор %(when)s") % {"when": self._start()}
        if self.state == R.QUEUED:
            return self._queue_words()
        if self.lost_place:
            return _("Вас долго не было, и место в очереди освободилось")
        if self.without_time:
            if self.earlier_offer is not None:
                return _("Появилось время: ждём вашего ответа")
            return _("Ищем вам время") if self.on_waitlist else _("Выберите время или попросите сообщить о новом")
        if self.waits_for_memo:
            return _("Разговор закончен. Специалист готовит памятку")
        return str(HEADLINES.get(self.state, HEADLINES[R.SUBMITTED]))

    @property
    def next_words(self) -> str:
        """Who acts next and by when."""
        if self.stopped or self.lost_place:
            return self._stopped_words()
        if self.place is not None and self.place.waits_for_call:
            return ""
        if self.without_time and self.on_waitlist and self.earlier_offer is None:
            return _("Как только время появится, мы сообщим и подержим его за вами. Делать ничего не нужно.")
        if self.state == R.QUEUED:
            return _("Войдите в комнату ожидания. Специалист пригласит вас, когда подойдёт очередь.")
        if self.state == R.IN_DIALOGUE and self.dialogue is None:
            return _("Памятка появится на этой странице. Обычно это занимает несколько минут.")
        if self.state == R.AGREED and self.booking is not None and self.booking.booth is not None:
            return _("Приходите за 10 минут до начала и назовите у стойки номер заявки. Вас проводят к камере.")
        if self.state == R.AGREED and self.can_enter:
            return _("Войдите в комнату ожидания и проверьте камеру и звук. Специалист пригласит вас сам.")
        if self.state == R.AGREED and self.opens_at is not None:
            return _(
                "Комната ожидания откроется в %(time)s, за 15 минут до начала. До этого делать ничего не нужно."
            ) % {"time": clock(self.opens_at, self.visit.zone)}
        return ""

    def _stopped_words(self) -> str:
        if self.lost_place:
            return _("Ничего не потеряно: заявка и рассказ сохранены. Можно встать в очередь снова или выбрать время.")
        if self.state == R.MISSED:
            return _("Ничего не потеряно: заявка и рассказ сохранены. Если помощь ещё нужна, выберите другое время.")
        return _("Если помощь ещё нужна, расскажите о деле заново: это займёт пару минут.")

    @property
    def steps(self) -> list[Step]:
        """The whole way of the request, in order."""
        way = [self._accepted(), self._agreed(), self._talk()]
        return way if self.stopped else [*way, self._result()]

    def _accepted(self) -> Step:
        at = self.visit.request.submitted_at
        return Step("done", _("Заявка принята"), day_and_clock(at, self.visit.zone) if at else "")

    def _agreed(self) -> Step:
        if self.state == R.QUEUED:
            return Step("done", _("Вы в очереди"), self._queue_words())
        if self.former is not None:
            state = "stopped" if self.stopped else "done"
            return Step(state, _("Время назначено"), self._start())
        if self.visit.request.agreed_at is not None:
            return Step("done", _("Вы встали в очередь"), day_and_clock(self.visit.request.agreed_at, self.visit.zone))
        if self.stopped:
            return Step("stopped", _("Выбор времени"))
        return Step("now", _("Выбор времени"), self.next_words)

    def _talk(self) -> Step:
        held = self.visit.request.held_at
        if self.stopped:
            return Step("stopped", self.headline)
        if self.answered or self.waits_for_memo:
            return Step("done", _("Разговор со специалистом"), day_and_clock(held, self.visit.zone) if held else "")
        if self.without_time:
            return Step("todo", _("Разговор со специалистом"))
        return Step("now", _("Разговор со специалистом"), self.next_words)

    def _result(self) -> Step:
        if self.memo is not None and self.memo.issued_at:
            return Step("done", _("Памятка выдана"), day_and_clock(self.memo.issued_at, self.visit.zone))
        if self.state == R.IN_DIALOGUE and self.dialogue is None:
            return Step("now", _("Памятка"), self.next_words)
        return Step("todo", _("Памятка"), _("Что говорит закон и что делать дальше. Её можно скачать здесь."))

    def _start(self) -> str:
        assert self.former
        return _("%(when)s (%(zone)s)") % {
            "when": day_and_clock(self.former.during.lower, self.visit.zone), "zone": zone_words(self.visit.zone)
        }  # fmt: skip

    def _queue_words(self) -> str:
        return self.place.headline if self.place else ""
