"""Hand-written statements behave as the ORM's do."""

import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from legalaid.directory.models import Branch
from legalaid.kernel.jobs import defer
from legalaid.kernel.sql import fetch_all, fetch_one, rows_of
from legalaid.messaging.jobs import send_message

pytestmark = pytest.mark.django_db

HOURS = {"mon": "08:00-18:00"}


def branch(code: str = "a") -> Branch:
    return Branch.objects.create(
        code=code, name="МФЦ", municipality="Р", address="А", timezone="Europe/Moscow", hours=HOURS
    )


def test_rows_come_as_the_model_with_its_json_and_may_be_saved() -> None:
    made = branch()
    (found,) = rows_of(Branch, "id = %(id)s", id=made.pk)
    assert (found, found.hours, found.name) == (made, HOURS, made.name)
    found.name = "Другой"
    found.save()
    assert Branch.objects.get().name == "Другой"
    assert rows_of(Branch, "code = %(code)s", code="none") == []


def test_a_statement_belongs_to_the_transaction_and_its_errors_are_djangos() -> None:
    with transaction.atomic():
        fetch_all("INSERT INTO directory_area (code, name, position) VALUES ('a', 'А', 0)")
        assert fetch_one("SELECT count(*) FROM directory_area") == (1,)
        transaction.set_rollback(True)
    assert fetch_one("SELECT count(*) FROM directory_area") == (0,)
    assert fetch_one("SELECT count(*) FROM directory_branch") == (0,)
    branch()
    with pytest.raises(IntegrityError, match="code"), transaction.atomic():
        fetch_all("INSERT INTO directory_branch SELECT id + 1, code, name, municipality, address, timezone, hours,"
                  " weak_line, phone FROM directory_branch")  # fmt: skip


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
