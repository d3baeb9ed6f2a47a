"""The live queue and the experts at their posts."""

from datetime import timedelta

import pytest

from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.kernel.errors import NotFound
from legalaid.people.models import Citizen
from legalaid.reception import services
from legalaid.reception.models import Booking, BoothAttempt, Duty, Ticket
from legalaid.reception.queries import on_reception, position_of, queue_of
from legalaid.reception.refusals import NobodyOnReception, PostTaken, TooManyCodes, TooManyPlaces, WrongCode
from legalaid.reception.states import TicketState
from tests.scenes import CONTACT, NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    return make_region()


def sit(region: Region, who: str = "expert") -> Duty:
    return services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor(who), now=NOW)


def test_sitting_down_opens_the_queue_and_standing_up_closes_it(region: Region) -> None:
    assert not on_reception(region.authority.pk)
    assert sit(region).pk == sit(region).pk
    assert on_reception(region.authority.pk)
    for _attempt in range(2):
        services.end_duty(actor=region.actor("expert"), now=NOW + timedelta(hours=1))
    assert not on_reception(region.authority.pk)


def test_two_experts_never_share_a_post(region: Region) -> None:
    sit(region)
    with pytest.raises(PostTaken):
        sit(region, "colleague")
    with pytest.raises(PostTaken):
        services.start_duty(authority_id=region.authority.pk, post_id=region.posts[0].pk,
                            actor=region.actor("colleague"), now=NOW)  # fmt: skip
    assert Duty.objects.count() == 1


def test_a_post_of_another_authority_does_not_exist_for_her(region: Region) -> None:
    with pytest.raises(NotFound):
        services.start_duty(authority_id=region.authority.pk, post_id=region.posts[0].pk,
                            actor=region.actor("stranger"), now=NOW)  # fmt: skip
    assert Duty.objects.count() == 0


def test_the_queue_keeps_the_order_of_arrival_and_joining_twice_is_once(region: Region) -> None:
    sit(region)
    first, second = region.queued(n=1), region.queued(n=2, now=NOW + timedelta(minutes=1))
    again = services.join_queue(help_request_id=first.pk, actor=citizen(first), now=NOW, **CONTACT)  # type: ignore[arg-type]  # mixed values
    assert Ticket.objects.count() == 2
    assert position_of(again) == 1
    assert [ticket.help_request_id for ticket in queue_of([region.authority.pk])] == [first.pk, second.pk]
    assert first.state == RequestState.QUEUED


def test_nobody_on_reception_means_no_queue_and_no_trace(region: Region) -> None:
    request = region.draft()
    with pytest.raises(NobodyOnReception):
        services.join_queue(help_request_id=request.pk, actor=citizen(request), now=NOW, **CONTACT)  # type: ignore[arg-type]  # mixed values
    request.refresh_from_db()
    assert request.state == RequestState.DRAFT
    assert (Ticket.objects.count(), Citizen.objects.count()) == (0, 0)


def test_leaving_the_queue(region: Region) -> None:
    sit(region)
    request = region.queued()
    services.cancel(help_request_id=request.pk, actor=citizen(request), now=NOW)
    assert Ticket.objects.get().state == TicketState.LEFT


def test_a_walk_in_joins_the_same_queue(region: Region) -> None:
    sit(region)
    request = region.at_desk(None)
    assert request.state == RequestState.QUEUED


def test_a_booth_opens_by_the_code_of_its_own_visitor_only(region: Region) -> None:
    region.at_desk(at(10, 15))
    booking = services.check_in(booking_id=Booking.objects.get().pk, actor=region.actor("operator"), now=at(10, 5))
    actor = region.actor("operator")
    assert (
        services.open_booth(booth_id=booking.booth_id or 0, code=booking.start_code, actor=actor, now=at(10, 6))
        == booking.help_request_id
    )
    with pytest.raises(WrongCode):
        services.open_booth(booth_id=region.booths[1].pk, code=booking.start_code, actor=actor, now=at(10, 6))


def test_a_walk_in_opens_any_booth_of_her_branch_by_the_code_on_her_slip(region: Region) -> None:
    sit(region)
    request = region.at_desk(None)
    ticket = Ticket.objects.get()
    assert len(ticket.start_code) == 4
    actor = region.actor("operator")
    for booth in region.booths:
        assert services.open_booth(booth_id=booth.pk, code=ticket.start_code, actor=actor, now=at(9, 6)) == request.pk
    assert Ticket.objects.get().booth_id == region.booths[-1].pk
    services.cancel(help_request_id=request.pk, actor=actor, now=at(9, 7))
    with pytest.raises(WrongCode):
        services.open_booth(booth_id=region.booths[0].pk, code=ticket.start_code, actor=actor, now=at(9, 8))


@pytest.mark.parametrize("contact", [{"phone": "8 928 123-45-67"}, {"email": "maria@example.org"}])
def test_one_contact_keeps_three_places_in_the_queue(region: Region, contact: dict[str, str]) -> None:
    sit(region)

    def join(**left: str) -> Ticket:
        request = region.draft()
        typed = {"name": "Мария", "phone": "", "email": ""} | left
        return services.join_queue(help_request_id=request.pk, consent=True, actor=citizen(request), now=NOW, **typed)

    kept = [join(**contact) for _place in range(3)]
    with pytest.raises(TooManyPlaces, match="МФЦ"):
        join(**contact)
    assert Ticket.objects.count() == 3
    assert HelpRequest.objects.filter(state=RequestState.QUEUED).count() == 3
    join(phone="8 928 765-43-21")
    services.cancel(help_request_id=kept[0].help_request_id, actor=citizen(kept[0].help_request), now=NOW)
    assert join(**contact).state == TicketState.WAITING


@pytest.mark.django_db(transaction=True)
def test_a_booth_rests_after_five_wrong_codes(region: Region) -> None:
    region.at_desk(at(10, 15))
    booking = services.check_in(booking_id=Booking.objects.get().pk, actor=region.actor("operator"), now=at(10, 5))
    booth, actor = booking.booth_id or 0, region.actor("operator")
    for _attempt in range(5):
        with pytest.raises(WrongCode):
            services.open_booth(booth_id=booth, code="", actor=actor, now=at(10, 6))
    with pytest.raises(TooManyCodes):
        services.open_booth(booth_id=booth, code=booking.start_code, actor=actor, now=at(10, 7))
    assert BoothAttempt.objects.count() == 5
    found = services.open_booth(booth_id=booth, code=booking.start_code, actor=actor, now=at(10, 17))
    assert found == booking.help_request_id
