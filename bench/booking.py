"""Booking under load: the operator's one POST, with all rules, consent, journal and message job, over real HTTP.

Floor: the whole transaction written by hand (lock, check, three inserts under the same exclusion constraints) by
pgbench with as many clients on the same server, before and after. 60 posts of 10 authorities × 22 branches × 3 booths.
"""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from bench.http import Client
from bench.measure import Row, judged, percentile, processor
from bench.place import database, process
from legalaid.ops.postgres import DATABASE, USER, find_binaries, socket_dir, url

CLIENTS = 32
SECONDS = 12.0
FLOOR_SECONDS = 5
AUTHORITIES, POSTS_EACH, BRANCHES, BOOTHS_EACH = 10, 6, 22, 3
ZONE = "Europe/Moscow"
DAYS = range(2, 30)
CSRF = "b" * 32
FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Job:
    """One registration: where, what about, when."""

    branch: int
    topic: str
    start: datetime


@dataclass
class Measured:
    """What the clients saw."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    refusal: bytes = b""


def rows() -> list[Row]:
    """Bookings a second against the floor, the 95th percentile, refusals (every job has a free place), CPU of each."""
    with database() as state, process("web") as port:
        cookies, jobs = _seed()
        _prepare_floor(state)
        asyncio.run(_drive(port, cookies, jobs[:200], seconds=3.0))  # warm: caches, plans, pools
        first = _floor(state)
        before = _counts(state)
        with processor() as load:
            seen = asyncio.run(_drive(port, cookies, jobs[200:], seconds=SECONDS))
        second = _floor(state)
        _counts_agree(state, before, seen)
    floor = (first + second) / 2
    rate = seen.statuses[302] / load.seconds
    p95 = percentile(seen.times, 0.95) * 1000
    return [
        judged(name=f"booking_{CLIENTS}", product=round(rate, 1), floor=round(floor, 1), unit="1/s", goal="≥ 0.10",
               foreign_cpu=load.foreign_cpu, holds=lambda product, ratio: (ratio or 0) >= 0.10),
        judged(name=f"booking_{CLIENTS}_p95", product=round(p95, 1), floor=None, unit="ms", goal="< 150 ms",
               foreign_cpu=load.foreign_cpu, holds=lambda product, ratio: product < 150),
        judged(name=f"booking_{CLIENTS}_refused", product=seen.statuses[200], floor=None, unit="of all", goal="0",
               foreign_cpu=0.0, holds=lambda product, ratio: product == 0),
        judged(name=f"booking_{CLIENTS}_cpu", product=round(load.own_cpu * 1000 / seen.statuses[302], 2), floor=None,
               unit="cpu-ms", goal="–", foreign_cpu=load.foreign_cpu, holds=lambda product, ratio: True),
    ]  # fmt: skip


async def _drive(port: int, cookies: list[dict[str, str]], jobs: list[Job], *, seconds: float) -> Measured:
    """CLIENTS connections post jobs one after another until the time or the jobs end."""
    seen, todo = Measured(), iter(jobs)
    end = time.monotonic() + seconds

    async def clerk(number: int) -> None:
        clients = [Client("127.0.0.1", port, cookie) for cookie in cookies]
        for job in todo:
            began = time.monotonic()
            if began > end:
                break
            status, head, body = await clients[job.branch].post("/desk/new/", _form(job, number))
            seen.times.append(time.monotonic() - began)
            seen.statuses[status] += 1
            if status != 302 and not seen.refusal:
                seen.refusal = head + body
        for client in clients:
            client.close()

    await asyncio.gather(*(clerk(number) for number in range(CLIENTS)))
    return seen


def _form(job: Job, number: int) -> dict[str, str]:
    person = f"{random.getrandbits(128):032x}"  # a citizen of her own: the same one cannot sit at two booths
    return {
        "csrfmiddlewaretoken": CSRF, "story": "Не засчитали стаж за пять лет работы на севере", "topic": job.topic,
        "name": f"Гражданка {number}", "phone": "", "email": f"{person}@example.org", "consent": "on",
        "start": job.start.isoformat(), "submission": person, "book": "1",
    }  # fmt: skip


def _floor(state: Path) -> float:
    """Transactions a second of the hand-written booking."""
    pgbench = find_binaries().path("pgbench")
    command = [pgbench, "-n", "-c", str(CLIENTS), "-j", "2", "-T", str(FLOOR_SECONDS), "-M", "prepared"]
    command += ["-f", str(FOLDER / "booking_floor.sql"), "-h", str(socket_dir(state)), "-U", USER, DATABASE]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    match = re.search(r"tps = ([\d.]+)", said)
    assert match, said
    return float(match.group(1))


def _prepare_floor(state: Path) -> None:
    with psycopg.connect(url(state), autocommit=True) as connection:
        connection.execute((FOLDER / "booking_floor_schema.sql").read_text().encode())


def _counts(state: Path) -> tuple[int, ...]:
    query = """
        select (select count(*) from reception_booking where state = 'confirmed'),
               (select count(*) from intake_helprequest where state = 'agreed'),
               (select count(*) from people_citizen), (select count(*) from people_consent),
               (select count(*) from procrastinate_jobs)
    """
    with psycopg.connect(url(state)) as connection:
        return tuple(connection.execute(query).fetchone() or ())


def _counts_agree(state: Path, before: tuple[int, ...], seen: Measured) -> None:
    """Every 302 left exactly one of everything; nothing overlaps; the journal tells it all."""
    assert set(seen.statuses) <= {200, 302}, f"{dict(seen.statuses)}: {seen.refusal.decode(errors='replace')[:3000]}"
    booked = seen.statuses[302]
    grown = tuple(now - then for now, then in zip(_counts(state), before, strict=True))
    assert grown == (booked,) * len(grown), f"{booked} answers, but bookings, requests, … grew by {grown}"
    overlaps = """
        select count(*) from reception_booking a join reception_booking b
            on a.id < b.id and a.during && b.during and (a.post_id = b.post_id or a.booth_id = b.booth_id)
    """
    untold = """
        select count(*) from reception_booking b where not exists (select 1 from journal_journalentry j
            where j.kind = 'booking' and j.subject = b.id::text and j.after = 'confirmed')
    """
    with psycopg.connect(url(state)) as connection:
        for query in (overlaps, untold):
            assert connection.execute(query).fetchone() == (0,), query


def _seed() -> tuple[list[dict[str, str]], list[Job]]:
    """A region without conflicts between jobs: each job has a post and a booth free at its start."""
    from legalaid.directory.models import Agreement, AgreementCoverage, Area, Authority, Booth, Branch, Post, Topic
    from legalaid.directory.states import AgreementState, BoothKind
    from legalaid.people.models import ConsentDocument
    from legalaid.people.states import ConsentKind
    from legalaid.reception.models import ReceptionHours

    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "08:00-20:00")
    area = Area.objects.create(code="all", name="Всё")
    branches = [
        Branch.objects.create(code=f"b{n}", name=f"МФЦ {n}", municipality="Р", address="А", timezone=ZONE, hours=week)
        for n in range(BRANCHES)
    ]
    Booth.objects.bulk_create(
        Booth(branch=branch, code=f"{branch.code}-{n}", name=f"Кабинет {n}", kind=BoothKind.ROOM)
        for branch in branches
        for n in range(BOOTHS_EACH)
    )
    topics = []
    for n in range(AUTHORITIES):
        authority = Authority.objects.create(code=f"a{n}", name="Орган", short="О", plain="О", timezone=ZONE)
        topic = Topic.objects.create(code=f"t{n}", area=area, authority=authority, title="Тема", ask="?", minutes=20)
        agreement = Agreement.objects.create(
            number=f"{n}", authority=authority, state=AgreementState.IN_FORCE, valid_from=date(2020, 1, 1)
        )
        AgreementCoverage.objects.bulk_create(
            AgreementCoverage(agreement=agreement, topic=topic, branch=branch) for branch in [*branches, None]
        )
        for number in range(POSTS_EACH):
            post = Post.objects.create(authority=authority, name=f"Пост {number}")
            ReceptionHours.objects.bulk_create(
                ReceptionHours(post=post, weekday=day, opens=clock(9), closes=clock(18), valid_from=date(2020, 1, 1))
                for day in range(7)
            )
        topics.append(topic.code)
    ConsentDocument.objects.create(kind=ConsentKind.PROCESSING, version=1, text="Я согласен.", digest="0" * 64)
    return [_operator(branch.pk) for branch in branches], _jobs(topics)


def _operator(branch_id: int) -> dict[str, str]:
    """An operator of the branch, logged in: her cookies."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from legalaid.people.models import Membership, User
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


def _jobs(topics: list[str]) -> list[Job]:
    from legalaid.kernel.clock import is_holiday

    today = datetime.now(ZoneInfo(ZONE)).date()
    found: list[Job] = []
    for day in (today + timedelta(days=n) for n in DAYS):
        if is_holiday(day):
            continue
        opening = datetime.combine(day, clock(9), ZoneInfo(ZONE)).astimezone(UTC)
        for number in range(21):
            start = opening + number * timedelta(minutes=25)
            places = [branch for branch in range(BRANCHES) for _ in range(BOOTHS_EACH)]
            wishes = [topic for topic in topics for _ in range(POSTS_EACH)]
            found += [Job(place, wish, start) for place, wish in zip(places, wishes, strict=False)]
    random.Random(2).shuffle(found)
    return found
