"""Life of a dialogue, of an invitation into it, and the words for who takes part."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.states import Moves, live_states


class DialogueState(TextChoices):
    LOBBY = "lobby", _("ждут специалиста")
    RECEIVED = "received", _("сверяют имя")
    LIVE = "live", _("идёт")
    ENDED = "ended", _("завершён")
    MISSED = "missed", _("не состоялся")
    FAILED = "failed", _("прерван")


D = DialogueState
DIALOGUE_MOVES: Moves[DialogueState] = {
    (D.LOBBY, "receive"): D.RECEIVED,
    (D.LOBBY, "admit"): D.LIVE,
    (D.LOBBY, "miss"): D.MISSED,
    (D.RECEIVED, "admit"): D.LIVE,
    (D.RECEIVED, "end"): D.ENDED,
    (D.RECEIVED, "fail"): D.FAILED,
    (D.LIVE, "end"): D.ENDED,
    (D.LIVE, "fail"): D.FAILED,
}
OPEN_DIALOGUES = live_states(DIALOGUE_MOVES)
"""A dialogue somebody may still enter and write in; one such dialogue a request."""
LED_DIALOGUES = frozenset({D.RECEIVED, D.LIVE})
"""A dialogue that takes an expert's time; one such dialogue an expert."""


class ParticipantRole(TextChoices):
    CITIZEN = "citizen", _("гражданин")
    OPERATOR = "operator", _("оператор МФЦ")
    EXPERT = "expert", _("специалист")
    COLLEAGUE = "colleague", _("приглашённый специалист")
    INTERPRETER = "interpreter", _("переводчик")
    HELPER = "helper", _("помощник")


GUEST_ROLES = (ParticipantRole.COLLEAGUE, ParticipantRole.INTERPRETER, ParticipantRole.HELPER)
"""Whom a link may bring in."""
ASIDE_ROLES = frozenset({ParticipantRole.EXPERT, ParticipantRole.COLLEAGUE})
"""Who may write, and read, what the experts say among themselves."""


class InvitationState(TextChoices):
    OPEN = "open", _("ждёт ответа")
    ACCEPTED = "accepted", _("принято")
    DECLINED = "declined", _("отклонено")
    EXPIRED = "expired", _("без ответа")
    WITHDRAWN = "withdrawn", _("отозвано")


I = InvitationState  # noqa: E741 - as the other tables of moves
INVITATION_MOVES: Moves[InvitationState] = {
    (I.OPEN, "accept"): I.ACCEPTED,
    (I.OPEN, "decline"): I.DECLINED,
    (I.OPEN, "expire"): I.EXPIRED,
    (I.OPEN, "withdraw"): I.WITHDRAWN,
}


class MoveReason(TextChoices):
    """Why the duty officer moves a dialogue; typed words could name a person, and everybody inside is told."""

    OTHER_MATTER = "matter", _("это вопрос другого специалиста")
    BAD_LINE = "line", _("у специалиста плохая связь")
    MUST_GO = "must_go", _("специалист не может продолжить")
    ASKED_FOR = "asked", _("об этом попросил гражданин")


class EventKind(TextChoices):
    """What the numbered list of a dialogue is made of."""

    ENTERED = "entered", _("на связи")
    LEFT = "left", _("не на связи")
    NOTED = "noted", _("сообщение до приёма")
    RECEIVED = "received", _("сверяют имя")
    ADMITTED = "admitted", _("диалог начат")
    SAID = "said", _("сообщение")
    INVITED = "invited", _("приглашён участник")
    UNINVITED = "uninvited", _("приглашение закончилось")
    LED = "led", _("диалог ведёт другой специалист")
    HELD = "held", _("пауза")
    RESUMED = "resumed", _("пауза закончена")
    REMOVED = "removed", _("участник удалён")
    SHOWN = "shown", _("показан документ")
    HIDDEN = "hidden", _("документ убран")
    LOOKED = "looked", _("страница повёрнута или увеличена")
    ENDED = "ended", _("диалог завершён")
    MISSED = "missed", _("диалог не состоялся")
    FAILED = "failed", _("диалог прерван")
    RECORDING = "recording", _("запись разговора")


class MediaMode(TextChoices):
    """Which way pictures and sound take."""

    MESH = "mesh", _("напрямую")
    SFU = "sfu", _("через сервер")


class MediaPolicy(TextChoices):
    """What an authority wants of the way media take."""

    AUTO = "auto", _("как лучше для связи")
    SERVER = "server", _("всегда через сервер")
    MESH = "mesh", _("только напрямую")


class CheckState(TextChoices):
    """What the check of one device came to."""

    OK = "ok", _("работает")
    WEAK = "weak", _("слабо")
    FAULT = "fault", _("не работает")
    UNKNOWN = "unknown", _("не проверено")


class DeviceFault(TextChoices):
    DENIED = "denied", _("браузер не пускает")
    MISSING = "missing", _("не найдено")
    BUSY = "busy", _("занято другой программой")
    INSECURE = "insecure", _("адрес без https")
    SILENT = "silent", _("молчит")
    COVERED = "covered", _("закрыта")
    OFF = "off", _("выключена по желанию")
    OTHER = "unknown", _("не включается")


class Readiness(TextChoices):
    """What a check means for the dialogue."""

    READY = "ready", _("всё готово")
    WEAK_LINE = "weak_line", _("слабая связь")
    SOUND_ONLY = "sound_only", _("только звук")
    WRITING = "writing", _("без звука, только чат")
    NO_LINE = "no_line", _("видеосвязь не проходит")
    UNCHECKED = "unchecked", _("не проверено")


def readiness(*, camera: str, microphone: str, line: str) -> Readiness:
    """What the states of a check mean for the person: the worst of what matters most."""
    if line == CheckState.FAULT:
        return Readiness.NO_LINE
    if microphone == CheckState.FAULT:
        return Readiness.WRITING
    if camera == CheckState.FAULT:
        return Readiness.SOUND_ONLY
    if line == CheckState.WEAK:
        return Readiness.WEAK_LINE
    known = {CheckState.OK, CheckState.WEAK}
    return Readiness.READY if camera in known and microphone in known else Readiness.UNCHECKED


class RecordingState(TextChoices):
    ASKED = "asked", _("ждёт согласия")
    RUNNING = "running", _("идёт")
    PAUSED = "paused", _("приостановлена")
    ENDED = "ended", _("закончена")
    DELETED = "deleted", _("удалена")


R = RecordingState
RECORDING_MOVES: Moves[RecordingState] = {
    (R.ASKED, "begin"): R.RUNNING,
    (R.RUNNING, "pause"): R.PAUSED,
    (R.PAUSED, "resume"): R.RUNNING,
    (R.ASKED, "stop"): R.ENDED,
    (R.RUNNING, "stop"): R.ENDED,
    (R.PAUSED, "stop"): R.ENDED,
    (R.ENDED, "expire"): R.DELETED,
}
