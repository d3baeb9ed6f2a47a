"""How a message travels, and where it stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.states import Moves


class MessageChannel(TextChoices):
    EMAIL = "email", _("электронная почта")
    SMS = "sms", _("СМС")


class MessageState(TextChoices):
    QUEUED = "queued", _("ждёт отправки")
    SENT = "sent", _("отправлено")
    FAILED = "failed", _("не отправлено")


M = MessageState
MESSAGE_MOVES: Moves[MessageState] = {
    (M.QUEUED, "send"): M.SENT,
    (M.QUEUED, "give_up"): M.FAILED,
    (M.FAILED, "retry"): M.QUEUED,
}
