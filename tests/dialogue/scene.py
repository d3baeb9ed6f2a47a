"""A small region for tests of the dialogue: one authority with two experts, one branch, one citizen in the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from legalaid.dialogue import services
from legalaid.dialogue.models import Dialogue
from legalaid.directory.models import Area, Authority, Branch, Post, Topic
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor
from legalaid.kernel.period import Period
from legalaid.people.models import Citizen, Membership, User
from legalaid.people.queries import grants_of
from legalaid.people.states import Channel, Role
from legalaid.reception.models import Booking, Duty, Ticket
from legalaid.reception.states import BookingState

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Scene:
    """Everything the tests talk about."""

    authority: Authority
    branch: Branch
    posts: list[Post]
    experts: list[User]
    operator: User
    topic: Topic

    def expert(self, index: int = 0) -> Actor:
        return actor_of(self.experts[index])

    @property
    def desk(self) -> Actor:
        return actor_of(self.operator)

    def on_duty(self, index: int = 0) -> Duty:
        return Duty.objects.create(post=self.posts[index], expert=self.experts[index], started_at=NOW)

    def request(self, state: RequestState = RequestState.QUEUED) -> HelpRequest:
        number = f"61-{HelpRequest.objects.count() + 1:04d}"
        return HelpRequest.objects.create(
            number=number,
            state=state,
            channel=Channel.CENTRE,
            branch=self.branch,
            citizen=Citizen.objects.create(name="Анна Ивановна", created_at=NOW),
            story="Не пересчитали пенсию.",
            topic=self.topic,
            authority=self.authority,
            created_at=NOW,
            submitted_at=NOW,
        )

    def queued(self) -> HelpRequest:
        """A request with a place in the queue."""
        request = self.request()
        Ticket.objects.create(help_request=request, authority=self.authority, created_at=NOW)
        return request

    def booked(self, start: datetime = NOW) -> HelpRequest:
        """A request with a confirmed booking of 20 minutes."""
        request = self.request(RequestState.AGREED)
        during = Period(start, start + timedelta(minutes=20))
        Booking.objects.create(
            help_request=request,
            post=self.posts[0],
            citizen=request.citizen,
            during=during.range,
            occupies=during.range,
            state=BookingState.CONFIRMED,
            created_at=NOW,
        )
        return request

    def live(self, index: int = 0) -> Dialogue:
        """A live dialogue with the expert `index`."""
        if not Duty.objects.filter(expert=self.experts[index], ended_at=None).exists():
            self.on_duty(index)
        request = self.queued()
        return services.admit(help_request_id=request.pk, actor=self.expert(index), now=NOW)

    def received(self, index: int = 0) -> Dialogue:
        """A dialogue whose citizen was called in; her name is not confirmed yet."""
        if not Duty.objects.filter(expert=self.experts[index], ended_at=None).exists():
            self.on_duty(index)
        return services.receive(help_request_id=self.queued().pk, actor=self.expert(index), now=NOW)


def media_servers(*names: str, now: datetime | None = None) -> None:
    """A pool of media servers that somebody has just heard of: with one, six people may be in a dialogue.

    Nothing answers at their addresses: what goes over them is somebody else's test.
    """
    system, at = Actor.system("live"), now or NOW
    for name in names:
        services.put_node(name=name, url=f"ws://127.0.0.1:9/{name}", actor=system, now=at)
    services.note_nodes(seen=list(names), lost=[], actor=system, now=at)


def actor_of(user: User) -> Actor:
    return Actor.staff(user.pk, grants_of(user.pk, NOW))


def citizen_of(dialogue_or_request: Dialogue | HelpRequest) -> Actor:
    request_id: UUID = (
        dialogue_or_request.pk if isinstance(dialogue_or_request, HelpRequest) else dialogue_or_request.help_request_id
    )
    return Actor.citizen(request_id)


def make_scene() -> Scene:
    authority = Authority.objects.create(
        code="sfr", name="Социальный фонд", short="СФР", plain="пенсионный фонд", timezone="Europe/Moscow"
    )
    branch = Branch.objects.create(
        code="mfc-1", name="МФЦ", municipality="Ростов", address="ул. Первая, 1", timezone="Europe/Moscow"
    )
    posts = [Post.objects.create(authority=authority, name=f"Пост {n}") for n in (1, 2)]
    area = Area.objects.create(code="pension", name="Пенсии")
    topic = Topic.objects.create(
        code="pension.size", area=area, authority=authority, title="Размер пенсии", ask="Почему такая пенсия?"
    )
    experts = [
        _member(f"expert{n}@example.org", f"Мария Петрова {n}", Role.EXPERT, authority=authority) for n in (1, 2)
    ]
    operator = _member("desk@example.org", "Ольга Сидорова", Role.OPERATOR, branch=branch)
    return Scene(authority, branch, posts, experts, operator, topic)


def _member(
    email: str, name: str, role: Role, *, authority: Authority | None = None, branch: Branch | None = None
) -> User:
    user = User.objects.create_user(email=email, name=name)
    Membership.objects.create(user=user, role=role, authority=authority, branch=branch, since=NOW - timedelta(days=1))
    return user
