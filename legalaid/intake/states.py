"""Life of a request («заявка»)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.states import Moves, live_states


class RequestState(TextChoices):
    DRAFT = "draft", _("черновик")
    SUBMITTED = "submitted", _("подана")
    AGREED = "agreed", _("время назначено")
    QUEUED = "queued", _("в очереди")
    IN_DIALOGUE = "in_dialogue", _("идёт диалог")
    ANSWERED = "answered", _("ответ дан")
    REDIRECTED = "redirected", _("передана другому органу")
    NEEDS_VISIT = "needs_visit", _("нужен личный приём")
    CANCELLED = "cancelled", _("отменена")
    MISSED = "missed", _("не состоялась")
    EXPIRED = "expired", _("истекла")


R = RequestState
REQUEST_MOVES: Moves[RequestState] = {
    (R.DRAFT, "submit"): R.SUBMITTED,
    (R.DRAFT, "expire"): R.EXPIRED,
    (R.SUBMITTED, "agree"): R.AGREED,
    (R.SUBMITTED, "queue"): R.QUEUED,
    (R.SUBMITTED, "cancel"): R.CANCELLED,
    (R.SUBMITTED, "expire"): R.EXPIRED,
    (R.AGREED, "cancel"): R.CANCELLED,
    (R.AGREED, "miss"): R.MISSED,
    (R.AGREED, "start"): R.IN_DIALOGUE,
    (R.QUEUED, "cancel"): R.CANCELLED,
    (R.QUEUED, "miss"): R.MISSED,
    (R.QUEUED, "start"): R.IN_DIALOGUE,
    (R.QUEUED, "agree"): R.AGREED,
    (R.AGREED, "queue"): R.QUEUED,  # nobody received her at her time
    (R.IN_DIALOGUE, "answer"): R.ANSWERED,
    (R.IN_DIALOGUE, "redirect"): R.REDIRECTED,
    (R.IN_DIALOGUE, "ask_to_visit"): R.NEEDS_VISIT,
    (R.IN_DIALOGUE, "miss"): R.MISSED,
    (R.IN_DIALOGUE, "agree"): R.AGREED,
    (R.IN_DIALOGUE, "queue"): R.QUEUED,
    (R.MISSED, "queue"): R.QUEUED,
    (R.MISSED, "agree"): R.AGREED,
}
CANCELLABLE_STATES = frozenset(state for state, action in REQUEST_MOVES if action == "cancel")
"""A request its citizen can still call off."""
WITHOUT_TIME = (R.SUBMITTED, R.QUEUED, R.MISSED)
"""States without an appointment in which one may still be taken: nothing has to be told again."""
OPEN_STATES = live_states(REQUEST_MOVES) - {R.MISSED}
"""A request somebody still has to do something about; to a missed one only its citizen may come back."""


class AccessNeed(TextChoices):
    """What a visitor needs of a booth."""

    STEP_FREE = "step_free", _("вход без ступеней")
    INDUCTION_LOOP = "induction_loop", _("индукционная петля для слухового аппарата")


class Relation(TextChoices):
    """Who speaks for the citizen."""

    CHILD = "child", _("сын или дочь")
    PARENT = "parent", _("родитель")
    SPOUSE = "spouse", _("муж или жена")
    RELATIVE = "relative", _("другой родственник")
    SOCIAL_WORKER = "social_worker", _("социальный работник")
    GUARDIAN = "guardian", _("опекун или попечитель")
    OTHER = "other", _("другой человек")


class PaperSource(TextChoices):
    """How a paper came to us."""

    LINK = "link", _("со страницы заявки")
    PHONE = "phone", _("с телефона")
    DESK = "desk", _("со сканера МФЦ")
    EXPERT = "expert", _("от специалиста")
