"""A day of the region, played: people, experts and desks act through the services, on a clock of their own.

Nothing sleeps: what will happen lies in a heap by its moment, and each service is given that moment as `now`. What the
product does by itself is done here as its jobs do it: `watch_queues` each minute, an offer settled when its time ends.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from uuid import UUID

from bench import day_people as who
from bench.day_region import Seeded
from legalaid.dialogue import services as dialogue
from legalaid.directory.models import Authority, Branch
from legalaid.intake.services import start_request
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor, Grant
from legalaid.kernel.errors import DomainError
from legalaid.kernel.sql import fetch_all
from legalaid.people.rules import Contact
from legalaid.people.states import Channel, Role
from legalaid.reception import services
from legalaid.reception.estimate_rules import Estimate
from legalaid.reception.models import Duty, Ticket
from legalaid.reception.queries import live_booking, offered_starts, waiting_ticket
from legalaid.reception.queries.queue import standing_of
from legalaid.reception.rules import NO_SHOW_AFTER
from legalaid.reception.states import TicketState, WaitCause


@dataclass
class Day:
    """The clock, the heap and everybody; `counts` says what happened to whom."""

    region: Seeded
    opens: datetime
    closes: datetime
    seed: int = 3
    now: datetime = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)
    told: dict[int, Estimate | None] = field(default_factory=dict)
    people: dict[UUID, who.Person] = field(default_factory=dict)
    ready: list[who.Person] = field(default_factory=list)
    experts: list[who.Expert] = field(init=False)
    busy_booths: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.now = self.opens - timedelta(hours=17)  # yesterday afternoon
        self._heap: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order, self._seen_offer = count(), 0
        self.experts = [who.Expert(*one) for one in self.region.experts]
        self._experts = {one.actor.user_id: one for one in self.experts}
        self._authorities = {one.pk: one for one in Authority.objects.order_by("id")}
        self._branches = {one.pk: one for one in Branch.objects.order_by("id")}

    def at(self, when: datetime, act: Callable[[], None]) -> None:
        """Let something happen at a moment, at the earliest now."""
        heapq.heappush(self._heap, (max(when, self.now), next(self._order), act))

    def run(self) -> None:
        """Play until nothing is left to happen."""
        while self._heap:
            self.now, _order, act = heapq.heappop(self._heap)
            act()

    def after(self, low: float, high: float) -> datetime:
        """A moment `low` to `high` minutes from now."""
        return self.now + self.chance.uniform(low, high) * who.MINUTE

    # --- those who come ---

    def book(self, person: who.Person) -> None:
        """Take one of the times offered for the day, at a desk or by herself."""
        starts = offered_starts(
            authority=self._authorities[person.authority], minutes=self.region.minutes[person.topic], now=self.now,
            branch=self._branches[person.branch] if person.branch else None, days=2,
        )  # fmt: skip
        starts = [one for one in starts if max(self.opens, self.now + 30 * who.MINUTE) <= one < self.closes]
        if not starts:
            self.counts["no_place"] += 1
            return
        try:
            self._reserve(person, self.chance.choice(starts))
        except DomainError as error:
            self.counts[f"refused: {error.code}"] += 1
            return
        assert person.request
        booking = live_booking(person.request)
        assert booking
        self.people[person.request] = person
        person.booking, person.post, person.booth = booking.pk, booking.post_id, booking.booth_id
        person.start = booking.during.lower
        self.counts["booked"] += 1
        self._decide(person, booking.during.lower)

    def _reserve(self, person: who.Person, start: datetime) -> None:
        if person.branch is not None:
            person.request = services.register_at_desk(
                story=who.STORY, topic_code=person.topic, branch_id=person.branch, consent=True, start=start,
                queue=False, contact=Contact(name=f"Посетитель {person.number}"),
                submission=f"{self.chance.getrandbits(128):032x}",
                actor=self.operator(person.branch), now=self.now,
            ).pk  # fmt: skip
            return
        self._draft(person)
        assert person.request
        services.hold(help_request_id=person.request, start=start, branch_id=None, actor=person.actor, now=self.now)
        services.confirm_booking(
            help_request_id=person.request, name=f"Гражданка {person.number}", phone="", consent=True,
            email=f"g{person.number}@example.org", actor=person.actor, now=self.now,
        )  # fmt: skip

    def _draft(self, person: who.Person) -> None:
        request = start_request(
            story=who.STORY, channel=Channel.HOME, branch_id=None, actor=Actor.citizen(None), now=self.now
        )
        person.request = request.pk
        services.choose_topic(help_request_id=request.pk, topic_code=person.topic, actor=person.actor, now=self.now)

    def _decide(self, person: who.Person, start: datetime) -> None:
        """Who comes, who does not, who calls it off."""
        drawn = self.chance.random()
        if drawn < who.NO_SHOW:
            self.at(start + NO_SHOW_AFTER + who.MINUTE, lambda: self._missing(person))
        elif drawn < who.NO_SHOW + who.CALLS_OFF:
            self.at(start - self.chance.uniform(20, 180) * who.MINUTE, lambda: self._call_off(person))
        else:
            early = min(14.0, max(-8.0, self.chance.gauss(5, 4)))
            self.at(start - early * who.MINUTE, lambda: self._arrive(person))

    def _missing(self, person: who.Person) -> None:
        assert person.booking
        expert = next(one for one in self.experts if one.authority == person.authority)
        actor = self.operator(person.branch) if person.branch else expert.actor
        services.mark_no_show(booking_id=person.booking, actor=actor, now=self.now)
        person.over = True
        self.counts["no_show"] += 1
        self.look()

    def _call_off(self, person: who.Person) -> None:
        assert person.request
        services.cancel(help_request_id=person.request, actor=person.actor, now=self.now)
        person.over = True
        self.counts["called_off"] += 1
        self.look()

    def _arrive(self, person: who.Person) -> None:
        assert person.request and person.booking and person.start
        if person.branch is not None:
            services.check_in(booking_id=person.booking, actor=self.operator(person.branch), now=self.now)
        else:
            dialogue.open_lobby(help_request_id=person.request, actor=person.actor, now=self.now)
        self.ready.append(person)
        self.at(person.start, self.work)
        self.at(person.start + who.PICKS_UP_AFTER, self.work)

    def join(self, person: who.Person) -> None:
        """Come to the live queue, at a desk or from home."""
        try:
            if person.branch is not None:
                person.request = services.register_at_desk(
                    story=who.STORY, topic_code=person.topic, branch_id=person.branch, consent=True, start=None,
                    queue=True, contact=Contact(name=f"Посетитель {person.number}"), adaptations=person.special,
                    submission=f"{self.chance.getrandbits(128):032x}", actor=self.operator(person.branch),
                    now=self.now,
                ).pk  # fmt: skip
            else:
                self._draft(person)
                assert person.request
                services.join_queue(
                    help_request_id=person.request, name=f"Гражданка {person.number}", phone="", consent=True,
                    email=f"g{person.number}@example.org", actor=person.actor, now=self.now,
                )  # fmt: skip
        except DomainError as error:
            self.counts[f"refused: {error.code}"] += 1
            return
        self.counts["joined"] += 1
        self.people[person.request] = person
        self._tell(person)
        self._may_leave(person)
        self.look()

    def _tell(self, person: who.Person) -> None:
        """Keep what her page shows: nothing when she is called at once."""
        assert person.request
        ticket = waiting_ticket(person.request)
        if ticket is not None and ticket.state == TicketState.WAITING:
            self.told[ticket.pk] = standing_of(ticket, self.now).estimate
        else:
            self.counts["called_at_once"] += 1

    def _may_leave(self, person: who.Person) -> None:
        drawn = self.chance.random()
        if drawn < who.IMPATIENT:
            self.at(self.after(15, 30), lambda: self._give_up(person))
        elif person.branch is None and drawn < who.IMPATIENT + who.LOSES_LINE:
            self.at(self.after(0, 8), lambda: self._lose_line(person))

    def _give_up(self, person: who.Person) -> None:
        assert person.request
        if waiting_ticket(person.request) is not None:
            services.cancel(help_request_id=person.request, actor=person.actor, now=self.now)
            self.counts["gave_up"] += 1
            self.look()

    def _lose_line(self, person: who.Person) -> None:
        assert person.request
        if waiting_ticket(person.request) is None:
            return
        person.away = True
        self.counts["lost_line"] += 1
        long = self.chance.random() < who.FOR_LONG
        self.at(self.after(12, 20) if long else self.after(2, 8), lambda: self._back_on_line(person))

    def _back_on_line(self, person: who.Person) -> None:
        assert person.request
        person.away = False
        if waiting_ticket(person.request) is not None:
            services.be_here(help_request_id=person.request, actor=person.actor, now=self.now)
        elif who.lock_state(person.request) == RequestState.MISSED:
            self.counts["place_given_up"] += 1
            try:
                services.return_to_queue(help_request_id=person.request, actor=person.actor, now=self.now)
                self.counts["came_again"] += 1
            except DomainError as error:
                self.counts[f"refused: {error.code}"] += 1
        self.look()

    # --- those who receive ---

    def operator(self, branch: int) -> Actor:
        return Actor.staff(self.region.operators[branch], (Grant(Role.OPERATOR, branch_id=branch),))

    def sit(self, expert: who.Expert) -> None:
        """Sit down at her post, and look who is there."""
        expert.sits = True
        services.start_duty(authority_id=expert.authority, post_id=expert.post, actor=expert.actor, now=self.now)
        self.look()
        self.work()

    def stand(self, expert: who.Expert) -> None:
        """Stand up as soon as nobody talks with her."""
        expert.sits = False
        if expert.talks is None:
            services.end_duty(actor=expert.actor, now=self.now)
            self.look()

    def look(self) -> None:
        """Let experts see the offers that have been made since."""
        for row in fetch_all(who.CALLS_OPEN, seen=self._seen_offer):
            call = who.Call(*row)
            self._seen_offer = call.pk
            self.at(call.expires_at, partial(self._settle, call))
            drawn, wait = self.chance.random(), self.chance.uniform(3, 20) / 60
            if drawn < who.DECLINES:
                self.at(self.now + wait * who.MINUTE, partial(self._decline, call))
            elif drawn >= who.DECLINES + who.SILENT:
                self.at(self.now + wait * who.MINUTE, partial(self._accept, call))

    def _settle(self, call: who.Call) -> None:
        if call.is_open():
            self.counts["unanswered"] += 1
            services.match_queue(authority_id=call.authority, actor=who.SYSTEM, now=self.now)
            self.look()

    def _decline(self, call: who.Call) -> None:
        if call.is_open():
            actor = self._experts[call.expert].actor
            services.decline_offer(offer_id=call.pk, reason="Не моя тема", actor=actor, now=self.now)
            self.counts["declined"] += 1
            self.look()

    def _accept(self, call: who.Call) -> None:
        expert = self._experts[call.expert]
        if expert.talks is None and call.is_open():
            person = self.people[call.request]
            person.booth = self._open_booth(person)
            self._receive(expert, person)

    def _open_booth(self, person: who.Person) -> int | None:
        """Seat a visitor of the live queue at a booth of her branch that nobody needs soon."""
        if person.branch is None:
            return None
        soon = who.booths_needed(self.people.values(), person.branch, self.now + 40 * who.MINUTE)
        return who.open_first(
            sorted(set(self.region.booths[person.branch]) - self.busy_booths - soon), person, self.now
        )

    def work(self) -> None:
        """Experts who are free receive those who are booked and there: of their own post, then whom nobody receives."""
        for person in [one for one in self.ready if one.start and one.start <= self.now]:
            if person.booth in self.busy_booths:
                continue
            expert = self._who_receives(person)
            if expert is not None:
                self._receive(expert, person)
                self.ready.remove(person)

    def _who_receives(self, person: who.Person) -> who.Expert | None:
        free = [one for one in self.experts if one.authority == person.authority and one.is_free()]
        own = [one for one in free if one.post == person.post]
        late = person.start is not None and self.now >= person.start + who.PICKS_UP_AFTER
        return next(iter(own or (free if late else [])), None)

    def _receive(self, expert: who.Expert, person: who.Person) -> None:
        assert person.request
        expert.talks = dialogue.admit(help_request_id=person.request, actor=expert.actor, now=self.now)
        if person.booth is not None:
            self.busy_booths.add(person.booth)
        drawn = self.chance.random()
        broken = drawn < who.BREAKS_OFF or person.away
        length = self.chance.uniform(1, 6) if broken else self.region.length(self.chance)
        action = "break" if broken else "hand_on" if drawn < who.BREAKS_OFF + who.HANDED_ON else "end"
        self.at(self.now + length * who.MINUTE, lambda: self._finish(expert, person, action))
        self.look()

    def _finish(self, expert: who.Expert, person: who.Person, action: str) -> None:
        assert expert.talks and person.request
        topic = self.chance.choice(sorted(self.region.minutes)) if action == "hand_on" else None
        try:
            if action != "end":
                dialogue.hand_on(dialogue_id=expert.talks.pk, topic_code=topic, actor=expert.actor, now=self.now)
                self.counts["broke_off" if action == "break" else "handed_on"] += 1
        except DomainError:  # the other authority does not receive now
            action = "end"
        if action == "end":
            who.answer(expert, person, self.now)
            self.counts["answered"] += 1
        if action == "break":
            services.attribute_wait(
                help_request_id=person.request, cause=WaitCause.TECHNICS, actor=who.OFFICER, now=self.now
            )
        expert.talks = None
        self.busy_booths.discard(person.booth or 0)
        person.booth, person.over = None, True
        if not expert.sits:
            self.stand(expert)
        self.look()
        self.work()

    # --- what goes on by itself ---

    def minute(self) -> None:
        """Pages say that they are open, the worker looks after all who wait, experts who fell silent come back."""
        waiting = fetch_all(who.WHO_WAITS)
        for request, at_home in waiting:
            if at_home and not self.people[request].away:
                services.be_here(help_request_id=request, actor=Actor.citizen(request), now=self.now)
        if waiting or self.ready:  # with nobody there it would only ask and find nothing
            services.watch_queues(actor=who.SYSTEM, now=self.now)
        seated = set(Duty.objects.filter(ended_at=None).values_list("expert", flat=True))
        for expert in self.experts:
            if expert.sits and expert.actor.user_id not in seated and not expert.silent:
                expert.silent = True
                self.counts["duty_ended_for_her"] += 1
                self.at(self.after(2, 6), partial(self._back_at_desk, expert))
        self.look()
        self.work()
        if self.now < self.closes or self._anybody_left():
            self.at(self.now + who.MINUTE, self.minute)
        else:
            for expert in self.experts:
                self.stand(expert)

    def _back_at_desk(self, expert: who.Expert) -> None:
        expert.silent = False
        if expert.sits:
            self.sit(expert)

    def _anybody_left(self) -> bool:
        waits = Ticket.objects.filter(state__in=["waiting", "offered"]).exists()
        busy = waits or bool(self.ready) or any(one.talks for one in self.experts)
        return busy and self.now <= self.closes + timedelta(hours=2)
