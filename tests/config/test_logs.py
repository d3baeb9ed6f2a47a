"""Logs hold no personal data, whoever writes them."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from legalaid.config.logs import hide_secrets, logging_config
from legalaid.people.models import User


@pytest.fixture
def line() -> Callable[..., Any]:
    """Log through a formatter made by our settings and return the line as it was written."""
    config = logging_config("INFO")["formatters"]["json"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(config.pop("()")(**config))
    logger = logging.getLogger("tests.config.logs")
    logger.handlers, logger.propagate = [handler], False

    def write(text: str, *args: object, exc_info: bool = False) -> Any:
        logger.error(text, *args, exc_info=exc_info)
        return json.loads(stream.getvalue())

    return write


def test_a_secret_link_is_not_written(line: Callable[..., Any]) -> None:
    written = line("%s: %s", "Not Found", "/z/nchUtHjyR0qnp6cyQCMWhL-A2X87HazyjTF3NA/memo.pdf")
    assert written["event"] == "Not Found: /z/…/memo.pdf"


def test_a_traceback_has_no_values_of_variables(line: Callable[..., Any]) -> None:
    def fail() -> None:
        telephone = "+79281234567"
        raise ValueError(len(telephone))

    try:
        fail()
    except ValueError:
        written = line("failed", exc_info=True)
    assert written["exception"][0]["exc_type"] == "ValueError"
    assert all(not frame.get("locals") for frame in written["exception"][0]["frames"])


@pytest.mark.django_db
def test_the_databases_quotation_of_a_row_is_not_written(line: Callable[..., Any]) -> None:
    User.objects.create_user("maria@example.org", "Мария")
    try:
        with transaction.atomic():
            User.objects.create_user("maria@example.org", "Мария")
    except IntegrityError:
        written = line("failed", exc_info=True)
    assert "maria@example.org" not in json.dumps(written, ensure_ascii=False)
    assert "duplicate key" in json.dumps(written)


def test_keys_and_tickets_are_not_written() -> None:
    event = hide_secrets(None, "", {"event": "GET /demo/login/expert/?key=abc&x=1", "url": "/ws/live?ticket=abc"})
    assert event == {"event": "GET /demo/login/expert/?key=…&x=1", "url": "/ws/live?ticket=…"}
