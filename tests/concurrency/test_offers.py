"""Several matchings at once, and experts who answer at once: nobody is offered twice, nobody is taken twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from legalaid.dialogue import services as dialogue
from legalaid.directory.models import Post
from legalaid.intake.models import HelpRequest
from legalaid.kernel.actor import Actor
from legalaid.kernel.bus import get_bus
from legalaid.kernel.errors import DomainError
from legalaid.people.models import Membership, User
from legalaid.people.queries import grants_of
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.models import Offer, Ticket
from legalaid.reception.queries import offers as queries
from legalaid.reception.states import OfferState, TicketState
from tests.scenes import NOW, Region, make_region

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
EXPERTS, PEOPLE = 4, 12


def together(acts: list[Callable[[], object]]) -> list[object]:
    """Start all at the same moment on connections of their own; return results, errors included."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(5)
            results[index] = act()  # type: ignore[call-overload]
        except Exception as error:  # noqa: BLE001 - looked at by the test
            results[index] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    get_bus().close()
    return results


def crowd() -> tuple[Region, list[Actor]]:
    """Four experts at four posts; twelve people wait, none of them offered yet."""
    region = make_region(posts=EXPERTS)
    actors = []
    with transaction.atomic():
        for n in range(EXPERTS):
            user = User.objects.create_user(f"expert{n}@example.org", f"Специалист {n}")
            Membership.objects.create(user=user, role=Role.EXPERT, authority=region.authority, since=NOW)
            actors.append(Actor.staff(user.pk, grants_of(user.pk, NOW)))
    for post, actor in zip(Post.objects.order_by("id"), actors, strict=True):
        services.start_duty(authority_id=region.authority.pk, post_id=post.pk, actor=actor, now=NOW)
    return region, actors


def matching(region: Region) -> Callable[[], object]:
    return lambda: services.match_queue(authority_id=region.authority.pk, actor=Actor.system("queue"), now=NOW)


def test_every_person_is_received_once_by_one_expert() -> None:
    region, actors = crowd()
    requests = [region.at_desk(None, n=n) for n in range(PEOPLE)]

    def work(actor: Actor) -> Callable[[], object]:
        def receive() -> object:
            received = []
            while (offer := queries.offer_before(actor.user_id or 0)) is not None:
                try:
                    held = dialogue.admit(help_request_id=offer.ticket.help_request_id, actor=actor, now=NOW)
                except DomainError:
                    continue
                received.append(held.help_request_id)
                dialogue.end(dialogue_id=held.pk, actor=actor, now=NOW)
            return received

        return receive

    results = together([*(work(actor) for actor in actors), matching(region), matching(region)])
    assert [one for one in results if isinstance(one, Exception)] == []
    services.match_queue(authority_id=region.authority.pk, actor=Actor.system("queue"), now=NOW)
    for actor in actors:  # who looked between two offers went home; nothing is lost by it
        work(actor)()
    received: Counter[object] = Counter()
    for one in Ticket.objects.filter(state=TicketState.TAKEN):
        received[one.help_request_id] += 1
    assert received == Counter(request.pk for request in requests)
    assert Offer.objects.filter(state=OfferState.ACCEPTED).count() == PEOPLE


def test_matchings_at_once_offer_the_first_ones_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    region, _actors = crowd()
    monkeypatch.setattr(transaction, "on_commit", lambda *_args, **_kw: None)  # nobody is offered while they arrive
    requests = [region.at_desk(None, n=n) for n in range(PEOPLE)]
    assert Offer.objects.count() == 0
    results = together([matching(region) for _ in range(6)])
    assert sum(one for one in results if isinstance(one, int)) == EXPERTS
    offered = Offer.objects.filter(state=OfferState.OPEN).values_list("ticket__help_request", flat=True)
    assert sorted(offered) == sorted(request.pk for request in requests[:EXPERTS])


def test_without_lock_and_constraint_one_person_would_be_offered_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the race is real, and the tests above would see it."""
    region, _actors = crowd()
    monkeypatch.setattr(transaction, "on_commit", lambda *_args, **_kw: None)
    region.at_desk(None)
    gate = threading.Barrier(2)

    def unlocked(ticket_id: int) -> Ticket:
        found = Ticket.objects.select_related("help_request").get(pk=ticket_id)
        gate.wait(5)
        return found

    monkeypatch.setattr(queries, "lock_queue", lambda authority_id: None)
    monkeypatch.setattr(queries, "lock_ticket", unlocked)
    monkeypatch.setattr(queries, "is_free", lambda duty: True)
    index = {"offer_one_open_per_ticket": "ticket_id", "offer_one_open_per_duty": "duty_id"}
    with connection.cursor() as cursor:
        for name in index:
            cursor.execute(f"DROP INDEX {name}")
    try:
        together([matching(region), matching(region)])
        assert Offer.objects.filter(state=OfferState.OPEN).count() == 2, "the race did not happen: worthless control"
    finally:
        Offer.objects.all().delete()
        with connection.cursor() as cursor:
            for name, column in index.items():
                cursor.execute(f"CREATE UNIQUE INDEX {name} ON reception_offer ({column}) WHERE state = 'open'")


def test_an_offer_that_runs_out_while_it_is_accepted_is_one_or_the_other() -> None:
    region, actors = crowd()
    for n in range(8):
        request: HelpRequest = region.at_desk(None, n=n)
        offer = Offer.objects.get(ticket__help_request=request, state=OfferState.OPEN)
        actor = next(one for one in actors if one.user_id == offer.duty.expert_id)

        def accept(request: HelpRequest = request, actor: Actor = actor) -> object:
            return dialogue.admit(help_request_id=request.pk, actor=actor, now=NOW)

        def run_out(offer: Offer = offer) -> object:
            return services.match_queue(
                authority_id=region.authority.pk, actor=Actor.system("queue"), now=offer.expires_at
            )

        accepted, _ran = together([accept, run_out])
        assert not isinstance(_ran, Exception), _ran
        offer.refresh_from_db()
        ticket = Ticket.objects.get(help_request=request)
        if isinstance(accepted, DomainError):
            assert offer.state == OfferState.EXPIRED
            assert ticket.state != TicketState.TAKEN
            services.cancel(help_request_id=request.pk, actor=Actor.citizen(request.pk), now=NOW)
        else:
            assert (ticket.state, ticket.duty_id) == (TicketState.TAKEN, offer.duty_id)
            dialogue.end(dialogue_id=accepted.pk, actor=actor, now=NOW)  # type: ignore[attr-defined]  # a dialogue
