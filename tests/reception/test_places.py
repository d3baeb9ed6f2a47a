"""A place in the queue: kept while she is away, given up, taken again; whose wait it is; tasks; handing on."""

from datetime import timedelta

import pytest

from legalaid.dialogue import services as dialogue
from legalaid.dialogue.models import Dialogue, DialogueEvent
from legalaid.dialogue.rules import HANDED_ON
from legalaid.directory.models import Agreement, AgreementCoverage, Post
from legalaid.directory.states import AgreementState
from legalaid.intake.models import HelpRequest
from legalaid.intake.services import RequestMovedOn
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.period import Period
from legalaid.reception import services
from legalaid.reception.models import Offer, Task, Ticket, WaitingNote, WaitSpan
from legalaid.reception.queries import waiting_ticket
from legalaid.reception.queries.queue import standing_of, topics_to_hand_on
from legalaid.reception.queries.watch import open_tasks, queues_now, waits_by_cause
from legalaid.reception.queue_refusals import NoTelephone, NoteRefused, NotWaiting, TaskClosed
from legalaid.reception.refusals import NobodyOnReception, TopicNotCovered
from legalaid.reception.states import OfferState, PlaceReason, TaskKind, TicketState, WaitCause
from legalaid.result.queries import unfinished_of_expert
from tests.scenes import NOW, Region, at, citizen, make_region
from tests.support.statements import statements

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("queue")


@pytest.fixture
def region() -> Region:
    region = make_region(posts=2)
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    return region


def match(region: Region, minutes: float = 0) -> int:
    now = NOW + timedelta(minutes=minutes)
    return services.match_queue(authority_id=region.authority.pk, actor=SYSTEM, now=now)


def watch(minutes: float) -> None:
    services.watch_queues(actor=SYSTEM, now=NOW + timedelta(minutes=minutes))


def here(request: HelpRequest, minutes: float) -> None:
    services.be_here(help_request_id=request.pk, actor=citizen(request), now=NOW + timedelta(minutes=minutes))


def spans(request: HelpRequest) -> list[tuple[str, float, float | None]]:
    """(cause, from, until) of her waits in minutes since NOW."""
    rows = WaitSpan.objects.filter(help_request=request).order_by("began_at", "id")
    since = [(one, (one.began_at - NOW).total_seconds() / 60) for one in rows]
    return [(one.cause, begun, (one.ended_at - NOW).total_seconds() / 60 if one.ended_at else None)
            for one, begun in since]  # fmt: skip


def test_a_page_that_speaks_keeps_the_place_with_one_statement(region: Region) -> None:
    request = region.queued()
    with statements() as said:
        here(request, 0.5)
    assert len(said) == 1, said
    assert Ticket.objects.get().seen_at == NOW + timedelta(minutes=0.5)
    with pytest.raises(NotFound):
        services.be_here(help_request_id=request.pk, actor=citizen(region.draft()), now=NOW)


def test_one_who_is_away_is_passed_over_and_the_wait_is_hers(region: Region) -> None:
    away, present = region.queued(n=1), region.queued(n=2)
    here(present, 1)
    here(present, 2)
    watch(2)
    assert spans(away) == [("authority", 0, 0), ("citizen", 0, None)]
    assert Offer.objects.get().ticket.help_request_id == present.pk
    causes = JournalEntry.objects.filter(action="pass_over").values_list("subject", "data__cause")
    assert list(causes) == [(str(Ticket.objects.get(help_request=away).pk), "absent")]
    here(away, 3)
    assert spans(away) == [("authority", 0, 0), ("citizen", 0, 3), ("authority", 3, None)]
    assert standing_of(Ticket.objects.get(help_request=away), at(9, 3)).position == 1


def test_after_ten_minutes_the_place_is_given_up_and_can_be_taken_again(region: Region) -> None:
    request = region.queued()
    watch(10)
    assert Ticket.objects.get().state in {TicketState.WAITING, TicketState.OFFERED}
    watch(11)
    request.refresh_from_db()
    assert (Ticket.objects.get().state, request.state) == (TicketState.LEFT, RequestState.MISSED)
    assert spans(request)[-1][2] is not None
    services.end_duty(actor=region.actor("expert"), now=at(9, 12))
    with pytest.raises(NobodyOnReception):
        services.return_to_queue(help_request_id=request.pk, actor=citizen(request), now=at(9, 12))
    request.refresh_from_db()
    assert request.state == RequestState.MISSED
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=at(9, 13))
    for _attempt in range(2):
        services.return_to_queue(help_request_id=request.pk, actor=citizen(request), now=at(9, 13))
    request.refresh_from_db()
    assert request.state == RequestState.QUEUED
    assert Ticket.objects.filter(state=TicketState.WAITING).count() == 1


def test_coming_back_is_for_those_whose_place_was_given_up(region: Region) -> None:
    booking = region.booked(at(9, 25))
    services.mark_no_show(booking_id=booking.pk, actor=region.actor("expert"), now=at(9, 35))
    with pytest.raises(RequestMovedOn):
        services.return_to_queue(
            help_request_id=booking.help_request_id, actor=citizen(booking.help_request), now=at(9, 36)
        )
    assert Ticket.objects.count() == 0


def test_who_asked_for_a_call_is_called_and_keeps_her_place(region: Region) -> None:
    ahead = [region.queued(n=n) for n in range(2, 6)]
    request = region.queued(n=6)
    services.ask_call_back(help_request_id=request.pk, wanted=True, actor=citizen(request), now=NOW)
    assert Task.objects.count() == 0  # four are before her
    for one in ahead[:2]:
        services.cancel(help_request_id=one.pk, actor=citizen(one), now=NOW)
    watch(9)
    assert Task.objects.get(kind=TaskKind.CALL_BACK).help_request_id == request.pk
    watch(30)
    ticket = waiting_ticket(request.pk)
    assert ticket is not None
    services.mark_called(help_request_id=request.pk, actor=region.actor("expert"), now=at(9, 31))
    assert Task.objects.filter(kind=TaskKind.CALL_BACK, closed_at=None).count() == 0
    watch(40)
    assert waiting_ticket(request.pk) is not None
    watch(42)
    assert waiting_ticket(request.pk) is None


def test_a_call_needs_a_telephone_and_a_place(region: Region) -> None:
    request = region.draft()
    services.join_queue(help_request_id=request.pk, name="Анна", phone="", email="a@example.org", consent=True,
                        actor=citizen(request), now=NOW)  # fmt: skip
    with pytest.raises(NoTelephone):
        services.ask_call_back(help_request_id=request.pk, wanted=True, actor=citizen(request), now=NOW)
    assert not Ticket.objects.get().call_back
    services.cancel(help_request_id=request.pk, actor=citizen(request), now=NOW)
    with pytest.raises(NotWaiting):
        services.ask_call_back(help_request_id=request.pk, wanted=True, actor=citizen(request), now=NOW)
    with pytest.raises(NotWaiting):
        services.mark_called(help_request_id=request.pk, actor=region.actor("expert"), now=NOW)


def test_a_message_to_one_who_waits(region: Region) -> None:
    request = region.queued()
    for text in ("", "  ", "я" * 301):
        with pytest.raises(NoteRefused):
            services.send_note(help_request_id=request.pk, text=text, actor=region.actor("expert"), now=NOW)
    for who in ("stranger", "observer", "coordinator"):
        with pytest.raises(NotFound):
            services.send_note(help_request_id=request.pk, text="Да", actor=region.actor(who), now=NOW)
    assert WaitingNote.objects.count() == 0
    services.send_note(help_request_id=request.pk, text="Через 5 минут", actor=region.actor("expert"), now=NOW)
    ticket = waiting_ticket(request.pk)
    assert ticket is not None
    assert [note.text for note in standing_of(ticket, NOW).notes] == ["Через 5 минут"]


def test_nothing_is_said_to_one_who_does_not_wait(region: Region) -> None:
    left, booked = region.queued(), region.booked(at(10, 15), branch=region.branch, n=2)
    services.cancel(help_request_id=left.pk, actor=citizen(left), now=NOW)
    before = JournalEntry.objects.count()
    for request_id in (left.pk, booked.help_request_id):
        with pytest.raises(NotWaiting):
            services.send_note(help_request_id=request_id, text="Скоро", actor=region.actor("expert"), now=NOW)
    assert not WaitingNote.objects.exists() and JournalEntry.objects.count() == before
    services.check_in(booking_id=booked.pk, actor=region.actor("operator"), now=at(10, 10))
    services.send_note(
        help_request_id=booked.help_request_id, text="Скоро", actor=region.actor("expert"), now=at(10, 11)
    )  # fmt: skip
    assert WaitingNote.objects.count() == 1


def test_waiting_longer_than_fifteen_minutes_is_a_task_once(region: Region) -> None:
    request = region.at_desk(None)
    services.end_duty(actor=region.actor("expert"), now=NOW)
    for minutes in (14, 15, 16):
        watch(minutes)
    (task,) = open_tasks()
    assert (task.kind, task.help_request_id, task.branch_id) == (TaskKind.LONG_WAIT, request.pk, region.branch.pk)
    officer = region.actor("duty_officer")
    services.take_task(task_id=task.pk, actor=officer, now=at(9, 16))
    for _attempt in range(2):
        services.close_task(task_id=task.pk, actor=officer, now=at(9, 17))
    watch(18)
    assert Task.objects.count() == 1
    with pytest.raises(TaskClosed):
        services.take_task(task_id=task.pk, actor=officer, now=at(9, 18))
    with pytest.raises(NotFound):
        services.close_task(task_id=task.pk, actor=region.actor("stranger"), now=at(9, 18))


def test_a_visitor_who_is_here_and_not_received_is_a_task_too(region: Region) -> None:
    request = region.at_desk(at(9, 25))
    booking = request.bookings.get()
    services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=at(9, 20))
    watch(39)
    assert Task.objects.count() == 0
    watch(40)
    assert Task.objects.get().kind == TaskKind.LONG_WAIT
    assert spans(request) == [("authority", 25, None)]
    dialogue.admit(help_request_id=request.pk, actor=region.actor("expert"), now=at(9, 41))
    assert spans(request) == [("authority", 25, 41)]
    assert Task.objects.filter(closed_at=None).count() == 0


def test_the_bell_rings_once_until_somebody_comes(region: Region) -> None:
    for _press in range(2):
        services.raise_task(kind=TaskKind.BELL, booth_id=region.booths[0].pk, actor=SYSTEM, now=NOW)
    task = Task.objects.get()
    assert task.branch_id == region.branch.pk
    services.close_task(task_id=task.pk, actor=region.actor("operator"), now=NOW)
    services.raise_task(kind=TaskKind.BELL, booth_id=region.booths[0].pk, actor=SYSTEM, now=NOW)
    assert Task.objects.count() == 2


def test_whose_delay_it_is_is_said_by_those_who_know(region: Region) -> None:
    request = region.at_desk(None)
    for who in ("expert", "stranger", "coordinator", "observer"):
        with pytest.raises(NotFound):
            services.attribute_wait(
                help_request_id=request.pk, cause=WaitCause.TECHNICS, actor=region.actor(who), now=NOW
            )
    assert spans(request) == [("authority", 0, None)]
    services.attribute_wait(
        help_request_id=request.pk, cause=WaitCause.TECHNICS, actor=region.actor("operator"), now=NOW
    )
    services.attribute_wait(
        help_request_id=request.pk, cause=WaitCause.CENTRE, actor=region.actor("duty_officer"), now=NOW
    )
    assert spans(request) == [("centre", 0, None)]
    actions = JournalEntry.objects.filter(kind="wait", action="attribute").order_by("id")
    assert [(row.before, row.after) for row in actions] == [("authority", "technics"), ("technics", "centre")]
    services.cancel(help_request_id=request.pk, actor=citizen(request), now=at(9, 7))
    with pytest.raises(NotWaiting):
        services.attribute_wait(
            help_request_id=request.pk, cause=WaitCause.CITIZEN, actor=region.actor("operator"), now=at(9, 8)
        )


def live(region: Region) -> tuple[HelpRequest, Dialogue]:
    request = region.queued()
    return request, dialogue.admit(help_request_id=request.pk, actor=region.actor("expert"), now=NOW)


def test_handed_back_she_is_first_and_the_same_expert_is_asked_last(region: Region) -> None:
    request, held = live(region)
    other = region.queued(n=2, now=NOW)
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("colleague"), now=NOW)
    with pytest.raises(NotFound):
        dialogue.hand_on(dialogue_id=held.pk, topic_code=None, actor=region.actor("colleague"), now=at(9, 5))
    for _attempt in range(2):
        dialogue.hand_on(dialogue_id=held.pk, topic_code=None, actor=region.actor("expert"), now=at(9, 5))
    first, again = Ticket.objects.filter(help_request=request).order_by("id")
    assert (first.state, first.finished_at) == (TicketState.RETURNED, at(9, 5))
    assert (again.reason, again.state) == (PlaceReason.RETURNED, TicketState.WAITING)
    assert DialogueEvent.objects.filter(dialogue=held).latest("number").text == HANDED_ON
    here(other, 5)
    match(region, 5)
    offers = {one.ticket.help_request_id: one.duty.expert.email for one in Offer.objects.filter(state=OfferState.OPEN)}
    assert offers == {request.pk: "colleague@example.org", other.pk: "expert@example.org"}
    dialogue.admit(help_request_id=request.pk, actor=region.actor("colleague"), now=at(9, 6))
    assert list(unfinished_of_expert(region.users["expert"].pk)) == []


def test_handed_on_to_another_authority_the_story_travels(region: Region) -> None:
    request, held = live(region)
    actor = region.actor("expert")
    with pytest.raises(TopicNotCovered):
        dialogue.hand_on(dialogue_id=held.pk, topic_code=region.other_topic.code, actor=actor, now=at(9, 5))
    agreement = Agreement.objects.create(
        number="2/2026", authority=region.other_authority, state=AgreementState.IN_FORCE, valid_from=NOW.date()
    )
    AgreementCoverage.objects.create(agreement=agreement, topic=region.other_topic, branch=None)
    with pytest.raises(NobodyOnReception):
        dialogue.hand_on(dialogue_id=held.pk, topic_code=region.other_topic.code, actor=actor, now=at(9, 5))
    held.refresh_from_db()
    request.refresh_from_db()
    assert (held.ended_at, request.state, request.authority_id) == (None, "in_dialogue", region.authority.pk)
    assert list(topics_to_hand_on(request, NOW.date())) == []
    Post.objects.create(authority=region.other_authority, name="Пост")
    services.start_duty(
        authority_id=region.other_authority.pk, post_id=None, actor=region.actor("stranger"), now=at(9, 4)
    )
    assert list(topics_to_hand_on(request, NOW.date())) == [region.other_topic]
    dialogue.hand_on(dialogue_id=held.pk, topic_code=region.other_topic.code, actor=actor, now=at(9, 5))
    request.refresh_from_db()
    ticket = waiting_ticket(request.pk)
    assert ticket is not None
    assert (request.authority_id, request.topic_id) == (region.other_authority.pk, region.other_topic.pk)
    assert (ticket.authority_id, ticket.reason) == (region.other_authority.pk, PlaceReason.RETURNED)
    assert request.story == "Не засчитали стаж"


def test_the_reads_of_the_watch_ask_a_fixed_number_of_times(region: Region) -> None:
    requests = [region.at_desk(None, n=n) for n in range(1, 5)]
    dialogue.admit(help_request_id=requests[0].pk, actor=region.actor("expert"), now=NOW)
    with statements() as said:
        (row,) = queues_now()
    assert len(said) == 2, said
    assert (row.waiting, row.since, row.on_duty, row.talking) == (3, NOW, 1, 1)
    ticket = waiting_ticket(requests[3].pk)
    assert ticket is not None
    with statements() as said:
        standing = standing_of(ticket, NOW)
    assert len(said) == 6, said
    assert (standing.position, standing.experts, standing.estimate) == (3, 1, None)
    day = Period(at(3), at(20))
    with statements() as said:
        assert [cause for cause, _people, _minutes in waits_by_cause(day)] == ["орган", "центр", "техника", "гражданин"]
    assert len(said) == 1, said
