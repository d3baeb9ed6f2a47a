"""A walk-in at a booth that is booked in a few minutes: told so, sent to another, let in by a second press."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from legalaid.dialogue.services import Findings, note_booth_check
from legalaid.directory.models import Booth
from legalaid.intake.models import HelpRequest
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.reception import services
from legalaid.reception.models import Booking, BoothAttempt, Task, Ticket
from legalaid.reception.refusals import BoothBooked
from tests.scenes import NOW, Region, at

pytestmark = pytest.mark.django_db
BOOTH = Actor.system("booth")


def walk_in(region: Region) -> Ticket:
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    region.at_desk(None)
    return Ticket.objects.get()


def book(region: Region, booth: Booth, start: datetime, n: int = 1) -> Booking:
    booking = region.booked(at(11, 30 * n % 60), branch=region.branch, n=n)
    span = (start, start + timedelta(minutes=20))
    Booking.objects.filter(pk=booking.pk).update(booth=booth, post=region.posts[n - 1], during=span, occupies=span)
    return booking


def kiosk(region: Region) -> Client:
    client = Client()
    client.force_login(region.users["operator"], backend="legalaid.people.backends.StaffBackend")
    client.post(f"/kiosk/pair/{region.booths[0].pk}/")
    return client


def stand() -> tuple[Any, ...]:
    return (
        list(Ticket.objects.order_by("id").values()), list(Booking.objects.order_by("id").values()),
        list(HelpRequest.objects.order_by("id").values("state", "branch", "number")), JournalEntry.objects.count(),
        BoothAttempt.objects.count(),
    )  # fmt: skip


def test_she_is_told_from_when_and_sent_to_the_free_booth(region: Region) -> None:
    ticket = walk_in(region)
    book(region, region.booths[0], at(9, 15))
    client, before = kiosk(region), stand()
    refused = client.post("/kiosk/", {"code": ticket.start_code})
    assert refused.status_code == 409
    said = refused.content.decode()
    assert "Это место занято с 09:15" in said
    assert "Свободно другое место: Кабинет 1" in said
    assert ticket.start_code not in said, "her code does not stand on the screen"
    assert stand() == before
    opened = services.open_booth(booth_id=region.booths[1].pk, code=ticket.start_code, actor=BOOTH, now=NOW)
    assert opened == ticket.help_request_id


def test_a_second_press_opens_it_all_the_same_and_a_restart_lets_her_in(region: Region) -> None:
    ticket = walk_in(region)
    for n, booth in enumerate(region.booths, 1):
        book(region, booth, at(9, 15), n)
    client = kiosk(region)
    said = client.post("/kiosk/", {"code": ticket.start_code}).content.decode()
    assert "Другого свободного места сейчас нет" in said
    assert "Всё равно начать здесь" in said
    found = re.search(r'name="again" value="([^"]+)"', said)
    assert found
    before = stand()
    assert client.post("/kiosk/", {"again": found[1] + "x"}).headers["location"] == "/kiosk/"
    assert stand()[:3] == before[:3]
    opened = client.post("/kiosk/", {"again": found[1]})
    assert "/z/" in opened.headers["location"]
    assert Ticket.objects.get().booth_id == region.booths[0].pk
    assert JournalEntry.objects.get(kind="booth", action="open").data["insisted"] is True
    assert "/z/" in client.post("/kiosk/", {"code": ticket.start_code}).headers["location"], "she sits there already"


@pytest.mark.parametrize("start", [at(9, 20), at(8, 45)])
def test_a_booking_after_her_usual_time_or_that_nobody_came_for_is_no_hindrance(
    region: Region, start: datetime
) -> None:  # fmt: skip
    ticket = walk_in(region)
    book(region, region.booths[0], start)
    opened = services.open_booth(booth_id=region.booths[0].pk, code=ticket.start_code, actor=BOOTH, now=NOW)
    assert opened == ticket.help_request_id


@pytest.mark.parametrize(
    ("why", "other"),
    [("fits", "Кабинет 1"), ("steps", ""), ("out", ""), ("seated", ""), ("booked", "")],
)
def test_only_a_booth_that_works_fits_and_is_free_is_named(region: Region, why: str, other: str) -> None:
    ticket = walk_in(region)
    first, second = region.booths
    book(region, first, at(9, 10))
    if why == "fits":
        HelpRequest.objects.filter(pk=ticket.help_request_id).update(needs=["step_free"])
        Booth.objects.filter(pk=second.pk).update(step_free=True)
    if why == "steps":
        HelpRequest.objects.filter(pk=ticket.help_request_id).update(needs=["step_free"])
    if why == "out":
        Booth.objects.filter(pk=second.pk).update(out_since=NOW, out_reason="Нет света")
    if why == "booked":
        book(region, second, at(9, 19), 2)
    if why == "seated":
        region.at_desk(None, n=2)
        Ticket.objects.exclude(pk=ticket.pk).update(booth=second)
    before = stand()
    with pytest.raises(BoothBooked) as refused:
        services.open_booth(booth_id=first.pk, code=ticket.start_code, actor=BOOTH, now=NOW)
    assert (refused.value.clock, refused.value.other) == ("09:10", other)
    assert stand() == before


def test_a_booth_whose_last_self_test_failed_is_not_named_until_it_passes(region: Region) -> None:
    ticket = walk_in(region)
    first, second = region.booths
    book(region, first, at(9, 15))
    client = kiosk(region)
    good = Findings(camera="ok", microphone="ok", sound="unknown", line="ok", browser="ok")
    blind = replace(good, camera="fault", camera_fault="covered")
    for found, words in (
        (blind, "Другого свободного места сейчас нет"),
        (good, f"Свободно другое место: {second.name}"),
    ):
        note_booth_check(booth_id=second.pk, findings=found, actor=BOOTH, now=NOW)
        for task in Task.objects.filter(closed_at=None):  # seen to by a person: the test has not passed by that
            services.close_task(task_id=task.pk, actor=region.actor("operator"), now=NOW)
        before = stand()
        said = client.post("/kiosk/", {"code": ticket.start_code}).content.decode()
        assert words in said
        assert stand() == before
