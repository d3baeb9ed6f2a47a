"""A connection kept between requests is known to be dead without asking."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection, connections
from psycopg.pq import TransactionStatus

from legalaid.directory.models import Area
from legalaid.kernel.bus import database_conninfo


def end(pid: int) -> None:
    """End a server process, as a restart does, and wait until it is gone."""
    with psycopg.connect(database_conninfo(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.mark.django_db(transaction=True)
def test_a_living_connection_is_believed_without_a_statement() -> None:
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        before = cursor.execute("SELECT pg_backend_pid(), statement_timestamp()").fetchone()
    assert connection.is_usable()
    with psycopg.connect(database_conninfo()) as other:
        asked = other.execute("SELECT query_start FROM pg_stat_activity WHERE pid = %s", [before[0]]).fetchone()
    assert asked == (before[1],), "the server was asked"


@pytest.mark.django_db(transaction=True)
def test_a_dead_connection_costs_no_request() -> None:
    wrapper = connections.create_connection("default")
    wrapper.ensure_connection()
    end(wrapper.connection.info.backend_pid)

    assert not wrapper.is_usable()

    wrapper.health_check_enabled, wrapper.health_check_done = True, False
    wrapper.close_if_health_check_failed()
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    wrapper.close()


@pytest.mark.django_db(transaction=True)
def test_a_notice_does_not_make_a_living_connection_dead() -> None:
    wrapper = connections.create_connection("default")
    with wrapper.cursor() as cursor:
        cursor.execute("LISTEN something")
    with psycopg.connect(database_conninfo(), autocommit=True) as other:
        other.execute("NOTIFY something")
    assert wrapper.is_usable()
    wrapper.close()


PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%kept for the next%%'"


@pytest.mark.django_db(transaction=True)
def test_a_refusal_does_not_cost_the_next_request_its_prepared_statements() -> None:
    def refused(wrapper: Any) -> None:
        """Ask three times in a transaction that is taken back: by then the server knows the statement."""
        wrapper.set_autocommit(False)
        with wrapper.wrap_database_errors:
            psycopg.Cursor(wrapper.connection).execute(b"INSERT INTO directory_area (code, name, position) "
                                                       b"VALUES ('a', %s, 0)", ["A"])  # fmt: skip
            for n in range(3):
                psycopg.Cursor(wrapper.connection).execute(b"SELECT 'kept for the next', %s::int", [n])
        wrapper.rollback()
        wrapper.set_autocommit(True)

    wrapper = connections.create_connection("default")
    wrapper.ensure_connection()
    refused(wrapper)
    assert psycopg.Cursor(wrapper.connection).execute(PREPARED.encode()).fetchone() == (1,)
    assert wrapper.connection.info.transaction_status == TransactionStatus.IDLE
    assert not Area.objects.exists(), "what was refused is not there"
    refused(wrapper)  # and it still answers

    # The control: the driver's own way forgets them.
    with wrapper.wrap_database_errors:
        wrapper.set_autocommit(False)
        psycopg.Cursor(wrapper.connection).execute(b"SELECT 1")
        wrapper.connection.rollback()
        wrapper.set_autocommit(True)
    assert psycopg.Cursor(wrapper.connection).execute(PREPARED.encode()).fetchone() == (0,)
    wrapper.close()


@pytest.mark.django_db(transaction=True)
def test_a_failed_transaction_is_taken_back_and_a_dead_one_is_an_error() -> None:
    wrapper = connections.create_connection("default")
    wrapper.ensure_connection()
    wrapper.set_autocommit(False)
    with pytest.raises(ProgrammingError), wrapper.cursor() as cursor:
        cursor.execute("SELECT nothing_of_this_name")
    assert wrapper.connection.info.transaction_status == TransactionStatus.INERROR
    wrapper.rollback()
    assert wrapper.connection.info.transaction_status == TransactionStatus.IDLE

    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
    end(wrapper.connection.info.backend_pid)
    with pytest.raises(OperationalError):
        wrapper.rollback()
    wrapper.close()
