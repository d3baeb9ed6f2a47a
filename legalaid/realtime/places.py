"""A dialogue as one process knows it: the places of its participants. Transient; no database, no bus."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from legalaid.realtime.hub import Outlet
from legalaid.realtime.protocol import Peer


@dataclass(slots=True)
class Place:
    """One participant in one dialogue. `outlet` is None when the socket is lost or held by another process (`node`)."""

    peer: Peer
    connection: int
    node: str
    outlet: Outlet | None = None
    timer: asyncio.TimerHandle | None = None

    def cancel(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


@dataclass(slots=True)
class Room:
    """A dialogue with at least one socket here, or one on its way in (`joining`)."""

    id: str
    places: dict[str, Place] = field(default_factory=dict)
    last: int = 0
    wanted: int = 0
    joining: int = 0
    live: bool = False  # pictures may meet
    look: str = ""  # the newest frame «look»: how the shown page is looked at
    aside: int = 0  # the newest line of the experts that this process has passed on
    loading: asyncio.Task[None] | None = None

    def here(self) -> list[Place]:
        return [place for place in self.places.values() if place.outlet is not None]

    def tell(self, text: str, *, but: str = "", roles: frozenset[str] | None = None) -> None:
        """Send a frame to every socket of this process, or to those of these roles alone."""
        for place in self.here():
            if place.peer.id != but and place.outlet is not None and (roles is None or place.peer.role in roles):
                place.outlet.send(text)
