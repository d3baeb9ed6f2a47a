"""The region of the simulated day: unequal authorities, experts with topics, breaks, and a past to estimate from."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bench import region
from legalaid.directory.models import Agreement, AgreementCoverage, Area, Authority, Branch, Post, Topic
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor, Grant
from legalaid.kernel.clock import local_period
from legalaid.kernel.period import Period
from legalaid.people.models import Citizen, Membership, User
from legalaid.people.states import Channel, Role
from legalaid.reception import services
from legalaid.reception.models import Closure, ReceptionHours, Ticket
from legalaid.reception.states import TicketState

SEATS = (7, 6, 5, 5, 4, 4, 3, 2, 2, 2)
"""Experts of each authority: 40 together."""
WEIGHTS = (30, 20, 14, 12, 8, 6, 4, 3, 2, 1)
"""How many of a hundred people come to each authority: a few are asked by most."""
PAST = 30
"""Dialogues of the days before, for each authority: what an estimate is made from."""
EARLY = 0.12
"""Share of dialogues that end after a few minutes."""


@dataclass(frozen=True)
class Seeded:
    """Ids of what the day needs; `experts` are (actor, authority, post), `breaks` by post."""

    authorities: list[int]
    topics: dict[int, list[str]]
    minutes: dict[str, int]
    branches: list[int]
    booths: dict[int, list[int]]
    operators: dict[int, int]
    experts: list[tuple[Actor, int, int]]
    breaks: dict[int, Period]

    def length(self, chance: random.Random) -> float:
        """Minutes a dialogue takes: most about 16, some much longer, some over at once."""
        if chance.random() < EARLY:
            return chance.uniform(3, 7)
        return min(55.0, max(5.0, chance.lognormvariate(2.75, 0.4)))


def make(day: date, seed: int) -> Seeded:
    """22 branches with 2 or 3 booths, 10 authorities with 20 topics, 40 experts of whom a third knows one topic."""
    chance = random.Random(seed)
    made = region.make(authorities=len(SEATS), posts_each=max(SEATS), branches=22, booths_each=3)
    _shrink(made)
    ReceptionHours.objects.update(opens=time(8))
    topics = _more_topics(made)
    seated = Seeded(
        authorities=made.authorities, topics=topics, branches=made.branches,
        minutes=dict(Topic.objects.order_by("id").values_list("code", "minutes")),
        booths={branch: booths[: 2 + n % 2] for n, (branch, booths) in enumerate(made.booths.items())},
        operators={branch: _staff("operator", Role.OPERATOR, branch=branch) for branch in made.branches},
        experts=[
            (Actor.staff(user, (Grant(Role.EXPERT, authority_id=body),)), body, post)
            for body, seats in zip(made.authorities, SEATS, strict=True)
            for post in made.posts[body][:seats]
            for user in [_staff(f"expert{post}", Role.EXPERT, authority=body)]
        ],
        breaks=_breaks([p for posts, seats in zip(made.posts.values(), SEATS, strict=True) for p in posts[:seats]],
                       day, chance),
    )  # fmt: skip
    _limit_some(seated, day)
    _past(seated, day, chance)
    return seated


def _shrink(made: region.Region) -> None:
    surplus = [post for posts, seats in zip(made.posts.values(), SEATS, strict=True) for post in posts[seats:]]
    Post.objects.filter(pk__in=surplus).delete()
    for n, booths in enumerate(made.booths.values()):
        if n % 2 == 0:
            Branch.objects.get(pk=made.branches[n]).booths.filter(pk=booths[-1]).delete()


def _more_topics(made: region.Region) -> dict[int, list[str]]:
    """A second, longer topic for each authority, covered wherever the first is."""
    area, found = Area.objects.order_by("id")[0], {}
    for n, body in enumerate(Authority.objects.order_by("id")):
        topic = Topic.objects.create(
            code=f"long{n}", area=area, authority=body, title="Долгая тема", ask="?", minutes=30
        )
        agreement = Agreement.objects.get(authority=body)
        AgreementCoverage.objects.bulk_create(
            AgreementCoverage(agreement=agreement, topic=topic, branch_id=place) for place in [*made.branches, None]
        )
        found[body.pk] = [made.topics[n], topic.code]
    return found


def _staff(name: str, role: Role, *, branch: int | None = None, authority: int | None = None) -> int:
    user = User.objects.create(email=f"{name}-{branch or authority}@example.org", name=name)
    Membership.objects.create(
        user=user, role=role, branch_id=branch, authority_id=authority, since=datetime(2020, 1, 1, tzinfo=UTC)
    )
    return user.pk


def _limit_some(seeded: Seeded, day: date) -> None:
    """Every third expert of an authority with more than two answers one topic only."""
    seats: dict[int, int] = {}
    now = datetime.combine(day - timedelta(days=3), time(9), UTC)
    for actor, body, _post in seeded.experts:
        seats[body] = seats.get(body, 0) + 1
        if seats[body] % 3 == 0:
            services.set_expert_profile(
                authority_id=body, user_id=actor.user_id or 0, topic_codes=seeded.topics[body][:1], languages=(),
                actor=Actor.staff(0, (Grant(Role.COORDINATOR, authority_id=body),)), now=now,
            )  # fmt: skip


def _breaks(posts: list[int], day: date, chance: random.Random) -> dict[int, Period]:
    """40 minutes of rest for each post between noon and two, not all at once."""
    found = {}
    for post in posts:
        minute = 12 * 60 + chance.choice([0, 40, 80])
        begins, ends = (time(m // 60, m % 60) for m in (minute, minute + 40))
        found[post] = local_period(day, begins, ends, region.ZONE)
        Closure.objects.create(post_id=post, during=found[post].range, reason="перерыв")
    return found


def _past(seeded: Seeded, day: date, chance: random.Random) -> None:
    """Dialogues held in the days before."""
    began = datetime.combine(day - timedelta(days=8), time(9), UTC)
    citizen = Citizen.objects.create(name="Г", created_at=began)
    bodies = [body for body in seeded.authorities for _ in range(PAST)]
    topic_of = dict(Topic.objects.order_by("-id").values_list("authority_id", "pk"))
    requests = HelpRequest.objects.bulk_create(
        HelpRequest(number=f"past{n}", citizen=citizen, topic_id=topic_of[body], authority_id=body, story="…",
                    created_at=began, channel=Channel.HOME, state=RequestState.ANSWERED, submitted_at=began)
        for n, body in enumerate(bodies)
    )  # fmt: skip
    Ticket.objects.bulk_create(
        Ticket(help_request=request, authority_id=body, state=TicketState.TAKEN, created_at=began, taken_at=began,
               finished_at=began + timedelta(minutes=seeded.length(chance)))
        for request, body in zip(requests, bodies, strict=True)
    )  # fmt: skip
