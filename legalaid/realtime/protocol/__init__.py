"""What is said on the sockets: frames in, typed messages out. Pure: no clock, no database, no socket.

Every frame is one JSON object with a `t`. A client ignores a `t` it does not know, so the server may grow;
the server answers an unknown `t` with an error and goes on.
"""

from legalaid.realtime.protocol.bucket import Bucket
from legalaid.realtime.protocol.codes import (
    BAD_TICKET,
    ENDED,
    MALFORMED,
    MAX_FRAME,
    REFUSED,
    REPLACED,
    SILENT,
    SLOW,
    TOO_BIG,
    TOO_FAST,
    TROUBLE,
    VERSION,
    BadFrame,
    UnknownKind,
)  # fmt: skip
from legalaid.realtime.protocol.incoming import (
    Aside,
    AskIce,
    Caption,
    Chat,
    Hello,
    Leave,
    Look,
    Media,
    Message,
    Ping,
    Point,
    Seen,
    Signal,
    Since,
    read,
)  # fmt: skip
from legalaid.realtime.protocol.outgoing import Peer, peer_joined, say, welcome

__all__ = [
    "BAD_TICKET",
    "ENDED",
    "MALFORMED",
    "MAX_FRAME",
    "REFUSED",
    "REPLACED",
    "SILENT",
    "SLOW",
    "TOO_BIG",
    "TOO_FAST",
    "TROUBLE",
    "VERSION",
    "Aside",
    "AskIce",
    "BadFrame",
    "Bucket",
    "Caption",
    "Chat",
    "Hello",
    "Leave",
    "Look",
    "Media",
    "Message",
    "Peer",
    "Ping",
    "Point",
    "Seen",
    "Signal",
    "Since",
    "UnknownKind",
    "peer_joined",
    "read",
    "say",
    "welcome",
]  # fmt: skip
