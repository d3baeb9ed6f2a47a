"""Life of a memo, and the outcomes of a dialogue."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.states import Moves


class MemoState(TextChoices):
    DRAFT = "draft", _("черновик")
    ISSUED = "issued", _("выдана")
    REPLACED = "replaced", _("заменена")


M = MemoState
MEMO_MOVES: Moves[MemoState] = {
    (M.DRAFT, "issue"): M.ISSUED,
    (M.ISSUED, "replace"): M.REPLACED,
}


class OutcomeCode(TextChoices):
    ANSWERED = "answer", _("ответ дан полностью")
    REDIRECTED = "redirect", _("нужен другой орган")
    NEEDS_VISIT = "ask_to_visit", _("нужен личный приём")
