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
from legalaid.dialogue.services.media import choose_way, clear_node, drain_node, note_nodes, put_node, remove_node

__all__ = [
    "Seat",
    "admit",
    "choose_way",
    "clear_node",
    "close_abandoned",
    "connected",
    "disconnected",
    "drain_node",
    "end",
    "fail",
    "hand_on",
    "join",
    "join_waiting_room",
    "keep_alive",
    "leave",
    "let_the_silent_leave",
    "miss",
    "note_nodes",
    "open_lobby",
    "put_node",
    "remove_node",
    "say",
]  # fmt: skip
