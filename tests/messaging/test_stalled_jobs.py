"""What a dead worker was doing goes back to the queue."""

from __future__ import annotations

from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from legalaid.messaging.jobs import give_back

JOB = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, worker_id)
    VALUES ('q', %s, %s, '{}', %s::procrastinate_job_status, %s) RETURNING id
"""


def worker(heartbeat: str) -> int:
    """A worker that was heard of `heartbeat` ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id", [heartbeat]
        )
        return int(cursor.fetchone()[0])


def job(task: str, status: str, by: int | None = None, lock: str | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(JOB, [task, lock, status, by])
        return int(cursor.fetchone()[0])


def states() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status FROM procrastinate_jobs")
        return dict(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_one_that_cannot_go_back_holds_up_no_other() -> None:
    dead, alive, lock = worker("1 hour"), worker("1 second"), uuid4().hex
    letters = [job("letter", "doing", dead)]
    seal = job("seal", "doing", dead, lock=lock)  # its successor waits already: it cannot wait beside it
    successor = job("seal", "todo", lock=lock)
    letters.append(job("letter", "doing", dead))
    busy = job("letter", "doing", alive)

    async_to_sync(give_back)(app.job_manager)

    now = states()
    assert [now[letter] for letter in letters] == ["todo", "todo"]
    assert (now[seal], now[successor], now[busy]) == ("failed", "todo", "doing")


@pytest.mark.django_db(transaction=True)
def test_of_two_that_died_with_one_lock_one_goes_back() -> None:
    dead, lock = worker("1 hour"), uuid4().hex
    seals = [job("seal", "doing", dead, lock=lock) for _ in range(2)]

    async_to_sync(give_back)(app.job_manager)

    assert sorted(states()[seal] for seal in seals) == ["failed", "todo"]
