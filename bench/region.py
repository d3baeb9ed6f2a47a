"""A region to measure in: authorities with posts, branches with booths, a month that is partly booked."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

ZONE = "Europe/Moscow"
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "08:00-20:00")
CSRF = "b" * 32


@dataclass(frozen=True)
class Region:
    """Ids and codes of what was made."""

    authorities: list[int]
    posts: dict[int, list[int]]
    topics: list[str]
    branches: list[int]
    booths: dict[int, list[int]]


def make(*, authorities: int, posts_each: int, branches: int, booths_each: int) -> Region:
    """Make the network with one topic an authority, covered everywhere and from home, received daily 9–18."""
    from legalaid.directory.models import Agreement, AgreementCoverage, Area, Authority, Booth, Branch, Post, Topic
    from legalaid.directory.states import AgreementState, BoothKind
    from legalaid.people.models import ConsentDocument
    from legalaid.people.states import ConsentKind
    from legalaid.reception.models import ReceptionHours

    area = Area.objects.create(code="all", name="Всё")
    places = Branch.objects.bulk_create(
        Branch(code=f"b{n}", name=f"МФЦ {n}", municipality="Р", address="А", timezone=ZONE, hours=WEEK)
        for n in range(branches)
    )
    booths = Booth.objects.bulk_create(
        Booth(branch=place, code=f"{place.code}-{n}", name=f"Кабинет {n}", kind=BoothKind.ROOM)
        for place in places
        for n in range(booths_each)
    )
    bodies = Authority.objects.bulk_create(
        Authority(code=f"a{n}", name="Орган", short="О", plain="О", timezone=ZONE) for n in range(authorities)
    )
    topics = Topic.objects.bulk_create(
        Topic(code=f"t{n}", area=area, authority=body, title="Тема", ask="?", minutes=20, horizon_days=40)
        for n, body in enumerate(bodies)
    )
    agreements = Agreement.objects.bulk_create(
        Agreement(number=f"{n}", authority=body, state=AgreementState.IN_FORCE, valid_from=date(2020, 1, 1))
        for n, body in enumerate(bodies)
    )
    AgreementCoverage.objects.bulk_create(
        AgreementCoverage(agreement=agreement, topic=topic, branch=place)
        for agreement, topic in zip(agreements, topics, strict=True)
        for place in [*places, None]
    )
    posts = Post.objects.bulk_create(
        Post(authority=body, name=f"Пост {n}") for body in bodies for n in range(posts_each)
    )
    ReceptionHours.objects.bulk_create(
        ReceptionHours(post=post, weekday=day, opens=clock(9), closes=clock(18), valid_from=date(2020, 1, 1))
        for post in posts
        for day in range(7)
    )
    ConsentDocument.objects.create(kind=ConsentKind.PROCESSING, version=1, text="Я согласен.", digest="0" * 64)
    return Region(
        authorities=[body.pk for body in bodies],
        posts={body.pk: [p.pk for p in posts if p.authority_id == body.pk] for body in bodies},
        topics=[topic.code for topic in topics],
        branches=[place.pk for place in places],
        booths={place.pk: [b.pk for b in booths if b.branch_id == place.pk] for place in places},
    )


def days(first: int, last: int) -> list[date]:
    """Days from today + first to today + last that are no holidays, on the clocks of the region."""
    from legalaid.kernel.clock import is_holiday

    today = datetime.now(ZoneInfo(ZONE)).date()
    return [day for n in range(first, last) if not is_holiday(day := today + timedelta(days=n))]


def starts(day: date) -> list[datetime]:
    """The 21 starts of a day from nine to eighteen."""
    opening = datetime.combine(day, clock(9), ZoneInfo(ZONE)).astimezone(UTC)
    return [opening + n * timedelta(minutes=25) for n in range(21)]


def fill(region: Region, *, share: float, dense: int = 10, elsewhere: float = 0.05) -> int:
    """Book about `share` of the post time of the first `dense` authorities in the coming 30 days, half of it at booths.

    The others are booked `elsewhere`: enough to make the table large, few enough to be made in time. Returns how many.
    """
    from legalaid.intake.models import HelpRequest
    from legalaid.intake.states import RequestState
    from legalaid.people.models import Citizen
    from legalaid.people.states import Channel
    from legalaid.reception.models import Booking
    from legalaid.reception.queries import booking_end
    from legalaid.reception.states import BookingState

    chance, now, full = random.Random(7), datetime.now(UTC), set(region.authorities[:dense])
    wishes = [
        (authority, post, start)
        for authority, posts in region.posts.items() for post in posts
        for day in days(0, 30) for start in starts(day)
        if chance.random() < (share if authority in full else elsewhere)
    ]  # fmt: skip
    citizens = Citizen.objects.bulk_create((Citizen(name="Г", created_at=now) for _ in wishes), batch_size=5000)
    topic_of = dict(zip(region.authorities, _topic_ids(region), strict=True))
    requests = HelpRequest.objects.bulk_create(
        (
            HelpRequest(number=f"f{n}", citizen=citizen, topic_id=topic_of[a], authority_id=a, story="…",
                        created_at=now, channel=Channel.HOME, state=RequestState.AGREED, submitted_at=now)
            for n, (citizen, (a, _, _)) in enumerate(zip(citizens, wishes, strict=True))
        ),
        batch_size=5000,
    )  # fmt: skip
    free: dict[datetime, list[int]] = {}
    bookings = []
    for request, (_, post, start) in zip(requests, wishes, strict=True):
        if start not in free:
            free[start] = [booth for booths in region.booths.values() for booth in booths]
            chance.shuffle(free[start])
        during, occupies = booking_end(start, 20)
        booth = free[start].pop() if free[start] and chance.random() < 0.5 else None
        bookings.append(
            Booking(help_request=request, post_id=post, booth_id=booth, citizen_id=request.citizen_id,
                    during=during.range, occupies=occupies.range, state=BookingState.CONFIRMED, created_at=now)
        )  # fmt: skip
    Booking.objects.bulk_create(bookings, batch_size=5000)
    return len(bookings)


def _topic_ids(region: Region) -> list[int]:
    from legalaid.directory.models import Topic

    known = dict(Topic.objects.order_by("id").values_list("code", "pk"))
    return [known[code] for code in region.topics]


def operator(branch_id: int) -> dict[str, str]:
    """An operator of the branch, logged in: her cookies."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from legalaid.people.models import Membership, User
    from legalaid.people.sessions import SessionStore
    from legalaid.people.states import Role

    user = User.objects.create_user(f"operator{branch_id}@example.org", "Оператор", "специалист")
    Membership.objects.create(
        user=user, role=Role.OPERATOR, branch_id=branch_id, since=datetime(2020, 1, 1, tzinfo=UTC)
    )
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "legalaid.people.backends.StaffBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"sessionid": str(session.session_key), "csrftoken": CSRF}


def registration(*, topic: str, start: datetime, name: str) -> dict[str, str]:
    """The desk's form for a citizen of her own: the same one cannot sit at two booths."""
    person = f"{random.getrandbits(128):032x}"
    return {
        "csrfmiddlewaretoken": CSRF, "story": "Не засчитали стаж за пять лет работы на севере", "topic": topic,
        "name": name, "phone": "", "email": f"{person}@example.org", "consent": "on",
        "start": start.isoformat(), "submission": person, "book": "1",
    }  # fmt: skip
