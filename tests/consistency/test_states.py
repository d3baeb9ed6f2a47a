"""Every state machine is one table that covers every state."""

import importlib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import TextChoices

from legalaid.kernel.errors import IllegalMove
from legalaid.kernel.states import Moves, move
from tests.support.tree import modules

Table = Moves[TextChoices]


def _tables() -> Iterator[tuple[str, Table]]:
    for dotted in sorted(modules()):
        if dotted.endswith(".states") and dotted != "legalaid.kernel.states":
            module = importlib.import_module(dotted)
            for name, value in vars(module).items():
                if name.endswith("_MOVES"):
                    yield f"{dotted}.{name}", value


TABLES = [pytest.param(table, id=name) for name, table in _tables()]


def _states(table: Table) -> type[TextChoices]:
    (first, _), *_ = table
    return type(first)


@pytest.mark.parametrize("table", TABLES)
def test_the_table_covers_every_state_and_each_can_be_reached(table: Table) -> None:
    states = _states(table)
    beginnings = {state for state, _ in table} - set(table.values())
    assert len(beginnings) <= 1, "a life has one beginning"
    reached = beginnings or {next(iter(states))}
    while True:
        further = reached | {after for (state, _), after in table.items() if state in reached}
        if further == reached:
            break
        reached = further
    assert set(states) == reached


@pytest.mark.parametrize("table", TABLES)
def test_every_state_and_action_either_moves_or_is_refused_in_words(table: Table) -> None:
    states = _states(table)
    actions = {action for _, action in table}
    for state in states:
        for action in sorted(actions):
            if (state, action) in table:
                assert move(table, state, action, "нельзя") is table[state, action]
            else:
                with pytest.raises(IllegalMove, match="нельзя"):
                    move(table, state, action, "нельзя")


def test_every_state_column_has_a_table_and_a_russian_word() -> None:
    labels = {frozenset(_states(table.values[0]).values) for table in TABLES}  # type: ignore[arg-type]
    for model in apps.get_models():
        if not model.__module__.startswith("legalaid."):
            continue
        for field in model._meta.get_fields():
            if field.name == "state" and getattr(field, "choices", None):
                values = frozenset(value for value, _ in field.choices)
                assert values in labels, f"{model.__name__}.state has no table of moves"
                for _, label in field.choices:
                    assert any("а" <= letter <= "я" for letter in str(label).lower()), f"{model.__name__}: {label}"
