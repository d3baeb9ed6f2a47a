"""A ticket opens one kind of door, for a minute, for the one it was made for."""

from __future__ import annotations

from unittest import mock
from uuid import uuid4

import pytest

from legalaid.kernel import tickets
from legalaid.kernel.tickets import BadTicket, DialogueTicket

TICKET = DialogueTicket(
    dialogue="d", participant="p", connection=7, role="citizen", caps=("signal",),
    request="7d0c4d1e-3c2e-4a43-9a57-0a3c8b3f8b60",
)  # fmt: skip


def test_ticket_comes_back_whole_with_its_actor() -> None:
    read = tickets.read_dialogue(tickets.sign_dialogue(TICKET))
    assert read == TICKET
    assert read.actor.kind == "citizen"
    assert str(read.actor.help_request_id) == TICKET.request


def test_kinds_are_not_interchangeable() -> None:
    page = tickets.sign_page(["queue:1"], user_id=5)
    live = tickets.live_from_page(page, user_id=5)
    dialogue = tickets.sign_dialogue(TICKET)
    entrance = tickets.sign_entrance(uuid4())
    assert tickets.read_live(live) == ["queue:1"]
    for text, reader in (
        (page, tickets.read_live), (dialogue, tickets.read_live), (live, tickets.read_dialogue),
        (page, tickets.read_dialogue), (entrance, tickets.read_dialogue), (entrance, tickets.read_live),
        (page, tickets.read_entrance), (dialogue, tickets.read_entrance), (live, tickets.read_entrance),
    ):  # fmt: skip
        with pytest.raises(BadTicket):
            reader(text)
    for text in (live, dialogue):
        with pytest.raises(BadTicket):
            tickets.live_from_page(text, user_id=5)


def test_note_of_a_page_is_good_for_its_reader_only() -> None:
    page = tickets.sign_page(["queue:1"], user_id=5)
    for other in (None, 6):
        with pytest.raises(BadTicket):
            tickets.live_from_page(page, user_id=other)


@pytest.mark.parametrize("age", [599, 601])
def test_entrance_of_a_page_lives_ten_minutes(age: int) -> None:
    import time

    request = uuid4()
    with mock.patch("django.core.signing.time.time", return_value=time.time() - age):
        text = tickets.sign_entrance(request)
    if age < tickets.ENTRANCE_LIFE:
        assert tickets.read_entrance(text) == request
    else:
        with pytest.raises(BadTicket):
            tickets.read_entrance(text)


@pytest.mark.parametrize("age", [59, 61])
def test_ticket_lives_a_minute(age: int) -> None:
    import time

    with mock.patch("django.core.signing.time.time", return_value=time.time() - age):
        text = tickets.sign_dialogue(TICKET)
    if age < tickets.TICKET_LIFE:
        assert tickets.read_dialogue(text) == TICKET
    else:
        with pytest.raises(BadTicket):
            tickets.read_dialogue(text)


@pytest.mark.parametrize("spoil", [lambda t: t[1:], lambda t: t + "x", lambda t: "", lambda t: "a:b:c"])
def test_spoilt_ticket_is_refused(spoil: object) -> None:
    with pytest.raises(BadTicket):
        tickets.read_dialogue(spoil(tickets.sign_dialogue(TICKET)))  # type: ignore[operator]
