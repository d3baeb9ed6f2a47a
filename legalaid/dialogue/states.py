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
    PAPER = "paper", _("добавлен документ")
    SHOWN = "shown", _("показан документ")
    HIDDEN = "hidden", _("документ убран")
    ENDED = "ended", _("диалог завершён")
    MISSED = "missed", _("диалог не состоялся")
    FAILED = "failed", _("диалог прерван")


class MediaMode(TextChoices):
    """Which way pictures and sound take."""

    MESH = "mesh", _("напрямую")
    SFU = "sfu", _("через сервер")


class MediaPolicy(TextChoices):
    """What an authority wants of the way media take."""

    AUTO = "auto", _("как лучше для связи")
    SERVER = "server", _("всегда через сервер")
    MESH = "mesh", _("только напрямую")
