"""What each service of the dialogue does, refuses, and leaves alone when it refuses."""

from __future__ import annotations

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest

from legalaid.dialogue import queries, refusals, services
from legalaid.dialogue.models import Connection, Dialogue, DialogueEvent, Participant
from legalaid.dialogue.states import DIALOGUE_MOVES, DialogueState, EventKind
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, IllegalMove, NotFound
from legalaid.kernel.tickets import DialogueTicket, read_dialogue
from legalaid.reception.models import Booking, Ticket
from legalaid.reception.states import BookingState, TicketState
from tests.dialogue.scene import NOW, Scene, citizen_of, make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def snapshot() -> tuple[object, ...]:
    """What a refusal must leave as it was."""
    return (
        list(Dialogue.objects.order_by("id").values_list("id", "state", "expert", "last_event")),
        list(DialogueEvent.objects.order_by("id").values_list("id")),
        list(Connection.objects.order_by("id").values_list("id", "opened_at", "closed_at")),
        list(Participant.objects.order_by("id").values_list("id", "present")),
        list(JournalEntry.objects.order_by("id").values_list("id")),
    )


def seated(dialogue: Dialogue, actor: Actor) -> DialogueTicket:
    """A participant whose socket is open."""
    ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW))
    enter(ticket)
    return ticket


def enter(ticket: DialogueTicket, since: int = 0) -> services.Seat:
    return services.connected(
        connection_id=ticket.connection, participant_id=ticket.participant, since=since, actor=ticket.actor, now=NOW
    )


class TestWaitingRoom:
    def test_opens_once_for_a_citizen_in_the_queue(self, scene: Scene) -> None:
        request = scene.queued()
        first = services.open_lobby(help_request_id=request.pk, actor=citizen_of(request), now=NOW)
        again = services.open_lobby(help_request_id=request.pk, actor=citizen_of(request), now=NOW)
        assert first == again
        assert first.state == DialogueState.LOBBY
        assert first.ticket is not None
        assert JournalEntry.objects.filter(subject=str(first.pk), action="open").count() == 1

    def test_ticket_is_bound_to_dialogue_person_and_connection(self, scene: Scene) -> None:
        request = scene.queued()
        ticket = read_dialogue(
            services.join_waiting_room(help_request_id=request.pk, actor=citizen_of(request), now=NOW)
        )
        person = Participant.objects.get()
        assert (ticket.participant, ticket.role) == (str(person.pk), "citizen")
        assert ticket.dialogue == str(Dialogue.objects.get().pk)
        assert Connection.objects.get().pk == ticket.connection
        assert "end" not in ticket.caps

    def test_operator_of_the_branch_enters_too(self, scene: Scene) -> None:
        request = scene.queued()
        services.join_waiting_room(help_request_id=request.pk, actor=citizen_of(request), now=NOW)
        ticket = read_dialogue(services.join_waiting_room(help_request_id=request.pk, actor=scene.desk, now=NOW))
        assert ticket.role == "operator"
        assert Dialogue.objects.count() == 1

    @pytest.mark.parametrize("minutes", [-16, 81])
    def test_booking_far_from_now_is_refused(self, scene: Scene, minutes: int) -> None:
        request = scene.booked()
        before = snapshot()
        with pytest.raises(refusals.TooEarly):
            services.open_lobby(
                help_request_id=request.pk, actor=citizen_of(request), now=NOW + timedelta(minutes=minutes)
            )
        assert snapshot() == before

    @pytest.mark.parametrize("minutes", [-15, 0, 79])
    def test_booking_near_now_opens(self, scene: Scene, minutes: int) -> None:
        request = scene.booked()
        now = NOW + timedelta(minutes=minutes)
        assert services.open_lobby(help_request_id=request.pk, actor=citizen_of(request), now=now).booking is not None

    def test_request_without_booking_or_ticket_is_refused(self, scene: Scene) -> None:
        request = scene.request(RequestState.SUBMITTED)
        before = snapshot()
        with pytest.raises(refusals.NothingToWaitFor):
            services.open_lobby(help_request_id=request.pk, actor=citizen_of(request), now=NOW)
        assert snapshot() == before

    def test_stranger_learns_nothing(self, scene: Scene) -> None:
        request, other = scene.queued(), scene.queued()
        before = snapshot()
        for actor in (citizen_of(other), Actor.citizen(None), Actor.staff(scene.operator.pk, ())):
            with pytest.raises(NotFound):
                services.join_waiting_room(help_request_id=request.pk, actor=actor, now=NOW)
        assert snapshot() == before

    def test_expert_does_not_sit_in_a_lobby(self, scene: Scene) -> None:
        request = scene.queued()
        scene.on_duty()
        services.open_lobby(help_request_id=request.pk, actor=citizen_of(request), now=NOW)
        with pytest.raises(NotFound):
            services.join_waiting_room(help_request_id=request.pk, actor=scene.expert(), now=NOW)


class TestAdmit:
    def test_lobby_becomes_live(self, scene: Scene) -> None:
        request = scene.queued()
        scene.on_duty()
        services.join_waiting_room(help_request_id=request.pk, actor=citizen_of(request), now=NOW)
        dialogue = services.admit(help_request_id=request.pk, actor=scene.expert(), now=NOW)
        request.refresh_from_db()
        assert (dialogue.state, dialogue.expert, request.state) == (
            DialogueState.LIVE, scene.experts[0], RequestState.IN_DIALOGUE,
        )  # fmt: skip
        assert Ticket.objects.get().state == TicketState.TAKEN
        assert [e["kind"] for e in queries.events_after(dialogue.pk, 0)] == [EventKind.ADMITTED]

    def test_works_before_the_citizen_has_come(self, scene: Scene) -> None:
        assert scene.live().state == DialogueState.LIVE

    def test_booked_dialogue(self, scene: Scene) -> None:
        request = scene.booked()
        scene.on_duty()
        services.admit(help_request_id=request.pk, actor=scene.expert(), now=NOW)
        assert Booking.objects.get().state == BookingState.CHECKED_IN

    def test_twice_by_the_same_expert_is_once(self, scene: Scene) -> None:
        dialogue = scene.live()
        before = snapshot()
        again = services.admit(help_request_id=dialogue.help_request_id, actor=scene.expert(), now=NOW)
        assert again == dialogue
        assert snapshot() == before

    def test_colleague_is_refused(self, scene: Scene) -> None:
        dialogue = scene.live()
        scene.on_duty(1)
        before = snapshot()
        with pytest.raises(refusals.AlreadyAdmitted):
            services.admit(help_request_id=dialogue.help_request_id, actor=scene.expert(1), now=NOW)
        assert snapshot() == before

    def test_expert_in_a_dialogue_is_refused(self, scene: Scene) -> None:
        scene.live()
        request = scene.queued()
        before = snapshot()
        with pytest.raises(refusals.ExpertBusy):
            services.admit(help_request_id=request.pk, actor=scene.expert(), now=NOW)
        assert snapshot() == before

    def test_expert_off_duty_is_refused(self, scene: Scene) -> None:
        request = scene.queued()
        before = snapshot()
        with pytest.raises(refusals.NotOnDuty):
            services.admit(help_request_id=request.pk, actor=scene.expert(), now=NOW)
        duty = scene.on_duty()
        duty.ended_at = NOW
        duty.save()
        with pytest.raises(refusals.NotOnDuty):
            services.admit(help_request_id=request.pk, actor=scene.expert(), now=NOW)
        assert snapshot() == before

    def test_others_learn_nothing(self, scene: Scene) -> None:
        request = scene.queued()
        before = snapshot()
        for actor, refusal in ((citizen_of(request), NotFound), (scene.desk, NotFound), (Actor.staff(1, ()), NotFound)):
            with pytest.raises(refusal):
                services.admit(help_request_id=request.pk, actor=actor, now=NOW)
        assert snapshot() == before


class TestSockets:
    def test_ticket_opens_one_socket(self, scene: Scene) -> None:
        dialogue = scene.live()
        ticket = seated(dialogue, citizen_of(dialogue))
        before = snapshot()
        with pytest.raises(refusals.TicketUsed):
            enter(ticket)
        assert snapshot() == before

    def test_ticket_of_one_is_no_good_for_another(self, scene: Scene) -> None:
        dialogue = scene.live()
        mine = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=citizen_of(dialogue), now=NOW))
        theirs = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW))
        before = snapshot()
        for connection, participant, actor in (
            (mine.connection, theirs.participant, theirs.actor),
            (mine.connection, mine.participant, theirs.actor),
            (mine.connection, mine.participant, Actor.citizen(uuid4())),
            (mine.connection, uuid4(), mine.actor),
        ):
            with pytest.raises(refusals.TicketUsed):
                services.connected(connection_id=connection, participant_id=participant, since=0, actor=actor, now=NOW)
        assert snapshot() == before

    def test_entering_is_told_once_until_she_has_left(self, scene: Scene) -> None:
        dialogue = scene.live()
        first = seated(dialogue, citizen_of(dialogue))
        services.disconnected(connection_id=first.connection, code=1006, now=NOW)
        second = seated(dialogue, citizen_of(dialogue))
        services.leave(connection_id=first.connection, now=NOW)  # the grace of the first ran out after she was back
        assert Participant.objects.get(user=None).present
        services.leave(connection_id=second.connection, now=NOW)
        services.leave(connection_id=second.connection, now=NOW)
        kinds = [e["kind"] for e in queries.events_after(dialogue.pk, 0)]
        assert kinds == [EventKind.ADMITTED, EventKind.ENTERED, EventKind.LEFT]

    def test_events_are_replayed_after_a_number(self, scene: Scene) -> None:
        dialogue = scene.live()
        ticket = seated(dialogue, citizen_of(dialogue))
        for n in range(3):
            services.say(
                participant_id=ticket.participant, cid=uuid4(), text=f"строка {n}", actor=ticket.actor, now=NOW
            )
        back = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=citizen_of(dialogue), now=NOW))
        seat = enter(back, since=3)
        assert [e["text"] for e in seat.events] == ["строка 1", "строка 2"]
        assert seat.last == 5
        numbers = [e["n"] for e in queries.events_after(dialogue.pk, 0)]
        assert numbers == [1, 2, 3, 4, 5]

    def test_expert_is_shown_with_her_authority(self, scene: Scene) -> None:
        dialogue = scene.live()
        ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW))
        seat = enter(ticket)
        assert (seat.name, seat.place, seat.role) == ("Мария Петрова 1", "пенсионный фонд", "expert")

    def test_colleague_of_the_expert_does_not_enter(self, scene: Scene) -> None:
        dialogue = scene.live()
        before = snapshot()
        with pytest.raises(NotFound):
            services.join(dialogue_id=dialogue.pk, actor=scene.expert(1), now=NOW)
        assert snapshot() == before


class TestSay:
    def test_same_line_sent_again_is_said_once(self, scene: Scene) -> None:
        dialogue = scene.live()
        ticket = seated(dialogue, citizen_of(dialogue))
        cid = uuid4()
        lines = [
            services.say(participant_id=ticket.participant, cid=cid, text=" Здравствуйте ", actor=ticket.actor, now=NOW)
            for _ in range(2)
        ]
        assert lines[0] == lines[1]
        assert [e["text"] for e in queries.events_after(dialogue.pk, 2)] == ["Здравствуйте"]

    @pytest.mark.parametrize("text", ["", "  \n", "\x00", "а" * 2001])
    def test_empty_or_endless_line_is_refused(self, scene: Scene, text: str) -> None:
        dialogue = scene.live()
        ticket = seated(dialogue, citizen_of(dialogue))
        before = snapshot()
        with pytest.raises(refusals.NotWritable):
            services.say(participant_id=ticket.participant, cid=uuid4(), text=text, actor=ticket.actor, now=NOW)
        assert snapshot() == before


ACTIONS = ("receive", "admit", "miss", "end", "fail")


def perform(action: str, dialogue: Dialogue, scene: Scene) -> Dialogue:
    if action in {"receive", "admit"}:
        who = scene.expert(0 if dialogue.state == DialogueState.RECEIVED else 1)
        begin = services.receive if action == "receive" else services.admit
        return begin(help_request_id=dialogue.help_request_id, actor=who, now=NOW)
    if action == "end":
        return services.end(dialogue_id=dialogue.pk, actor=scene.expert(0), now=NOW)
    service = {"miss": services.miss, "fail": services.fail}[action]
    return service(dialogue_id=dialogue.pk, actor=Actor.system("test"), now=NOW)


def dialogue_in(state: DialogueState, scene: Scene) -> Dialogue:
    if state in {DialogueState.LOBBY, DialogueState.MISSED}:
        scene.on_duty(0)
        request = scene.queued()
        dialogue = services.open_lobby(help_request_id=request.pk, actor=citizen_of(request), now=NOW)
        Dialogue.objects.filter(pk=dialogue.pk).update(expert=scene.experts[0])  # so that `end` is not a stranger's
        return perform("miss", dialogue, scene) if state == DialogueState.MISSED else dialogue
    if state == DialogueState.RECEIVED:
        return scene.received(0)
    dialogue = scene.live(0)
    way = {DialogueState.ENDED: "end", DialogueState.FAILED: "fail"}
    return perform(way[state], dialogue, scene) if state in way else dialogue


@pytest.mark.parametrize(("state", "action"), list(itertools.product(DialogueState, ACTIONS)))
def test_every_action_in_every_state(scene: Scene, state: DialogueState, action: str) -> None:
    """Legal moves are those of the table; each other one is refused and changes nothing."""
    dialogue = dialogue_in(state, scene)
    scene.on_duty(1)
    before = snapshot()
    legal = DIALOGUE_MOVES.get((state, action))
    if legal is not None:
        assert perform(action, dialogue, scene).state == legal
        entry = JournalEntry.objects.filter(subject=str(dialogue.pk)).order_by("-id")[0]
        assert (entry.action, entry.before, entry.after) == (action, state, legal)
    elif (state, action) == (DialogueState.RECEIVED, "receive"):
        assert perform(action, dialogue, scene).state == state  # pressed twice
        assert snapshot() == before
    elif state == DialogueState.MISSED and action in {"receive", "admit"}:
        assert perform(action, dialogue, scene) != dialogue  # her place in the queue still holds: another dialogue
        dialogue.refresh_from_db()
        assert dialogue.state == state
    elif (state, action) == (DialogueState.ENDED, "end"):
        assert perform(action, dialogue, scene).state == state  # pressed twice
        assert snapshot() == before
    else:
        with pytest.raises((IllegalMove, DomainError)):
            perform(action, dialogue, scene)
        assert snapshot() == before


def test_end_uses_the_booking_and_lets_nobody_in(scene: Scene) -> None:
    request = scene.booked()
    scene.on_duty()
    dialogue = services.admit(help_request_id=request.pk, actor=scene.expert(), now=NOW)
    ticket = seated(dialogue, citizen_of(dialogue))
    services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
    assert Booking.objects.get().state == BookingState.USED
    before = snapshot()
    with pytest.raises(refusals.DialogueOver):
        services.join(dialogue_id=dialogue.pk, actor=citizen_of(dialogue), now=NOW)
    with pytest.raises(refusals.DialogueOver):
        services.say(participant_id=ticket.participant, cid=uuid4(), text="а?", actor=ticket.actor, now=NOW)
    assert snapshot() == before
    assert queries.events_after(dialogue.pk, 0)[-1]["kind"] == EventKind.ENDED


@pytest.mark.parametrize("who", ["citizen", "desk", "colleague"])
def test_only_its_expert_ends_a_dialogue(scene: Scene, who: str) -> None:
    dialogue = scene.live()
    actor = {"citizen": citizen_of(dialogue), "desk": scene.desk, "colleague": scene.expert(1)}[who]
    before = snapshot()
    with pytest.raises(NotFound):
        services.end(dialogue_id=dialogue.pk, actor=actor, now=NOW)
    assert snapshot() == before


class TestSilence:
    def test_who_lost_her_process_has_left(self, scene: Scene) -> None:
        dialogue = scene.live()
        gone, here = seated(dialogue, citizen_of(dialogue)), seated(dialogue, scene.expert())
        later = NOW + timedelta(seconds=80)
        services.keep_alive(connection_ids=[here.connection], actor=Actor.system("test"), now=later)
        services.let_the_silent_leave(actor=Actor.system("test"), now=later)
        services.let_the_silent_leave(actor=Actor.system("test"), now=later)
        assert [p.present for p in Participant.objects.order_by("role")] == [False, True]
        assert [e["kind"] for e in queries.events_after(dialogue.pk, 3)] == [EventKind.LEFT]
        assert not queries.someone_waits(dialogue.help_request_id)
        assert gone.connection != here.connection

    def test_who_came_back_to_another_process_has_not(self, scene: Scene) -> None:
        dialogue = scene.live()
        seated(dialogue, citizen_of(dialogue))
        later = NOW + timedelta(seconds=80)
        back = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=citizen_of(dialogue), now=later))
        services.connected(
            connection_id=back.connection, participant_id=back.participant, since=0, actor=back.actor, now=later
        )
        before = snapshot()
        services.let_the_silent_leave(actor=Actor.system("test"), now=later)
        assert snapshot() == before

    def test_waiting_room_of_a_cancelled_request_is_closed(self, scene: Scene) -> None:
        kept, dropped = scene.queued(), scene.queued()
        rooms = [services.open_lobby(help_request_id=r.pk, actor=citizen_of(r), now=NOW) for r in (kept, dropped)]
        HelpRequest.objects.filter(pk=dropped.pk).update(state=RequestState.CANCELLED)
        services.close_abandoned(actor=Actor.system("test"), now=NOW)
        states = [Dialogue.objects.get(pk=room.pk).state for room in rooms]
        assert states == [DialogueState.LOBBY, DialogueState.MISSED]
        assert queries.events_after(rooms[1].pk, 0)[-1]["kind"] == EventKind.MISSED
