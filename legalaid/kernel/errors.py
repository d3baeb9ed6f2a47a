"""Refusals that were foreseen. Anything else is a bug and must be heard as one."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal with a text for the person; the state has not changed.

    `code` is a stable slug for clients and tests; `text` is shown as it is.
    """

    code = "refused"
    text: str | Promise = ""
    field = ""  # name of the form field it is about, where there is one

    def __init__(self, text: str | Promise = "", field: str = "") -> None:
        self.text = str(text or self.text)
        self.field = field or self.field
        super().__init__(self.text)


class NotFound(DomainError):
    """Unknown and forbidden look the same to whoever asks."""

    code = "not_found"
    text = _("Такой страницы нет.")


class IllegalMove(DomainError):
    """The state table has no such move from where the thing stands."""

    code = "illegal_move"
