"""One shape for every state table: (state, action) → state. The table draws buttons, diagrams and tests."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import TextChoices
from django.utils.functional import Promise

from legalaid.kernel.errors import IllegalMove

S = TypeVar("S", bound=TextChoices)
Moves = Mapping[tuple[S, str], S]


def move(table: Moves[S], state: S, action: str, refusal: str | Promise) -> S:
    """Return the state after `action`; raise IllegalMove with `refusal` where the table has no such row."""
    try:
        return table[state, action]
    except KeyError:
        raise IllegalMove(refusal) from None


def live_states(table: Moves[S]) -> frozenset[S]:
    """States that some action leads out of."""
    return frozenset(state for state, _ in table)
