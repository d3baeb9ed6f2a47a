"""Two who ask at one instant for the only expert of a language; first the bug that their turn prevents."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from legalaid.directory.states import Language
from legalaid.intake.rules import Adaptations
from legalaid.people.rules import Contact
from legalaid.reception import services
from legalaid.reception.models import Booking
from legalaid.reception.queries import free
from legalaid.reception.services import reserve
from tests.concurrency.test_booking_races import holding, race, tally
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
SPOKEN = next(one for one in Language if "арм" in str(one.label))
RIVALS = 4


def with_one_who_speaks_it() -> Region:
    """Posts and booths for all rivals, and one expert who speaks the language."""
    region = make_region(posts=RIVALS, booths=RIVALS)
    services.set_expert_profile(
        authority_id=region.authority.pk, user_id=region.users["expert"].pk, topic_codes=[], languages=[SPOKEN],
        actor=region.actor("coordinator"), now=NOW,
    )  # fmt: skip
    return region


def from_home(region: Region) -> Callable[[], object]:
    request = region.draft()
    services.say_needs(help_request_id=request.pk, needs=[], interpreter=SPOKEN, actor=citizen(request), now=NOW)
    return holding(region, request.pk)


def at_desk(region: Region, n: int) -> Callable[[], object]:
    return lambda: services.register_at_desk(
        story="Не засчитали стаж", topic_code=region.topic.code, branch_id=region.branch.pk,
        contact=Contact(name=f"Посетитель {n}"), consent=True, start=at(10, 15), queue=False, submission="",
        adaptations=Adaptations(interpreter=SPOKEN), actor=region.actor("operator"), now=NOW,
    )  # fmt: skip


def taken() -> int:
    return Booking.objects.filter(help_request__interpreter=SPOKEN).count()


def test_control_without_the_turn_several_count_on_one_expert(monkeypatch: pytest.MonkeyPatch) -> None:
    """All look, then all write: what the turn is for."""
    region = with_one_who_speaks_it()
    monkeypatch.setattr(free, "_lock_languages", lambda _authority_id: None)
    looked, usual = threading.Barrier(RIVALS), reserve.places_at

    def slow(**values: Any) -> Any:
        found = usual(**values)
        looked.wait(10)
        return found

    monkeypatch.setattr(reserve, "places_at", slow)
    race([from_home(region) for _ in range(RIVALS)])  # no booths that a rival could have first
    assert taken() == RIVALS


@pytest.mark.parametrize("attempt", range(3))
def test_one_gets_the_expert_and_the_others_are_refused(attempt: int) -> None:
    region = with_one_who_speaks_it()
    desk, home = [at_desk(region, n) for n in range(RIVALS // 2)], [from_home(region) for _ in range(RIVALS // 2)]
    results = tally(race(desk + home if attempt % 2 else home + desk))
    assert results["slot_taken"] == RIVALS - 1, results
    assert taken() == 1


def test_who_asks_for_no_language_waits_for_nobody() -> None:
    region = with_one_who_speaks_it()
    results = race([at_desk(region, 1), *(holding(region, region.draft().pk) for _ in range(RIVALS - 1))])
    assert tally(results) == Counter({"HelpRequest": 1, "Booking": RIVALS - 1})
