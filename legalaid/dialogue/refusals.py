"""Refusals of the dialogue, each with its text for the person."""

from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError


class NothingToWaitFor(DomainError):
    """The request has neither a booking near nor a place in the queue."""

    code = "nothing_to_wait_for"
    text = _(
        "Сейчас входить некуда: у заявки нет ни записи на это время, ни места в очереди. Откройте заявку: там видно, "
        "что делать дальше."
    )


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


class DialogueFull(DomainError):
    """Six people are in it, or are asked to come."""

    code = "dialogue_full"
    text = _("В разговоре уже шесть человек: больше не поместится. Сначала кто-то должен выйти.")


class NoPlaceNow(DialogueFull):
    """Without a media server four people are carried, and who comes would be the fifth."""

    code = "no_place_now"
    text = _("Войти пока нельзя: связь сейчас выдерживает четырёх человек, и все уже в разговоре. Подождите минуту.")


class NoPlaceToOffer(DialogueFull):
    """The same, to the expert who invites."""

    code = "no_place_to_offer"
    text = _(
        "Позвать ещё одного сейчас нельзя: без сервера видеосвязи в разговоре помещаются четверо. Пригласите, когда"
        " кто-нибудь выйдет."
    )


class NotLive(DomainError):
    """Only in a dialogue that goes on can somebody be invited, a pause be made, a page be shown."""

    code = "not_live"
    text = _("Сейчас это сделать нельзя: разговор ещё не начат или уже закончен.")


class NobodyToInvite(DomainError):
    """The authority has no expert «на приёме»."""

    code = "nobody_to_invite"
    text = _("В этом органе сейчас никто не ведёт приём. Позовите по ссылке или передайте в очередь.")


class NobodyToTakeOver(DomainError):
    """The duty officer moves a dialogue, and nobody besides those inside is «на приёме»."""

    code = "nobody_to_take_over"
    text = _(
        "Передать некому: в этом органе сейчас нет другого специалиста на приёме. Разговор идёт как шёл. Выберите"
        " другую тему или позвоните гражданину."
    )


class AlreadyMoving(DomainError):
    """Experts are being asked already."""

    code = "already_moving"
    text = _("Этот разговор уже передают или в него уже зовут этот орган: дождитесь ответа, он придёт за минуту.")


class AlreadyInvited(DomainError):
    """The authority is being asked already."""

    code = "already_invited"
    text = _("Этот орган уже зовут: подождите ответа.")


class InvitationGone(DomainError):
    """A colleague was faster, or the time is over."""

    code = "invitation_gone"
    text = _("Приглашение уже не действует: ответил другой специалист или вышло время.")


class NotAnExpertHere(DomainError):
    """A dialogue is handed over to an expert with an account who takes part in it and leads no other."""

    code = "not_an_expert_here"
    text = _("Передать можно специалисту, который сейчас в разговоре, на приёме и не ведёт другого.")


class NameMissing(DomainError):
    """A guest says who she is."""

    code = "name_missing"
    field = "name"
    text = _("Напишите, как вас зовут: так вас увидят остальные.")


class HoldRefused(DomainError):
    """A pause has a reason and one of the lengths offered."""

    code = "hold"
    text = _("Укажите причину паузы и сколько минут она продлится.")


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


class RecordingForbidden(DomainError):
    """The authority's policy does not allow it."""

    code = "recording_forbidden"
    text = _("В этом органе разговоры не записывают.")


class RecordingUnavailable(DomainError):
    """Allowed, but this installation has no key to encrypt with."""

    code = "recording_unavailable"
    text = _("Записать нельзя: на сервере не задан ключ для хранения записей.")


class KeptTooLong(DomainError):
    """A recording is kept for a day at least and for a year at most."""

    code = "keep_days"
    text = _("Укажите, сколько дней хранить записи: от 1 до 365.")
    field = "keep_days"


class WayUnknown(DomainError):
    """No such way of media."""

    code = "media"
    text = _("Выберите, как идёт связь.")
    field = "way"


class RelayMissing(DomainError):
    """Relay-only without a relay: nobody could talk to anybody."""

    code = "relay_missing"
    text = _("Скрыть адреса нельзя: у системы нет своего ретранслятора, и разговоры перестали бы соединяться.")
    field = "relay_only"


class NotRecording(DomainError):
    """Nothing is recorded or asked for right now."""

    code = "not_recording"
    text = _("Запись сейчас не идёт.")


class ChunkRefused(DomainError):
    """A piece that does not fit: too big, out of order, or other than the one known under its number."""

    code = "chunk_refused"
    text = _("Этот кусок записи не принят.")
