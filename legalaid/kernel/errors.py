"""Refusals that were foreseen. Anything else is a bug and must be heard as one."""


class DomainError(Exception):
    """A refusal with a text for the person; the state has not changed.

    `code` is a stable slug for clients and tests; `text` is shown as it is.
    """

    code = "refused"
    text = ""

    def __init__(self, text: str = "") -> None:
        self.text = str(text or self.text)
        super().__init__(self.text)


class NotFound(DomainError):
    """Unknown and forbidden look the same to whoever asks."""

    code = "not_found"


class IllegalMove(DomainError):
    """The state table has no such move from where the thing stands."""

    code = "illegal_move"
