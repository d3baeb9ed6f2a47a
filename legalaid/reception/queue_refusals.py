"""Refusals of the live queue, each with its text for the person."""

from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError


class BranchNotReceiving(DomainError):
    """The branch is closed now, or all its booths are out of service: nobody new is put in the live queue there."""

    code = "branch_not_receiving"
    field = "start"

    text = _("Отделение сейчас не принимает. Выберите другой день или предложите посетителю разговор из дома.")

    @classmethod
    def because(cls, reason: str) -> "BranchNotReceiving":
        """The refusal that says why, in the office's own words."""
        words = _(
            "Отделение сейчас не принимает: %(reason)s. "
            "Выберите другой день или предложите посетителю разговор из дома."
        )
        return cls(words % {"reason": reason.strip().rstrip(".")})


class OfferGone(DomainError):
    """The offer was answered, or went on to a colleague."""

    code = "offer_gone"
    text = _("Этот вызов уже закончился: человека пригласит другой специалист.")


class ReasonMissing(DomainError):
    """Who passes a person on says why."""

    code = "reason_missing"
    field = "reason"
    text = _("Напишите, почему передаёте дальше: хотя бы несколько слов.")


class NoteRefused(DomainError):
    """A message to a waiting person is empty or too long."""

    code = "note"
    field = "text"
    text = _("Напишите сообщение не длиннее 300 знаков.")


class NotWaiting(DomainError):
    """The person waits no longer."""

    code = "not_waiting"
    text = _("Этот человек уже не ждёт в очереди.")


class NoTelephone(DomainError):
    """To be called one must have left a telephone."""

    code = "no_telephone"
    text = _("В заявке нет телефона, поэтому позвонить мы не сможем. Оставайтесь на этой странице.")


class TaskClosed(DomainError):
    """Somebody has already seen to the task."""

    code = "task_closed"
    text = _("Эту задачу уже закрыли.")
