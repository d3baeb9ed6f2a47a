"""A small region for tests: two authorities, a branch with two booths, hours, an agreement in force, people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.test import Client

from legalaid.directory.models import Agreement, AgreementCoverage, Area, Authority, Booth, Branch, Post, Topic
from legalaid.directory.states import AgreementState, BoothKind
from legalaid.intake.models import HelpRequest
from legalaid.intake.services import start_request
from legalaid.kernel.actor import Actor
from legalaid.people.models import Citizen, ConsentDocument, Membership, User
from legalaid.people.queries import grants_of
from legalaid.people.rules import Contact
from legalaid.people.states import Channel, ConsentKind, Role
from legalaid.reception import services
from legalaid.reception.models import Booking, ReceptionHours

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # Monday, 09:00 in Rostov
ZONE = "Europe/Moscow"
CONTACT = {"name": "Мария Петровна", "phone": "8 928 123-45-67", "email": "", "consent": True}


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """A moment of November 2026 by the clocks of Rostov, in UTC."""
    return datetime(2026, 11, day, hour - 3, minute, tzinfo=UTC)


@dataclass
class Region:
    """Everything the tests talk about."""

    authority: Authority
    other_authority: Authority
    branch: Branch
    booths: list[Booth]
    posts: list[Post]
    topic: Topic
    other_topic: Topic
    agreement: Agreement
    users: dict[str, User]

    def actor(self, who: str) -> Actor:
        user = self.users[who]
        return Actor.staff(user.pk, grants_of(user.pk, NOW))

    def draft(
        self, *, topic: Topic | None = None, story: str = "Не засчитали стаж", now: datetime = NOW
    ) -> HelpRequest:
        """A citizen's draft from home with its topic chosen."""
        request = start_request(story=story, channel=Channel.HOME, branch_id=None, actor=Actor.citizen(None), now=now)
        chosen = topic or self.topic
        me = citizen(request)
        return services.choose_topic(help_request_id=request.pk, topic_code=chosen.code, actor=me, now=now)

    def held(self, start: datetime, *, now: datetime = NOW, branch: Branch | None = None) -> Booking:
        request = self.draft(now=now)
        return services.hold(help_request_id=request.pk, start=start, branch_id=branch.pk if branch else None,
                             actor=citizen(request), now=now)  # fmt: skip

    def booked(self, start: datetime, *, now: datetime = NOW, branch: Branch | None = None, n: int = 1) -> Booking:
        booking = self.held(start, now=now, branch=branch)
        return services.confirm_booking(
            help_request_id=booking.help_request_id, name=f"Гражданка {n}", phone=f"892812345{n:02d}", email="",
            consent=True, actor=citizen(booking.help_request), now=now,
        )  # fmt: skip

    def queued(self, *, now: datetime = NOW, n: int = 1) -> HelpRequest:
        request = self.draft(now=now)
        services.join_queue(help_request_id=request.pk, name=f"Гражданка {n}", phone=f"892812345{n:02d}", email="",
                            consent=True, actor=citizen(request), now=now)  # fmt: skip
        request.refresh_from_db()
        return request

    def at_desk(self, start: datetime | None, *, n: int = 1, now: datetime = NOW, submission: str = "") -> HelpRequest:
        return services.register_at_desk(
            story="Не засчитали стаж", topic_code=self.topic.code, branch_id=self.branch.pk,
            contact=Contact(name=f"Посетитель {n}"), consent=True, start=start, queue=start is None,
            submission=submission, actor=self.actor("operator"), now=now,
        )  # fmt: skip


def citizen(request: HelpRequest) -> Actor:
    return Actor.citizen(request.pk)


def make_region(*, posts: int = 1, booths: int = 2) -> Region:
    """The region; the posts of the first authority receive 09:00–13:00 and 14:00–18:00 on every day of the week."""
    authority = Authority.objects.create(
        code="sfr", name="Социальный фонд", short="СФР", plain="Соцфонд", timezone=ZONE
    )
    other = Authority.objects.create(code="git", name="Инспекция труда", short="ГИТ", plain="Инспекция", timezone=ZONE)
    branch = Branch.objects.create(
        code="mfc-1", name="МФЦ № 1", municipality="Ростов", address="ул. Первая, 1", timezone=ZONE,
        hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), "08:00-18:00"),
    )  # fmt: skip
    places = [
        Booth.objects.create(branch=branch, code=f"booth-{n}", name=f"Кабинет {n}", kind=BoothKind.ROOM)
        for n in range(booths)
    ]
    area = Area.objects.create(code="pension", name="Пенсии")
    topic = _topic(area, authority, "pension.experience", "Не засчитали стаж", "стаж, не засчитали, трудовая книжка")
    other_topic = _topic(area, other, "labour.wage", "Не платят зарплату", "зарплата, задержка, не платят")
    found = Region(
        authority, other, branch, places, _posts(authority, posts), topic, other_topic,
        _agreement(authority, topic, branch), _people(branch, authority, other),
    )  # fmt: skip
    ConsentDocument.objects.create(kind=ConsentKind.PROCESSING, version=1, text="Я согласен.", digest="0" * 64)
    return found


def _topic(area: Area, authority: Authority, code: str, title: str, keywords: str) -> Topic:
    return Topic.objects.create(
        code=code, area=area, authority=authority, title=title, ask=f"{title}: что делать?", keywords=keywords,
        documents=["паспорт", "СНИЛС"], law=[{"act": "Федеральный закон № 400-ФЗ", "articles": "", "checked_at": None}],
        deadline="3 месяца", minutes=20,
    )  # fmt: skip


def _posts(authority: Authority, count: int) -> list[Post]:
    found = []
    for n in range(count):
        post = Post.objects.create(authority=authority, name=f"Пост {n}")
        for day in range(7):
            for opens, closes in ((time(9), time(13)), (time(14), time(18))):
                ReceptionHours.objects.create(
                    post=post, weekday=day, opens=opens, closes=closes, valid_from=date(2026, 1, 1)
                )
        found.append(post)
    return found


def _agreement(authority: Authority, topic: Topic, branch: Branch) -> Agreement:
    agreement = Agreement.objects.create(
        number="1/2026", authority=authority, state=AgreementState.IN_FORCE, valid_from=date(2026, 1, 1)
    )
    for place in (branch, None):
        AgreementCoverage.objects.create(agreement=agreement, topic=topic, branch=place)
    return agreement


def _people(branch: Branch, authority: Authority, other: Authority) -> dict[str, User]:
    rows: list[tuple[str, Role, Branch | None, Authority | None]] = [
        ("operator", Role.OPERATOR, branch, None), ("expert", Role.EXPERT, None, authority),
        ("colleague", Role.EXPERT, None, authority), ("stranger", Role.EXPERT, None, other),
        ("coordinator", Role.COORDINATOR, None, authority), ("office", Role.OFFICE, None, None),
        ("observer", Role.OBSERVER, None, None), ("duty_officer", Role.DUTY_OFFICER, None, None),
    ]  # fmt: skip
    users = {}
    for name, role, where, whose in rows:
        user = User.objects.create_user(f"{name}@example.org", f"Сотрудник {name}", "специалист")
        Membership.objects.create(user=user, role=role, branch=where, authority=whose, since=NOW - timedelta(days=9))
        users[name] = user
    return users


def of(region: Region, who: str = "operator") -> Client:
    """The browser of a member of staff who has signed in."""
    client = Client()
    client.force_login(region.users[who], backend="legalaid.people.backends.StaffBackend")
    return client


def people_count() -> int:
    """How many citizens are known: a refusal must not add one."""
    return Citizen.objects.count()
