"""A booking by a program: the citizen's own steps behind her link, and nothing for anybody else."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.people.models import Citizen
from legalaid.reception.models import Booking
from legalaid.reception.states import BookingState
from tests.scenes import Region, make_region

pytestmark = pytest.mark.django_db
WHO = {"name": "Мария Петровна", "phone": "8 928 123-45-67", "consent": True}


class Program:
    """One program with one link; it has no cookie and no form token."""

    def __init__(self, region: Region) -> None:
        self.request = region.draft(now=datetime.now(UTC))
        self.token = token_for(self.request.pk)
        self.client = Client(enforce_csrf_checks=True)

    def call(self, method: str, path: str, body: object = None, token: str | None = None) -> tuple[int, Any]:
        answer = self.client.generic(
            method, f"/api/v1/{path}", json.dumps(body) if body is not None else "", "application/json",
            headers={"Authorization": f"Bearer {self.token if token is None else token}"},
        )  # fmt: skip
        return answer.status_code, answer.json()

    def starts(self) -> list[str]:
        status, found = self.call("GET", "starts")
        assert (status, found["zone"]) == (200, "Europe/Moscow")
        return list(found["starts"])


@pytest.fixture
def region() -> Region:
    return make_region()


@pytest.fixture
def program(region: Region) -> Program:
    return Program(region)


def snapshot() -> tuple[object, ...]:
    return (
        list(Booking.objects.order_by("id").values_list("id", "state", "during", "sequence")),
        list(HelpRequest.objects.order_by("id").values_list("id", "state", "number")),
        Citizen.objects.count(), JournalEntry.objects.count(),
    )  # fmt: skip


def test_the_whole_way_each_step_sent_twice(program: Program) -> None:
    first, *_rest, last = program.starts()
    assert program.call("POST", "bookings/hold", {"start": last})[1]["state"] == "held"
    for _attempt in range(2):
        status, confirmed = program.call("POST", "bookings/confirm", WHO)
        assert (status, confirmed["state"], confirmed["version"]) == (200, "confirmed", 0)
    assert confirmed["number"].startswith("61-")
    for _attempt in range(2):
        status, moved = program.call("POST", "bookings/move", {"start": first})
        assert (status, moved["start"], moved["version"]) == (200, first, 1)
    assert program.call("GET", "bookings") == (200, moved)
    for _attempt in range(2):
        status, cancelled = program.call("POST", "bookings/cancel")
        assert (status, cancelled["number"]) == (200, confirmed["number"])
    assert HelpRequest.objects.get().state == RequestState.CANCELLED
    assert Booking.objects.filter(state__in=[BookingState.CANCELLED, BookingState.EXCUSED]).count() == 1


def test_at_a_centre(program: Program, region: Region) -> None:
    status, found = program.call("GET", f"starts?branch={region.branch.pk}")
    assert status == 200
    held = program.call("POST", "bookings/hold", {"start": found["starts"][0], "branch": region.branch.pk})[1]
    assert held["branch"] == region.branch.pk and held["held_until"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("bookings/hold", {"start": "2020-01-09T09:00:00Z"}, 409, "not_covered"),
        ("bookings/hold", {"start": "завтра"}, 422, "not_understood"),
        ("bookings/hold", {"start": "2030-01-09T09:00:00"}, 422, "not_understood"),
        ("bookings/hold", {}, 422, "not_understood"),
        ("bookings/hold", {"start": "2030-01-09T09:00:00Z", "branch": 999_999}, 404, "not_found"),
        ("bookings/confirm", WHO, 409, "hold_lapsed"),
        ("bookings/confirm", {**WHO, "consent": "может быть"}, 422, "not_understood"),
        ("bookings/move", {"start": "2030-01-09T09:00:00Z"}, 409, "moved_on"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_in_russian_and_changes_nothing(
    program: Program, path: str, body: object, status: int, code: str
) -> None:
    before = snapshot()
    got, refusal = program.call("POST", path, body)
    assert (got, refusal["code"]) == (status, code)
    assert any("а" <= letter <= "я" for letter in refusal["text"])
    assert snapshot() == before


def test_without_her_link_there_is_nothing(program: Program, region: Region) -> None:
    other = Program(region)
    program.call("POST", "bookings/hold", {"start": program.starts()[0]})
    before = snapshot()
    answers = [program.call(method, path, {}, token=token)
               for method, path in (("GET", "starts"), ("GET", "bookings"), ("POST", "bookings/cancel"))
               for token in ("", "abc", program.token[:-2] + "AA")]  # fmt: skip
    assert {status for status, _ in answers} == {401}
    assert len({json.dumps(refusal) for _, refusal in answers}) == 1
    assert other.call("GET", "bookings")[0] == 404
    assert program.call("GET", "starts?branch=999999")[0] == 404
    assert snapshot() == before


def test_what_is_offered_can_be_held(program: Program) -> None:
    for start in program.starts()[::40]:
        status, held = program.call("POST", "bookings/hold", {"start": start})
        assert (status, held["start"]) == (200, start)
        until = datetime.fromisoformat(held["held_until"]) - datetime.now(UTC)
        assert timedelta(minutes=9) < until <= timedelta(minutes=10)


def test_the_description_names_every_step(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/v1/starts", "/api/v1/bookings", "/api/v1/bookings/hold", "/api/v1/bookings/confirm",
        "/api/v1/bookings/move", "/api/v1/bookings/cancel",
    }  # fmt: skip
    for steps in described["paths"].values():
        for step in steps.values():
            assert step["security"] == [{"LinkToken": []}] and step["summary"]
