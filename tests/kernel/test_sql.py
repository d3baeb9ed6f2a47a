"""Hand-written statements behave as the ORM's do."""

from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from legalaid.directory.models import Branch
from legalaid.intake.models import HelpRequest
from legalaid.kernel.jobs import defer
from legalaid.kernel.sql import fetch_all, fetch_one, first_of, listed, one_of, rows_of
from legalaid.messaging.jobs import send_message
from legalaid.reception.states import LIVE_BOOKINGS
from tests.scenes import Region, at, make_region
from tests.support.statements import statements

pytestmark = pytest.mark.django_db

HOURS = {"mon": "08:00-18:00"}


@pytest.fixture
def region() -> Region:
    return make_region()


def branch(code: str = "a") -> Branch:
    return Branch.objects.create(
        code=code, name="МФЦ", municipality="Р", address="А", timezone="Europe/Moscow", hours=HOURS
    )


def test_rows_come_as_the_model_with_its_json_and_may_be_saved() -> None:
    made = branch()
    (found,) = rows_of(Branch, "t.id = %(id)s", id=made.pk)
    assert (found, found.hours, found.name) == (made, HOURS, made.name)
    found.name = "Другой"
    found.save()
    assert Branch.objects.get().name == "Другой"
    assert rows_of(Branch, "t.code = %(code)s", code="none") == []


def test_related_rows_come_with_it_as_the_orm_brings_them(region: Region) -> None:
    related = ("topic__authority", "authority", "branch", "citizen")
    draft, agreed = region.draft(), region.at_desk(at(10, 15))
    with statements() as said:
        empty, full = (one_of(HelpRequest, "t.id = %(id)s", related=related, id=one.pk) for one in (draft, agreed))
        assert empty.branch is None and empty.citizen is None
        assert full.branch == region.branch and full.topic and full.topic.authority.name == region.authority.name
        assert full.citizen and full.citizen.name
    assert len(said) == 2, said
    assert (empty, full) == (draft, agreed)
    where = '"topic".code = %(code)s AND "branch".id IS NOT NULL'
    assert rows_of(HelpRequest, where, related=("topic", "branch"), code=region.topic.code) == [full]
    assert first_of(HelpRequest, "t.id = %(id)s", related=related, id=uuid4()) is None
    with pytest.raises(HelpRequest.DoesNotExist):
        one_of(HelpRequest, "t.id = %(id)s", id=uuid4())


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_for_a_transaction_and_holds_its_rows_alone(region: Region) -> None:
    request = region.at_desk(at(10, 15))
    with pytest.raises(AssertionError, match="outside a transaction"):
        one_of(HelpRequest, "t.id = %(id)s", lock="UPDATE", id=request.pk)
    with transaction.atomic():
        one_of(HelpRequest, "t.id = %(id)s", related=("branch", "citizen"), lock="UPDATE", id=request.pk)
        with psycopg.connect(**connection.get_connection_params()) as rival:
            skipping = "SELECT count(*) FROM (SELECT FROM {} FOR UPDATE SKIP LOCKED) x"
            left = [
                rival.execute(skipping.format(table)).fetchone() for table in ("intake_helprequest", "people_citizen")
            ]
    assert left == [(0,), (1,)]


def test_states_are_listed_in_one_order_so_that_the_server_knows_the_statement_again() -> None:
    assert listed(LIVE_BOOKINGS) == listed(reversed(LIVE_BOOKINGS)) == "('checked_in', 'confirmed', 'held')"


def test_a_statement_belongs_to_the_transaction_and_its_errors_are_djangos() -> None:
    with transaction.atomic():
        fetch_all("INSERT INTO directory_area (code, name, position) VALUES ('a', 'А', 0)")
        assert fetch_one("SELECT count(*) FROM directory_area") == (1,)
        transaction.set_rollback(True)
    assert fetch_one("SELECT count(*) FROM directory_area") == (0,)
    assert fetch_one("SELECT count(*) FROM directory_branch") == (0,)
    made = branch()
    with pytest.raises(IntegrityError, match="code"), transaction.atomic():
        fetch_all("UPDATE directory_branch SET code = NULL WHERE id = %(id)s", id=made.pk)


def test_a_deferred_job_is_the_one_its_task_would_make() -> None:
    send_message.defer(message_id=7)
    defer(send_message, message_id=7)
    one, two = ProcrastinateJob.objects.order_by("id").values(
        "queue_name", "task_name", "priority", "lock", "queueing_lock", "args", "status", "scheduled_at", "attempts"
    )
    assert one == two
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_events WHERE type = 'deferred'")
        assert cursor.fetchone() == (2,)


def test_a_name_that_is_said_twice_is_one_parameter_and_percent_stays() -> None:
    statement = "SELECT %(a)s::int + %(a)s::int * %(b)s::int, 7 %% 4, %(word)s::text LIKE '%%b%%'"
    assert fetch_one(statement, a=2, b=3, word="abc", unused=1) == (8, 3, True)
    with pytest.raises(KeyError):
        fetch_all(statement, a=2, b=3)


def test_a_long_statement_is_prepared_like_a_short_one() -> None:
    long = f"SELECT %(n)s::int /* {'x' * 5000} */"
    for n in range(7):  # the driver prepares at the fifth time
        assert fetch_one(long, n=n) == (n,)
    kept = fetch_all("SELECT statement FROM pg_prepared_statements WHERE statement LIKE %(like)s", like="%xxxxx%")
    assert [text.startswith("SELECT $1::int") for (text,) in kept] == [True]
