"""Life of a booking and of a ticket of the live queue."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.states import Moves


class BookingState(TextChoices):
    HELD = "held", _("время удержано")
    CONFIRMED = "confirmed", _("подтверждена")
    CHECKED_IN = "checked_in", _("гражданин на месте")
    USED = "used", _("состоялась")
    LAPSED = "lapsed", _("удержание истекло")
    CANCELLED = "cancelled", _("отменена")
    EXCUSED = "excused", _("предупредил, что не придёт")
    NO_SHOW = "no_show", _("не пришёл")


B = BookingState
BOOKING_MOVES: Moves[BookingState] = {
    (B.HELD, "confirm"): B.CONFIRMED,
    (B.HELD, "lapse"): B.LAPSED,
    (B.CONFIRMED, "check_in"): B.CHECKED_IN,
    (B.CONFIRMED, "cancel"): B.CANCELLED,
    (B.CONFIRMED, "excuse"): B.EXCUSED,
    (B.CONFIRMED, "miss"): B.NO_SHOW,
    (B.CONFIRMED, "move"): B.CONFIRMED,
    (B.CHECKED_IN, "use"): B.USED,
    (B.CHECKED_IN, "move"): B.CONFIRMED,  # she came early and would rather have another time
    (B.CHECKED_IN, "cancel"): B.CANCELLED,
    (B.CHECKED_IN, "miss"): B.NO_SHOW,
}
LIVE_BOOKINGS = (B.HELD, B.CONFIRMED, B.CHECKED_IN)
"""States in which a booking keeps its post, booth and citizen."""


class TicketState(TextChoices):
    WAITING = "waiting", _("ждёт")
    OFFERED = "offered", _("вызывают")
    TAKEN = "taken", _("принят")
    LEFT = "left", _("ушёл")
    RETURNED = "returned", _("передан дальше")


T = TicketState
TICKET_MOVES: Moves[TicketState] = {
    (T.WAITING, "offer"): T.OFFERED,
    (T.OFFERED, "pass_on"): T.WAITING,
    (T.WAITING, "take"): T.TAKEN,
    (T.OFFERED, "take"): T.TAKEN,
    (T.WAITING, "leave"): T.LEFT,
    (T.OFFERED, "leave"): T.LEFT,
    (T.TAKEN, "return"): T.RETURNED,
    (T.WAITING, "return"): T.RETURNED,
}
WAITING_TICKETS = (T.WAITING, T.OFFERED)
"""States in which a ticket keeps its place in the queue."""


class PlaceReason(TextChoices):
    """Why a ticket stands where it stands; each person in the queue may read her own."""

    RETURNED = "returned", _("возвращён в очередь не по своей вине")
    OUT_OF_TURN = "out_of_turn", _("принимают вне очереди")
    DEADLINE = "deadline", _("истекает срок по закону")
    TIME = "time", _("по времени прихода")


PLACE_PRIORITY = {PlaceReason.RETURNED: 5, PlaceReason.OUT_OF_TURN: 10, PlaceReason.DEADLINE: 50, PlaceReason.TIME: 100}
"""Lower comes first; within a class the earlier ticket comes first."""


class OfferState(TextChoices):
    OPEN = "open", _("ждёт ответа")
    ACCEPTED = "accepted", _("принят")
    DECLINED = "declined", _("отклонён")
    EXPIRED = "expired", _("без ответа")
    WITHDRAWN = "withdrawn", _("отозван")


OF = OfferState
OFFER_MOVES: Moves[OfferState] = {
    (OF.OPEN, "accept"): OF.ACCEPTED,
    (OF.OPEN, "decline"): OF.DECLINED,
    (OF.OPEN, "expire"): OF.EXPIRED,
    (OF.OPEN, "withdraw"): OF.WITHDRAWN,
}


class WaitlistState(TextChoices):
    WAITING = "waiting", _("ждёт более раннего времени")
    SERVED = "served", _("перешёл на раннее время")
    LEFT = "left", _("больше не ждёт")
    EXHAUSTED = "exhausted", _("предложения закончились")


W = WaitlistState
WAITLIST_MOVES: Moves[WaitlistState] = {
    (W.WAITING, "serve"): W.SERVED,
    (W.WAITING, "leave"): W.LEFT,
    (W.WAITING, "exhaust"): W.EXHAUSTED,
}


class EarlierOfferState(TextChoices):
    OPEN = "open", _("ждёт ответа")
    TAKEN = "taken", _("принято")
    DECLINED = "declined", _("отклонено")
    EXPIRED = "expired", _("без ответа")


E = EarlierOfferState
EARLIER_OFFER_MOVES: Moves[EarlierOfferState] = {
    (E.OPEN, "take"): E.TAKEN,
    (E.OPEN, "decline"): E.DECLINED,
    (E.OPEN, "expire"): E.EXPIRED,
}


class WaitCause(TextChoices):
    """Whose delay a wait is: product.md, «waiting attributed to whoever caused it»."""

    AUTHORITY = "authority", _("орган")
    CENTRE = "centre", _("центр")
    TECHNICS = "technics", _("техника")
    CITIZEN = "citizen", _("гражданин")


class DelayReason(TextChoices):
    """Why an expert is late, in words for the person who waits."""

    LONG_TALK = "long_talk", _("Предыдущий разговор затянулся. Место за вами, скоро начнём.")
    PREPARING = "preparing", _("Читаю ваши документы, чтобы ответить точно. Ещё несколько минут.")
    CALLED_AWAY = "called_away", _("Меня срочно вызвали. Вернусь через несколько минут и приму вас.")
    TECHNICS = "technics", _("Неполадка со связью, её уже исправляют. Место за вами.")


DELAY_CAUSES = {
    DelayReason.LONG_TALK: WaitCause.AUTHORITY,
    DelayReason.PREPARING: WaitCause.AUTHORITY,
    DelayReason.CALLED_AWAY: WaitCause.AUTHORITY,
    DelayReason.TECHNICS: WaitCause.TECHNICS,
}
"""Whose delay it is then. An expert never puts it down to the centre or to the person."""


class DutyDoing(TextChoices):
    """What an expert on duty does at this moment; read from offers and dialogues, kept nowhere."""

    FREE = "free", _("свободен")
    OFFERED = "offered", _("предложен человек")
    TALKING = "talking", _("в диалоге")
    HELPING = "helping", _("помогает коллеге")


class TaskKind(TextChoices):
    LONG_WAIT = "long_wait", _("ждут больше 15 минут")
    BELL = "bell", _("зовут сотрудника")
    NOBODY_ANSWERS = "nobody_answers", _("никто не принимает вызов")
    CALL_BACK = "call_back", _("просит позвать по телефону")
    DISCONNECTED = "disconnected", _("связь прервалась")
    DEVICE = "device", _("не работает камера или микрофон")
    CAMERA_DENIED = "camera_denied", _("у гражданина браузер не пускает к камере: его не видно")
    MICROPHONE_DENIED = "microphone_denied", _("у гражданина браузер не пускает к микрофону: его не слышно")
