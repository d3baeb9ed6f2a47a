"""The demo's region: the Rostov pack, synthetic people, a month of history, a day that is alive.

Everything goes through the services with the time passed in, so the journal, the figures and the rules hold for it as
for real work. Nobody here exists; letters go to nobody, for the invented citizens leave telephones only.
"""

import json
import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from legalaid.dialogue import services as dialogue
from legalaid.directory.branch_rules import WEEK
from legalaid.directory.models import Agreement, Authority, Branch, Post, Topic
from legalaid.directory.pack import PACKS, read_pack
from legalaid.directory.pack.plan import Choices
from legalaid.directory.pack_queries import launch, pack_bases
from legalaid.directory.services import add_post, draft_agreement, import_pack, move_agreement, set_task
from legalaid.intake.services import start_request
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, in_zone, local_day
from legalaid.kernel.errors import DomainError
from legalaid.kernel.period import Period
from legalaid.people.models import Membership, User
from legalaid.people.queries import grants_of
from legalaid.people.states import Channel, Role
from legalaid.reception import services as reception
from legalaid.reception.models import Booking, ExtraHours, ReceptionHours
from legalaid.reception.queries import offered_starts
from legalaid.reception.states import LIVE_BOOKINGS
from legalaid.result import services as result
from legalaid.result.rules import MemoText
from legalaid.result.states import OutcomeCode

DATA = Path(__file__).with_name("demo_people.json")
SYSTEM = Actor.system("demo")
HISTORY_DAYS, HISTORY_REQUESTS, TODAY_BOOKINGS = 30, 60, 4
HOME_BRANCH, HOME_AUTHORITY = "rostov-lenin", "sfr"
WITHOUT_AGREEMENT, ENDED, ENDS_SOON = {"municipal", "prosecutor", "cbr"}, "voenkomat", "zags"
NORM_POSTS, NORM_HOURS = 2, 155
"""A week by agreement: what two posts give. One post of HOME_AUTHORITY gives less, so that a gap can be seen."""
OPENS, CLOSES, MIDNIGHT, DAY_ENDS = time(7), time(23), time(0), time(23, 59)
LATE = time(21)
"""Who starts the demo from here on will still be showing it after CLOSES."""
TUESDAY, FRIDAY = 1, 4
RECEIVING = ["sfr", "rpn", "git", "gzhi", "fssp", "rosreestr", "fns", "mintrud", "notary", "mvd", "mfc"]


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff of the demo."""

    role: Role
    email: str
    name: str
    position: str
    branch: str = ""
    authority: str = ""


STAFF = (
    Person(Role.OPERATOR, "operator@demo.invalid", "Дарья Олеговна Сухова", "специалист МФЦ", branch=HOME_BRANCH),
    Person(Role.EXPERT, "expert@demo.invalid", "Анна Сергеевна Ковалёва", "главный специалист", authority="sfr"),
    Person(Role.EXPERT, "expert2@demo.invalid", "Павел Игоревич Белов", "ведущий специалист", authority="sfr"),
    Person(Role.EXPERT, "expert.rpn@demo.invalid", "Ирина Викторовна Жукова", "старший специалист", authority="rpn"),
    Person(Role.EXPERT, "expert2.rpn@demo.invalid", "Сергей Петрович Громов", "специалист", authority="rpn"),
    Person(Role.EXPERT, "expert.git@demo.invalid", "Олег Андреевич Седов", "инспектор", authority="git"),
    Person(Role.EXPERT, "expert.gzhi@demo.invalid", "Марина Юрьевна Котова", "инспектор", authority="gzhi"),
    Person(Role.EXPERT, "expert.fns@demo.invalid", "Тамара Ильинична Носова", "инспектор", authority="fns"),
    Person(Role.COORDINATOR, "coordinator@demo.invalid", "Лидия Павловна Орлова", "начальник отдела", authority="sfr"),
    Person(Role.OFFICE, "office@demo.invalid", "Виктор Николаевич Гусев", "руководитель проектного офиса"),
    Person(Role.DUTY_OFFICER, "duty@demo.invalid", "Оксана Романовна Левченко", "дежурный по проекту"),
    Person(Role.OBSERVER, "observer@demo.invalid", "Нина Алексеевна Крылова", "консультант"),
)


def load(now: datetime) -> dict[str, int]:
    """Load the demo region unless it is there, keep today alive, and return role → id of the user to log in as."""
    first = not pack_bases()  # rows of a demo made before packs were remembered are the pack's own
    import_pack(pack=read_pack(PACKS / "rostov"), actor=SYSTEM, now=now, choices=Choices(take_all=first))
    _set_clocks()
    users = _staff(now)
    empty = not Agreement.objects.exists()
    if empty:
        _agreements(now)
        _posts_and_hours(now)
    _tonight(now)
    if empty:
        _history(now, random.Random(61))  # noqa: S311 - invented people; the same month on every machine
    _launched(now)
    _today(now, random.Random(now.date().toordinal()))  # noqa: S311 - invented people
    return users


def _set_clocks() -> None:
    """All clocks of the demo show REGION_TIME_ZONE: the pack's own, or that of the region it is presented in."""
    for model in (Branch, Authority):
        model.objects.exclude(timezone=settings.REGION_TIME_ZONE).update(timezone=settings.REGION_TIME_ZONE)


def _staff(now: datetime) -> dict[str, int]:
    users: dict[str, int] = {}
    since = now - timedelta(days=HISTORY_DAYS + 60)
    for person in STAFF:
        user = User.objects.filter(email=person.email).first()
        if user is None:
            user = User.objects.create_user(person.email, person.name, person.position)
            Membership.objects.create(
                user=user, role=person.role, since=since,
                branch=Branch.objects.filter(code=person.branch).first(),
                authority=Authority.objects.filter(code=person.authority).first(),
            )  # fmt: skip
        users.setdefault(person.role.value, user.pk)
    return users


def _launched(now: datetime) -> None:
    """The region's pilot is over: its tasks are done, one by one, long before the month of the history."""
    begun = now - timedelta(days=HISTORY_DAYS + 120)
    for n, task in enumerate(task for stage in launch() if stage.code == "pilot" for task in stage.tasks):
        if task.done_at is None and not task.owner:
            done = begun + timedelta(days=6 * n)
            set_task(task_id=task.pk, owner="проектный офис", due=done.date(), done=True,
                     evidence=f"протокол № {n + 3} от {done:%d.%m.%Y}", actor=SYSTEM, now=done)  # fmt: skip


def everybody() -> dict[str, tuple[str, int]]:
    """E-mail → role and id of every member of the demo's staff."""
    known = dict(User.objects.values_list("email", "pk"))
    return {person.email: (person.role.value, known[person.email]) for person in STAFF}


def _agreements(now: datetime) -> None:
    today = now.date()
    branches = list(Branch.objects.order_by("id").values_list("pk", flat=True))
    for number, authority in enumerate(Authority.objects.order_by("id"), start=1):
        topics = list(Topic.objects.filter(authority=authority).order_by("id").values_list("pk", flat=True))
        if not topics or authority.code in WITHOUT_AGREEMENT:
            continue
        signed = date(today.year - 2, 3, 1) + timedelta(days=number * 11)
        until = None
        if authority.code == ENDS_SOON:
            until = today + timedelta(days=20)
        if authority.code == ENDED:
            until = today - timedelta(days=10)
        agreement = draft_agreement(
            number=f"{number}/{signed.year}", authority_id=authority.pk, valid_from=signed, valid_until=until,
            topic_ids=topics, branch_ids=branches, with_home=True, actor=SYSTEM, now=now,
        )  # fmt: skip
        agreement.norm_posts, agreement.norm_hours = NORM_POSTS, NORM_HOURS
        agreement.save(update_fields=["norm_posts", "norm_hours"])
        for action in ("send", "sign"):
            move_agreement(agreement_id=agreement.pk, action=action, actor=SYSTEM, now=now, on=signed)
        if authority.code == ENDED:
            move_agreement(agreement_id=agreement.pk, action="expire", actor=SYSTEM, now=now)


def _posts_and_hours(now: datetime) -> None:
    """Two posts for each receiving authority, early and late, every day."""
    since = now.date() - timedelta(days=HISTORY_DAYS + 10)
    for code in RECEIVING:
        authority = Authority.objects.get(code=code)
        for n in (1, 2):
            post = add_post(authority_id=authority.pk, name=f"Пост {n}", actor=SYSTEM, now=now)
            ReceptionHours.objects.bulk_create(
                ReceptionHours(post=post, weekday=day, opens=opens, closes=closes, valid_from=since)
                for day in range(7)
                for opens, closes in _spans(code, n, day)
            )


def _spans(code: str, post: int, weekday: int) -> list[tuple[time, time]]:
    """The whole day but for lunch; the second post of HOME_AUTHORITY is short on Tuesdays and away on Fridays."""
    if (code, post, weekday) == (HOME_AUTHORITY, 2, FRIDAY):
        return []
    end = time(20) if (code, post, weekday) == (HOME_AUTHORITY, 2, TUESDAY) else CLOSES
    return [(OPENS, time(13)), (time(13, 30), end)]


def _tonight(now: datetime) -> None:
    """The demo is alive whenever it is run: a night in which it is started is received, and no other night."""
    local = in_zone(now, settings.REGION_TIME_ZONE)
    today, tomorrow = local.date(), local.date() + timedelta(days=1)
    nights: list[tuple[date, time, time]] = []
    if local.time() < OPENS:
        nights = [(today, MIDNIGHT, OPENS)]
    elif local.time() >= LATE:
        nights = [(today, CLOSES, DAY_ENDS), (tomorrow, MIDNIGHT, OPENS)]
    for post in Post.objects.filter(authority__code__in=RECEIVING):
        for day, opens, closes in nights:
            ExtraHours.objects.get_or_create(post=post, day=day, opens=opens, closes=closes)
    with transaction.atomic():
        branch = Branch.objects.select_for_update().get(code=HOME_BRANCH)
        branch.hours = dict.fromkeys(WEEK, f"{OPENS:%H:%M}-{CLOSES:%H:%M}")
        branch.hours |= {WEEK[day.weekday()]: f"{MIDNIGHT:%H:%M}-{DAY_ENDS:%H:%M}" for day, _opens, _closes in nights}
        branch.save(update_fields=["hours"])


def _name(data: dict[str, Any], dice: random.Random) -> str:
    kind = dice.choice(("women", "men"))
    return f"{dice.choice(data[kind])} {dice.choice(data[kind + '_patronymics'])}"


def _phone(dice: random.Random) -> str:
    return f"+7928{dice.randrange(10**7):07d}"


def _history(now: datetime, dice: random.Random) -> None:
    data = json.loads(DATA.read_text(encoding="utf-8"))
    experts = _experts(now)
    stories = [s for s in data["stories"] if Topic.objects.get(code=s["topic"]).authority.code in experts]
    zone = ZoneInfo(settings.REGION_TIME_ZONE)
    moments = sorted(
        datetime.combine(now.date() - timedelta(days=dice.randint(1, HISTORY_DAYS)), time(8 + n % 8, 7 * n % 60), zone)
        for n in range(HISTORY_REQUESTS)
    )
    for begun in moments:
        _one_of_history(dice.choice(stories), begun, data, experts, dice)


def _experts(now: datetime) -> dict[str, Actor]:
    found: dict[str, Actor] = {}
    for person in STAFF:
        if person.role == Role.EXPERT:
            user = User.objects.get(email=person.email)
            found.setdefault(person.authority, Actor.staff(user.pk, grants_of(user.pk, now)))
    return found


def _one_of_history(
    story: dict[str, str], begun: datetime, data: dict[str, Any], experts: dict[str, Actor], dice: random.Random
) -> None:
    """One request of the past, from the first word to the memo, a cancellation or a no-show."""
    booking = _book(story, begun, dice.choice((None, HOME_BRANCH)), data, dice, soonest=dice.randint(0, 5))
    if booking is None:
        return
    request, start = booking.help_request, booking.during.lower
    chance = dice.random()
    if chance < 0.08:
        reception.cancel(help_request_id=request.pk, actor=SYSTEM, now=begun + timedelta(hours=1))
        return
    if chance < 0.18:
        reception.mark_no_show(booking_id=booking.pk, actor=SYSTEM, now=start + timedelta(minutes=10))
        return
    expert = experts[booking.post.authority.code]
    reception.start_duty(authority_id=booking.post.authority_id, post_id=None, actor=expert, now=start)
    held = dialogue.admit(help_request_id=request.pk, actor=expert, now=start)
    closed = start + timedelta(minutes=dice.randint(8, 20))
    dialogue.end(dialogue_id=held.pk, actor=expert, now=closed)
    result.issue_memo(
        dialogue_id=held.pk, revision=0, outcome=OutcomeCode.ANSWERED, actor=expert, now=closed,
        text=MemoText(
            asked=story["text"], law="Ответ дан по действующему законодательству; нормы названы ниже.",
            steps="Соберите документы из списка\nПодайте заявление в орган или через МФЦ\nПолучите письменный ответ",
            documents="\n".join(request.topic.documents if request.topic else []),
        ),
    )  # fmt: skip
    reception.end_duty(actor=expert, now=closed + timedelta(minutes=1))


def _book(
    story: dict[str, str], begun: datetime, branch_code: str | None, data: dict[str, Any], dice: random.Random,
    soonest: int,
) -> Booking | None:  # fmt: skip
    branch = Branch.objects.filter(code=branch_code).first() if branch_code else None
    request = start_request(
        story=story["text"], channel=Channel.CENTRE if branch else Channel.HOME,
        branch_id=branch.pk if branch else None, actor=SYSTEM, now=begun,
    )  # fmt: skip
    request = reception.choose_topic(help_request_id=request.pk, topic_code=story["topic"], actor=SYSTEM, now=begun)
    assert request.authority and request.topic
    starts = offered_starts(
        authority=request.authority, branch=branch, minutes=request.topic.minutes, days=1, now=begun
    )
    if len(starts) <= soonest:
        return None
    try:
        reception.hold(help_request_id=request.pk, start=starts[soonest], branch_id=request.branch_id, actor=SYSTEM,
                       now=begun)  # fmt: skip
        return reception.confirm_booking(
            help_request_id=request.pk, name=_name(data, dice), phone=_phone(dice), email="", consent=True,
            actor=SYSTEM, now=begun + timedelta(minutes=3),
        )  # fmt: skip
    except DomainError:
        return None  # an authority of the stories without an agreement: the request stays a draft, as in life


def _today(now: datetime, dice: random.Random) -> None:
    """Bookings of the coming hours with the authority and the branch of the demo's logins, once a day."""
    authority = Authority.objects.get(code=HOME_AUTHORITY)
    rest_of_day = Period(now, day_period(local_day(now, authority.timezone), authority.timezone).end)
    booked = Booking.objects.filter(
        post__authority=authority, state__in=LIVE_BOOKINGS, during__overlap=rest_of_day.range
    )
    if booked.exists():
        return
    data = json.loads(DATA.read_text(encoding="utf-8"))
    stories = [s for s in data["stories"] if s["topic"].startswith("pension.")]
    for n in range(TODAY_BOOKINGS):
        _book(dice.choice(stories), now, (HOME_BRANCH, None)[n % 2], data, dice, soonest=n + 1)
