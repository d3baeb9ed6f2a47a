"""Refusals of the dialogue, each with its text for the person."""

from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError


class NothingToWaitFor(DomainError):
    """The request has neither a booking near nor a place in the queue."""

    code = "nothing_to_wait_for"
    text = _("Сейчас входить некуда: у заявки нет ни записи на это время, ни места в очереди.")


class TooEarly(DomainError):
    """The waiting room of a booking is not open yet, or not any more."""

    code = "too_early"
    text = _("Комната ожидания открывается за 15 минут до начала и закрывается через час после конца.")


class NotOnDuty(DomainError):
    """Only an expert «на приёме» of the request's authority starts a dialogue."""

    code = "not_on_duty"
    text = _("Сначала включите «На приёме»: диалог начинает специалист, который ведёт приём.")


class AlreadyAdmitted(DomainError):
    """A colleague was faster."""

    code = "already_admitted"
    text = _("Этот диалог уже начал другой специалист.")


class ExpertBusy(DomainError):
    """The expert is in another live dialogue."""

    code = "expert_busy"
    text = _("Вы уже ведёте диалог. Завершите его, прежде чем начать следующий.")


class DialogueOver(DomainError):
    """The dialogue is over: nobody enters and nothing is said any more."""

    code = "dialogue_over"
    text = _("Диалог завершён.")


class TicketUsed(DomainError):
    """The ticket has opened a socket already, or belongs to somebody else."""

    code = "ticket_used"
    text = _("Ссылка для входа устарела. Обновите страницу.")


class NotWritable(DomainError):
    """The line of chat is empty or too long."""

    code = "text"
    text = _("Напишите от 1 до 2000 знаков.")
