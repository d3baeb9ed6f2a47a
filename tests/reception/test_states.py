"""Each legal move is a row of its table, each illegal one a refusal."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from django.db.models import TextChoices

from legalaid.directory.states import AGREEMENT_MOVES, AgreementState
from legalaid.intake.states import REQUEST_MOVES, RequestState
from legalaid.kernel.errors import IllegalMove
from legalaid.kernel.states import move
from legalaid.messaging.states import MESSAGE_MOVES, MessageState
from legalaid.reception.states import BOOKING_MOVES, TICKET_MOVES, BookingState, TicketState
from legalaid.result.states import MEMO_MOVES, MemoState

TABLES: list[tuple[type[TextChoices], Mapping[Any, Any]]] = [
    (RequestState, REQUEST_MOVES), (BookingState, BOOKING_MOVES), (TicketState, TICKET_MOVES), (MemoState, MEMO_MOVES),
    (AgreementState, AGREEMENT_MOVES), (MessageState, MESSAGE_MOVES),
]  # fmt: skip
ROWS = [
    (table, state, action)
    for states, table in TABLES
    for state, action in itertools.product(states, sorted({action for _state, action in table}))
]


@pytest.mark.parametrize(("table", "state", "action"), ROWS)
def test_every_state_and_action(table: Mapping[Any, Any], state: TextChoices, action: str) -> None:
    if (state, action) in table:
        assert move(table, state, action, "нельзя") == table[state, action]
    else:
        with pytest.raises(IllegalMove, match="нельзя"):
            move(table, state, action, "нельзя")


@pytest.mark.parametrize(("states", "table"), TABLES)
def test_every_state_can_be_reached(states: type[TextChoices], table: Mapping[Any, Any]) -> None:
    first = next(iter(states))
    reached, fresh = {first}, {first}
    while fresh:
        fresh = {after for (before, _action), after in table.items() if before in fresh} - reached
        reached |= fresh
    assert reached == set(states) - unused(states)


def unused(states: type[TextChoices]) -> set[Any]:
    """States entered otherwise than by a move."""
    return set()
