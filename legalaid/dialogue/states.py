"""Life of a dialogue."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.states import Moves, live_states


class DialogueState(TextChoices):
    LOBBY = "lobby", _("ждут специалиста")
    LIVE = "live", _("идёт")
    ENDED = "ended", _("завершён")
    MISSED = "missed", _("не состоялся")
    FAILED = "failed", _("прерван")


D = DialogueState
DIALOGUE_MOVES: Moves[DialogueState] = {
    (D.LOBBY, "admit"): D.LIVE,
    (D.LOBBY, "miss"): D.MISSED,
    (D.LIVE, "end"): D.ENDED,
    (D.LIVE, "fail"): D.FAILED,
}
OPEN_DIALOGUES = live_states(DIALOGUE_MOVES)
"""A dialogue somebody may still enter and write in; one such dialogue a request."""


class ParticipantRole(TextChoices):
    CITIZEN = "citizen", _("гражданин")
    OPERATOR = "operator", _("оператор МФЦ")
    EXPERT = "expert", _("специалист")


class EventKind(TextChoices):
    """What the numbered list of a dialogue is made of."""

    ENTERED = "entered", _("на связи")
    LEFT = "left", _("не на связи")
    ADMITTED = "admitted", _("диалог начат")
    SAID = "said", _("сообщение")
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
