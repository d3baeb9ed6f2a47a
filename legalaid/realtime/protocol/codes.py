"""Close codes of the sockets, limits, and what is wrong with a frame."""

from __future__ import annotations

VERSION = 1
MAX_FRAME = 64 * 1024
"""Bytes; a session description of a browser is 3-8 kB."""
CAPTION_LIMIT = 300
"""Letters of one line of captions."""

# Close codes of the dialogue's socket (4000-4999 are the application's own).
REPLACED = 4001  # opened in another tab or device
REFUSED = 4003  # removed, or never allowed
ENDED = 4004  # the dialogue is over
SILENT = 4008  # the client's own: the network died without closing the socket
BAD_TICKET = 4010
TOO_FAST = 4029
SLOW = 1013  # the reader does not keep up
TROUBLE = 1011  # ours: come back
MALFORMED = 1007
TOO_BIG = 1009

LAST_STEP, LAST_LEVEL = 4, 3
"""The ladder's last step, «phone us»; the best line."""


class BadFrame(Exception):
    """A frame outside the protocol; `code` is a close code, the socket that sent it is closed with it."""

    def __init__(self, code: int = MALFORMED) -> None:
        self.code = code
        super().__init__(code)


class UnknownKind(Exception):
    """A frame of a kind this server does not know; it is answered, not punished."""
