"""The estimate of a wait: what it counts, what it never does."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.reception.estimate_rules import Estimate, Outlook, Past, estimate

FREE = Outlook()
TWENTY = Past((20.0,) * 5)


def wait(before: int, experts: Sequence[Outlook], past: Past = TWENTY) -> Estimate | None:
    """The estimate of one with so many people before her, when every expert knows every topic."""
    return estimate([range(len(experts))] * (before + 1), experts, past)


def test_it_says_nothing_rather_than_invents() -> None:
    assert wait(3, []) is None
    assert wait(3, [FREE, FREE], Past((20.0,) * 4)) is None
    assert estimate([[0], []], [FREE], TWENTY) is None  # nobody on duty knows her topic


@pytest.mark.parametrize(
    ("before", "experts", "said"),
    [
        (0, [FREE], (0, 5)),
        (1, [FREE, FREE], (0, 5)),
        (3, [FREE, FREE], (20, 20)),
        (0, [Outlook(talking_for=5)], (15, 15)),
        (0, [Outlook(talking_for=60)], (0, 10)),  # longer than any before: it may end at any moment
        (0, [Outlook(booked=((10, 35),))], (30, 30)),  # 20 minutes do not fit before it, and it takes 20 itself
        (0, [Outlook(booked=((20, 45),))], (0, 5)),
        (1, [Outlook(booked=((20, 45),))], (40, 40)),
        (1, [Outlook(booked=((-11, 14),))], (20, 20)),  # she did not come within her ten minutes
        (0, [Outlook(booked=((-5, 20),)), Outlook(talking_for=12)], (5, 10)),
    ],
)
def test_it_counts_who_is_free_who_talks_and_what_is_booked(
    before: int, experts: list[Outlook], said: tuple[int, int]
) -> None:
    assert wait(before, experts) == Estimate(*said)


def test_those_before_go_to_experts_who_know_their_topics() -> None:
    knows_all, knows_other = FREE, FREE
    assert estimate([[1], [1], [0]], [knows_all, knows_other], TWENTY) == Estimate(0, 5)
    assert estimate([[0], [0], [0]], [knows_all, knows_other], TWENTY) == Estimate(40, 40)
    assert estimate([[], [], [0]], [knows_all, knows_other], TWENTY) == Estimate(0, 5)  # nobody can receive them now


def test_those_who_are_booked_and_do_not_come_give_their_time() -> None:
    hour = Outlook(booked=((5, 30), (30, 55)))
    everybody_comes = wait(0, [hour])
    nobody_comes = wait(0, [hour], Past(TWENTY.durations, missed=1.0))
    some_come = wait(0, [hour], Past(TWENTY.durations, missed=0.5))
    assert (everybody_comes, nobody_comes) == (Estimate(50, 50), Estimate(40, 40))
    assert some_come == Estimate(40, 50)


OUTLOOKS = st.builds(
    Outlook,
    st.none() | st.floats(0, 90),
    st.lists(st.floats(-10, 200).map(lambda a: (a, a + 25)), max_size=3).map(lambda found: tuple(sorted(found))),
)
PASTS = st.builds(
    Past, st.lists(st.floats(1, 60), min_size=5, max_size=50).map(lambda found: tuple(sorted(found))), st.floats(0, 1)
)


@given(st.integers(0, 12), st.lists(OUTLOOKS, min_size=1, max_size=5), PASTS)
def test_it_is_a_range_that_grows_with_those_before(before: int, experts: list[Outlook], past: Past) -> None:
    found, behind = wait(before, experts, past), wait(before + 1, experts, past)
    assert found is not None
    assert behind is not None
    assert found == wait(before, experts, past), "two looks at the same queue differ"
    assert 0 <= found.low <= found.high
    assert found.low % 5 == found.high % 5 == 0
    assert (behind.low, behind.high) >= (found.low, found.high)
    assert behind.high >= found.high


@given(
    st.lists(st.lists(st.integers(0, 3), unique=True), min_size=1, max_size=8),
    st.lists(OUTLOOKS, min_size=4, max_size=4),
    PASTS,
)
def test_whatever_the_topics_somebody_who_is_known_gets_a_range(
    queue: list[list[int]], experts: list[Outlook], past: Past
) -> None:
    assert (estimate(queue, experts, past) is None) == (not queue[-1])
