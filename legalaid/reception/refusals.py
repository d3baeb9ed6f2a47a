"""Refusals of reception, each with its text for the person."""

from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError


class SlotTaken(DomainError):
    """Somebody else has the post, the booth or this very person's time."""

    code = "slot_taken"
    field = "start"
    text = _("Это время только что заняли. Выберите другое: список уже обновлён.")


class BoothOut(DomainError):
    """The booth is out of service: a person of the queue sits down at another one."""

    code = "booth_out"
    field = "code"
    text = _("Это место сейчас не работает. Сядьте на другое: код тот же. Если мест нет, позовите сотрудника.")


class BoothBooked(DomainError):
    """Somebody is booked at the booth before a walk-in's dialogue would usually be over; `other` is a free one, or ''.

    She may sit down all the same, when she or the operator says so.
    """

    code = "booth_booked"
    field = "code"
    text = _("Это место скоро займут по записи.")
    clock, other = "", ""

    @classmethod
    def since(cls, clock: str, other: str) -> "BoothBooked":
        """The refusal that says from when («11:00» on the clocks of the branch) and where else she may sit."""
        refused = cls(_("Это место занято с %(clock)s") % {"clock": clock})
        refused.clock, refused.other = clock, other
        return refused


class SlotTooSoon(DomainError):
    """The start is in the past or closer than LEAD_TIME."""

    code = "slot_too_soon"
    field = "start"
    text = _("Это время уже прошло или наступит слишком скоро. Выберите другое.")


class TooLateToMove(DomainError):
    """The booked start has come: there is nothing to move any more."""

    code = "too_late_to_move"
    text = _("Назначенное время уже наступило, перенести его нельзя. Войдите в разговор или запишитесь снова.")


class SlotTooFar(DomainError):
    """The start is further ahead than agreement or topic let it be booked."""

    code = "slot_too_far"
    field = "start"
    text = _("Так далеко вперёд мы ещё не записываем. Выберите день поближе.")


class OfferGone(DomainError):
    """The earlier time was kept for a while, and the while is over."""

    code = "offer_gone"
    text = _("Это время мы уже не держим: его предложили следующему. Ваше прежнее время осталось за вами.")


class TooManyBookings(DomainError):
    """One telephone or e-mail keeps CONTACT_LIVE bookings already."""

    code = "too_many_bookings"
    text = _(
        "На этот телефон или почту уже есть три записи. Сначала сходите на одну из них или отмените лишнюю. "
        "Если запись нужна другому человеку, подойдите в МФЦ или позвоните туда: оператор запишет."
    )


class TooManyPlaces(DomainError):
    """One telephone or e-mail keeps CONTACT_LIVE places in live queues already."""

    code = "too_many_places"
    text = _(
        "С этим телефоном или почтой уже ждут в очереди трое. Дождитесь одного из разговоров или откажитесь от лишнего "
        "места. Если место нужно другому человеку, подойдите в МФЦ или позвоните туда: оператор запишет."
    )


class TooManyCalledOff(DomainError):
    """One telephone or e-mail has called off CONTACT_CALLED_OFF bookings in CONTACT_DAYS."""

    code = "too_many_called_off"
    text = _(
        "С этого телефона или почты за неделю отменили пять записей, поэтому записать здесь пока нельзя. "
        "Подойдите в МФЦ или позвоните туда: оператор запишет вас сразу."
    )


class TopicNotCovered(DomainError):
    """No agreement in force covers topic × branch (× home) × authority."""

    code = "not_covered"
    text = _("По этой теме сейчас нельзя записаться здесь: нет действующего соглашения с органом.")


class HoldLapsed(DomainError):
    """The time was kept for ten minutes, and somebody else took it since."""

    code = "hold_lapsed"
    text = _("Мы держали это время 10 минут, и его заняли. Выберите другое: всё написанное сохранено.")


class HeldTooOften(DomainError):
    """She has held this start HOLDS_OF_START times without confirming it: now others have their turn."""

    code = "held_too_often"
    field = "start"
    text = _("Мы держали это время за вами уже три раза. Выберите другое или вернитесь к этому через 15 минут.")


class DutyBusy(DomainError):
    """The expert talks with somebody, or a person of the queue is being offered to her."""

    code = "duty_busy"
    text = _("У вас сейчас другой человек. Сначала ответьте ему.")


class NobodyOnReception(DomainError):
    """The live queue is open only while an expert of the authority is on duty."""

    code = "nobody_on_reception"
    text = _("Сейчас никто не ведёт приём. Выберите удобное время.")


class ReceptionOver(NobodyOnReception):
    """The hours of the authority's posts are over: who waits is still called, nobody new is put in the queue."""

    code = "reception_over"

    @classmethod
    def until(cls, opens: str) -> "ReceptionOver":
        """The refusal that says when reception begins again; `opens` is empty when nobody knows."""
        if not opens:
            return cls(_("Приём сейчас закончен. Выберите удобное время."))
        return cls(_("Приём сейчас закончен. Следующий начнётся: %(when)s. Выберите удобное время.") % {"when": opens})


class PostTaken(DomainError):
    """Somebody sits at the post, or the expert sits at another."""

    code = "post_taken"
    text = _("Этот пост уже занят. Выберите другой.")


class NotYourTurn(DomainError):
    """Only the next in the queue may be taken, and only by an expert on duty of that authority."""

    code = "not_your_turn"
    text = _("Эту заявку уже принял другой специалист.")


class NotMissedYet(DomainError):
    """A person is waited for NO_SHOW_AFTER before she counts as missing."""

    code = "not_missed_yet"
    text = _("Ещё рано: неявку отмечают через 10 минут после начала.")


class TooEarly(DomainError):
    """The waiting room opens CHECK_IN_FROM before the booked start."""

    code = "too_early"
    text = _("Ещё рано: комната ожидания откроется за 15 минут до назначенного времени.")


class TopicNotChosen(DomainError):
    """The desk sent the form before a topic was confirmed."""

    code = "topic"
    field = "story"
    text = _("Выберите тему: от неё зависит, кто ответит.")


class TimeChanged(DomainError):
    """Another time is kept than the one she looked over: she has chosen it in another window."""

    code = "time_changed"
    text = _("Пока вы проверяли, вы выбрали другое время. Посмотрите, всё ли верно теперь.")


class TimeNotChosen(DomainError):
    """The desk sent the form without a time."""

    code = "time"
    field = "start"
    text = _("Выберите время или живую очередь.")


class SentTwice(DomainError):
    """The same form is being registered by another click at this very moment."""

    code = "sent_twice"
    text = _("Эта заявка уже отправлена. Она видна на доске дня.")


class WrongCode(DomainError):
    """No visitor checked in for this booth has the code."""

    code = "wrong_code"
    field = "code"
    text = _("Такого кода нет. Проверьте цифры или позовите сотрудника.")


class TooManyCodes(DomainError):
    """The booth rests after several wrong codes."""

    code = "too_many_codes"
    field = "code"
    text = _("Слишком много неверных кодов. Подождите 10 минут или позовите сотрудника.")


class CallerNotKnown(DomainError):
    """The number, the digits or the phrase is wrong: which of them is not told."""

    code = "caller_not_known"
    field = "number"
    text = _("Не сходится. Проверьте номер заявки и последние цифры телефона или кодовую фразу.")


class TooManyCallers(DomainError):
    """The request rests after several wrong answers."""

    code = "too_many_callers"
    field = "number"
    text = _("Слишком много неверных ответов по этой заявке. Попробуйте через 10 минут.")
