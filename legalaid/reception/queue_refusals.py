"""Refusals of the live queue, each with its text for the person."""

from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError


class BranchNotReceiving(DomainError):
    """The branch is closed now, or all its booths are out of service: nobody new is put in the live queue there."""

    code = "branch_not_receiving"
    field = "start"

    @classmethod
    def because(cls, *, closure: str | None, in_service: bool, opens: str) -> "BranchNotReceiving":
        """The refusal that says why, in the office's own words if it closed the branch, and when it `opens` again."""
        if closure:
            why = str(_("Отделение сейчас не принимает: %(reason)s.")) % {"reason": closure.strip().rstrip(".")}
        elif not in_service:
            why = str(_("Отделение сейчас не принимает: ни одно место видеосвязи не работает."))
        else:
            why = str(_("Отделение сейчас закрыто."))
        when = str(_("Откроется: %(when)s.")) % {"when": opens} if opens else ""
        return cls(" ".join(part for part in (why, when, str(_ELSE)) if part))


_ELSE = _(
    "Можно выбрать другое время или поговорить из дома: встать в очередь на сайте и попросить перезвонить, когда она "
    "подойдёт."
)


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
