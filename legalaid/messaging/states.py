"""How a message travels, and where it stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.states import Moves


class MessageChannel(TextChoices):
    EMAIL = "email", _("электронная почта")
    SMS = "sms", _("СМС")


class MessageState(TextChoices):
    QUEUED = "queued", _("ждёт отправки")
    SENDING = "sending", _("отправляется")
    SENT = "sent", _("отправлено")
    DELIVERED = "delivered", _("доставлено")
    FAILED = "failed", _("не доставлено")
    WITHDRAWN = "withdrawn", _("отозвано до отправки")


M = MessageState
MESSAGE_MOVES: Moves[MessageState] = {
    (M.QUEUED, "begin"): M.SENDING,
    (M.QUEUED, "withdraw"): M.WITHDRAWN,
    (M.SENDING, "begin"): M.SENDING,  # the outcome of the first attempt is unknown: once more, and it is marked
    (M.SENDING, "put_back"): M.QUEUED,
    (M.SENDING, "send"): M.SENT,
    (M.SENDING, "give_up"): M.FAILED,
    (M.SENDING, "deliver"): M.DELIVERED,
    (M.SENT, "deliver"): M.DELIVERED,
    (M.SENT, "give_up"): M.FAILED,
    (M.FAILED, "deliver"): M.DELIVERED,  # a receipt that came after we had given up
}
