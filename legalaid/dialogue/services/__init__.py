"""Writes of the dialogue; each module is one subject, doors import from here."""

from legalaid.dialogue.services.chat import say
from legalaid.dialogue.services.entering import (
    Seat,
    connected,
    disconnected,
    join,
    join_waiting_room,
    keep_alive,
    leave,
    let_the_silent_leave,
    open_lobby,
)  # fmt: skip
from legalaid.dialogue.services.life import admit, close_abandoned, end, fail, hand_on, miss

__all__ = [
    "Seat",
    "admit",
    "close_abandoned",
    "connected",
    "disconnected",
    "end",
    "fail",
    "hand_on",
    "join",
    "join_waiting_room",
    "keep_alive",
    "leave",
    "let_the_silent_leave",
    "miss",
    "open_lobby",
    "say",
]  # fmt: skip
