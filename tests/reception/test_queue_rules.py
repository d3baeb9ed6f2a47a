"""Pure arithmetic of the live queue: order, choice, estimate, absence."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from legalaid.reception.queue_rules import (
    ABSENT_AFTER,
    KEPT_FOR,
    Estimate,
    OnDuty,
    Outlook,
    Waiting,
    choose,
    estimate,
    has_gone,
    is_absent,
    place_of,
    priority_of,
)
from legalaid.reception.states import PlaceReason
from tests.scenes import NOW

TODAY = date(2026, 11, 23)
USUAL = {1: timedelta(minutes=20), 2: timedelta(minutes=20)}


def test_the_first_reason_that_holds_decides_the_place() -> None:
    def reason(**change: object) -> PlaceReason:
        given_ = {"returned": False, "out_of_turn": False, "deadline_on": None, "today": TODAY} | change
        return place_of(**given_)  # type: ignore[arg-type]  # mixed values

    assert reason() == PlaceReason.TIME
    assert reason(deadline_on=TODAY + timedelta(days=3)) == PlaceReason.DEADLINE
    assert reason(deadline_on=TODAY + timedelta(days=4)) == PlaceReason.TIME
    assert reason(deadline_on=TODAY - timedelta(days=1)) == PlaceReason.TIME  # it is over: hurrying helps nobody
    assert reason(out_of_turn=True, deadline_on=TODAY) == PlaceReason.OUT_OF_TURN
    assert reason(out_of_turn=True, returned=True) == PlaceReason.RETURNED
    assert [priority_of(one) for one in PlaceReason] == sorted(priority_of(one) for one in PlaceReason)


def test_each_cause_of_passing_over() -> None:
    tickets = [Waiting(1, 1, absent=True), Waiting(2, 2), Waiting(3, 1, refusals={10: 1}), Waiting(4, 1)]
    duties = [OnDuty(100, 10, topics=frozenset({1})), OnDuty(200, 20, topics=frozenset({1}), free=False)]
    found = choose(tickets, duties, USUAL)
    assert found is not None
    assert (found.ticket_id, found.duty_id) == (4, 100)
    assert found.passed == ((1, "absent"), (2, "skills"), (3, "declined"))
    soon = [OnDuty(100, 10, clear_for=timedelta(minutes=19))]
    assert choose([Waiting(5, 1)], soon, USUAL) is None
    short = choose([Waiting(5, 1), Waiting(6, 2)], soon, {**USUAL, 2: timedelta(minutes=19)})
    assert short is not None
    assert short.passed == ((5, "booked_soon"),)


def test_a_ticket_all_have_refused_goes_round_again() -> None:
    duties = [OnDuty(100, 10), OnDuty(200, 20)]
    found = choose([Waiting(1, 1, refusals={10: 1, 20: 1})], duties, USUAL)
    assert found is not None
    assert found.duty_id == 100
    assert choose([Waiting(1, 1, refusals={10: 1})], [OnDuty(100, 10, resting_from=1)], USUAL) is None


TICKETS = st.lists(
    st.tuples(st.integers(1, 2), st.booleans(), st.dictionaries(st.integers(10, 12), st.integers(0, 2))), max_size=8
)
DUTIES = st.lists(
    st.tuples(st.sampled_from([None, frozenset({1}), frozenset({2})]), st.booleans(),
              st.sampled_from([None, timedelta(minutes=5), timedelta(minutes=60)])), max_size=3
)  # fmt: skip


@given(TICKETS, DUTIES)
def test_whoever_is_chosen_everybody_before_her_has_a_cause(tickets, duties) -> None:  # type: ignore[no-untyped-def]
    waiting = [Waiting(n, topic, absent, refusals) for n, (topic, absent, refusals) in enumerate(tickets)]
    experts = [OnDuty(100 + n, 10 + n, *row) for n, row in enumerate(duties)]
    found = choose(waiting, experts, USUAL)
    if found is None:
        ready = [one for one in experts if one.free and one.clear_for is None]
        never = [one for one in waiting if not one.absent and not one.refusals]
        assert not any(expert.knows(ticket.topic_id) for expert in ready for ticket in never)
        return
    assert [ticket for ticket, _cause in found.passed] == [one.ticket_id for one in waiting[: found.ticket_id]]
    expert = next(one for one in experts if one.duty_id == found.duty_id)
    assert expert.free
    assert expert.knows(waiting[found.ticket_id].topic_id)


FREE = Outlook()


def test_the_estimate_says_nothing_rather_than_invents() -> None:
    assert estimate(3, [], [20.0] * 50) is None
    assert estimate(3, [FREE, FREE], [20.0] * 4) is None


def test_the_estimate_counts_who_is_free_who_talks_and_what_is_booked() -> None:
    twenty = [20.0] * 5
    assert estimate(0, [FREE], twenty) == Estimate(0, 5)
    assert estimate(1, [FREE, FREE], twenty) == Estimate(0, 5)
    assert estimate(3, [FREE, FREE], twenty) == Estimate(20, 20)
    assert estimate(0, [Outlook(talking_for=5)], twenty) == Estimate(15, 15)
    assert estimate(0, [Outlook(talking_for=60)], twenty) == Estimate(5, 5)
    assert estimate(0, [Outlook(booked=((10, 35),))], twenty) == Estimate(35, 35)  # 20 minutes do not fit before it
    assert estimate(0, [Outlook(booked=((20, 45),))], twenty) == Estimate(0, 5)
    assert estimate(1, [Outlook(booked=((20, 45),))], twenty) == Estimate(45, 45)
    assert estimate(0, [Outlook(booked=((-5, 20),)), Outlook(talking_for=12)], twenty) == Estimate(5, 10)


OUTLOOKS = st.builds(
    Outlook,
    st.none() | st.floats(0, 90),
    st.lists(st.floats(-10, 200).map(lambda a: (a, a + 25)), max_size=3).map(tuple),
)


@given(
    st.integers(0, 20),
    st.lists(OUTLOOKS, min_size=1, max_size=5),
    OUTLOOKS,
    st.lists(st.floats(1, 60), min_size=5, max_size=50),
)
def test_the_estimate_is_a_range_that_one_more_expert_does_not_move_away(ahead, experts, another, durations) -> None:  # type: ignore[no-untyped-def]
    found, helped = estimate(ahead, experts, durations), estimate(ahead, [*experts, another], durations)
    assert found is not None
    assert helped is not None
    assert 0 <= found.low <= found.high
    assert found.low % 5 == found.high % 5 == 0
    assert helped.low <= found.high


def test_absence_and_how_long_a_place_is_kept() -> None:
    assert not is_absent(None, NOW)
    assert not is_absent(NOW - ABSENT_AFTER, NOW)
    assert is_absent(NOW - ABSENT_AFTER - timedelta(seconds=1), NOW)
    away = NOW - KEPT_FOR - timedelta(seconds=1)
    assert has_gone(away, None, NOW, call_back=False)
    assert not has_gone(NOW - KEPT_FOR, None, NOW, call_back=False)
    assert not has_gone(None, None, NOW, call_back=False)
    assert not has_gone(away, None, NOW, call_back=True)  # she is still to be called
    assert not has_gone(away, NOW - timedelta(minutes=3), NOW, call_back=True)
    assert has_gone(away, away, NOW, call_back=True)
