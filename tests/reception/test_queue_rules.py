"""Pure arithmetic of the live queue: order, choice, absence."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from legalaid.reception.queue_rules import (
    ABSENT_AFTER,
    KEPT_FOR,
    OnDuty,
    Waiting,
    choose,
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


def test_who_speaks_her_language_is_asked_before_all_others_who_can() -> None:
    duties = [OnDuty(100 * n, 10 * n, languages=frozenset(spoken)) for n, spoken in enumerate(([], ["hy"], ["en"]), 1)]

    def chosen(language: str, rows: list[OnDuty]) -> int:
        found = choose([Waiting(1, 1, language=language)], rows, USUAL)
        assert found is not None
        return found.duty_id

    assert [chosen(language, duties) for language in ("", "hy", "en", "az")] == [100, 200, 300, 100]
    busy = [duties[0], OnDuty(200, 20, languages=frozenset({"hy"}), free=False)]
    assert chosen("hy", busy) == 100  # an interpreter may be asked in; nobody waits for a language alone


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
