"""A consent is revoked at any time, by its giver alone, and frees what was kept by it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from legalaid.dialogue import services as dialogue
from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import consent_of
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.messaging.models import Message
from legalaid.people.models import Citizen, Consent
from legalaid.reception import services
from legalaid.reception.models import Booking, Ticket
from legalaid.reception.states import BookingState, TicketState
from legalaid.result import services as result
from legalaid.result.rules import MemoText
from legalaid.result.states import OutcomeCode
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def region() -> Region:
    return make_region()


def snapshot() -> tuple[object, ...]:
    """What a refusal, and a second revocation, must leave as it was."""
    return (
        list(Consent.objects.order_by("id").values_list("id", "revoked_at")),
        list(HelpRequest.objects.order_by("id").values_list("id", "state")),
        list(Booking.objects.order_by("id").values_list("id", "state")),
        list(Ticket.objects.order_by("id").values_list("id", "state")),
        Message.objects.count(), JournalEntry.objects.count(),
    )  # fmt: skip


def revoke(request: HelpRequest, actor: Actor | None = None) -> Consent:
    return services.revoke_consent(help_request_id=request.pk, actor=actor or citizen(request), now=LATER)


def in_dialogue(region: Region) -> HelpRequest:
    """A request whose citizen is talking to the expert right now; she left an e-mail address."""
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    request = region.queued()
    Citizen.objects.update(email="maria@example.org")
    dialogue.admit(help_request_id=request.pk, actor=region.actor("expert"), now=NOW)
    return request


def test_the_consent_of_a_request_is_the_one_given_with_it(region: Region) -> None:
    first, second = region.booked(at(10, 15)).help_request, region.booked(at(11, 5), now=LATER).help_request
    found = [consent_of(HelpRequest.objects.get(pk=request.pk)) for request in (first, second)]
    assert found == list(Consent.objects.order_by("id"))
    assert Citizen.objects.count() == 1


def test_revoking_cancels_the_booking_and_the_request(region: Region) -> None:
    request = region.booked(at(15, 15)).help_request
    consent = revoke(request)
    assert consent.revoked_at == LATER
    assert HelpRequest.objects.get().state == RequestState.CANCELLED
    assert Booking.objects.get().state == BookingState.CANCELLED
    entry = JournalEntry.objects.get(kind="consent", action="revoke")
    assert (entry.subject, entry.before, entry.after) == (str(consent.pk), "given", "revoked")
    rested = LATER + timedelta(minutes=16)
    assert region.booked(at(15, 15), n=2, now=rested).state == BookingState.CONFIRMED, "the time is free again"


def test_revoking_gives_the_place_in_the_queue_back(region: Region) -> None:
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    revoke(region.queued())
    assert Ticket.objects.get().state == TicketState.LEFT
    assert HelpRequest.objects.get().state == RequestState.CANCELLED


def test_twice_is_once(region: Region) -> None:
    request = region.booked(at(10, 15)).help_request
    revoke(request)
    before = snapshot()
    assert revoke(request).revoked_at == LATER
    assert snapshot() == before


def test_only_the_consent_of_this_request_is_revoked(region: Region) -> None:
    request, other = region.booked(at(10, 15)).help_request, region.booked(at(11, 5), now=LATER).help_request
    revoke(request)
    assert HelpRequest.objects.get(pk=other.pk).state == RequestState.AGREED
    kept = consent_of(HelpRequest.objects.get(pk=other.pk))
    assert kept and kept.revoked_at is None


def test_a_live_dialogue_goes_on_and_its_memo_comes_without_a_letter(region: Region) -> None:
    request = in_dialogue(region)
    assert revoke(request).revoked_at == LATER
    assert HelpRequest.objects.get().state == RequestState.IN_DIALOGUE
    held = request.dialogues.get()
    result.issue_memo(
        dialogue_id=held.pk, text=MemoText("Про стаж", "Закон", "Подайте заявление", "Паспорт"), revision=0,
        outcome=OutcomeCode.ANSWERED, actor=region.actor("expert"), now=LATER,
    )  # fmt: skip
    assert HelpRequest.objects.get().state == RequestState.ANSWERED
    assert not Message.objects.filter(about__startswith="memo-issued").exists()


def test_a_consent_in_force_gets_the_letter_of_the_memo(region: Region) -> None:
    request = in_dialogue(region)
    result.issue_memo(
        dialogue_id=request.dialogues.get().pk, text=MemoText("Про стаж", "Закон", "Заявление", "Паспорт"), revision=0,
        outcome=OutcomeCode.ANSWERED, actor=region.actor("expert"), now=LATER,
    )  # fmt: skip
    assert Message.objects.filter(about__startswith="memo-issued").exists()


def test_the_operator_of_the_branch_revokes_for_a_visitor(region: Region) -> None:
    request = region.at_desk(at(10, 15))
    revoke(request, region.actor("operator"))
    assert Booking.objects.get().state == BookingState.EXCUSED  # 75 minutes before, as by her own link


def test_nobody_else_revokes_and_nothing_changes(region: Region) -> None:
    request, draft = region.booked(at(10, 15)).help_request, region.draft()
    home = region.actor("operator")  # the request is from home: of no branch of hers
    strangers = [Actor.citizen(uuid4()), Actor.citizen(draft.pk), home]
    strangers += [region.actor(who) for who in ("expert", "stranger", "office", "observer")]
    before = snapshot()
    for stranger in strangers:
        with pytest.raises(NotFound):
            revoke(request, stranger)
    with pytest.raises(NotFound):
        revoke(draft)
    assert snapshot() == before
