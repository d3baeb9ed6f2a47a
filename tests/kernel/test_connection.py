"""A connection kept between requests is known to be dead without asking."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, connections

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
