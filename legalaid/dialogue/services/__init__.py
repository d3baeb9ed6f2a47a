"""Writes of the dialogue; each module is one subject, doors import from here."""

from legalaid.dialogue.services.aside import say_aside
from legalaid.dialogue.services.chat import explain_delay, mark_seen, say, write_to_waiting
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
from legalaid.dialogue.services.interpreting import enter_as_interpreter
from legalaid.dialogue.services.inviting import (
    accept_invitation,
    decline_invitation,
    enter_by_link,
    expire_open,
    invite_authority,
    invite_by_link,
    offer_lead,
    withdraw_invitation,
)  # fmt: skip
from legalaid.dialogue.services.leading import hand_over, hold, remove, resume
from legalaid.dialogue.services.life import admit, close_abandoned, end, fail, hand_on, miss, receive
from legalaid.dialogue.services.line import Findings, forget_lines, note_booth_check, note_check, note_line
from legalaid.dialogue.services.media import choose_way, clear_node, drain_node, note_nodes, put_node, remove_node
from legalaid.dialogue.services.recording import (
    answer_recording,
    ask_to_record,
    expire_recordings,
    open_take,
    put_chunk,
    revoke_recording,
    stop_recording,
)  # fmt: skip
from legalaid.dialogue.services.ruling import set_policy
from legalaid.dialogue.services.showing import (
    SHOWERS,
    Look,
    add_paper_here,
    ask_print_here,
    hide_page,
    note_look,
    show_page,
)  # fmt: skip
from legalaid.dialogue.services.watching import tell_dialogue

__all__ = [
    "SHOWERS",
    "Findings",
    "Look",
    "Seat",
    "accept_invitation",
    "add_paper_here",
    "admit",
    "answer_recording",
    "ask_print_here",
    "ask_to_record",
    "choose_way",
    "clear_node",
    "close_abandoned",
    "connected",
    "decline_invitation",
    "disconnected",
    "drain_node",
    "end",
    "enter_as_interpreter",
    "enter_by_link",
    "expire_open",
    "expire_recordings",
    "explain_delay",
    "fail",
    "forget_lines",
    "hand_on",
    "hand_over",
    "hide_page",
    "hold",
    "invite_authority",
    "invite_by_link",
    "join",
    "join_waiting_room",
    "keep_alive",
    "leave",
    "let_the_silent_leave",
    "mark_seen",
    "miss",
    "note_booth_check",
    "note_check",
    "note_line",
    "note_look",
    "note_nodes",
    "offer_lead",
    "open_lobby",
    "open_take",
    "put_chunk",
    "put_node",
    "receive",
    "remove",
    "remove_node",
    "resume",
    "revoke_recording",
    "say",
    "say_aside",
    "set_policy",
    "show_page",
    "stop_recording",
    "tell_dialogue",
    "withdraw_invitation",
    "write_to_waiting",
]  # fmt: skip
