"""The pool as this process sees it: a control connection to every node, and what it says of their health."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import DatabaseError

from legalaid.dialogue import services
from legalaid.dialogue.media_queries import media_nodes
from legalaid.kernel.actor import Actor
from legalaid.realtime.doorway import Database
from legalaid.realtime.sfu import keys
from legalaid.realtime.sfu.link import Link

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between looks at the table of nodes; what is seen of them is written down as often."""
TRY_WITHIN = 3.0
"""Seconds a process that starts waits for its nodes, before people are let in."""
FIRST_WITHIN = 8.0
"""Seconds a node that was never reached is hoped for. A process that starts on a busy machine is slow itself: the first
connection may run out of time while the node stands and carries dialogues, which are not to be moved for that."""
BACK_WITHIN = 1.5
"""Seconds a node has to come back (a process restarted by its supervisor) before its dialogues go elsewhere."""


class Nodes:
    """Links to the nodes of the table. `lost(name)` is called when one is given up, `back(name)` when it is there."""

    def __init__(
        self, database: Database, secret: str, *, actor: Actor, lost: Callable[[str], None], back: Callable[[str], None]
    ) -> None:
        self._database, self._secret, self._actor = database, secret, actor
        self._lost, self._back = lost, back
        self._links: dict[str, tuple[Link, asyncio.Task[None]]] = {}
        self._giving_up: dict[str, asyncio.TimerHandle] = {}
        self._gone: set[str] = set()
        self.looked = asyncio.Event()  # set when the table was read and every node of it tried once

    def link(self, name: str) -> Link | None:
        """The link to a node that answers or is hoped for."""
        found = self._links.get(name)
        return found[0] if found is not None and (found[0].up or name in self._giving_up) else None

    def reachable(self) -> list[str]:
        """Nodes not given up. One that has just fallen, or was not reached yet, is still hoped for."""
        return sorted(name for name, (link, _) in self._links.items() if link.up or name in self._giving_up)

    def known(self) -> bool:
        return bool(self._links)

    async def run(self) -> None:
        """Keep links to what the table says until cancelled."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(LOOK_EVERY)
        finally:
            tasks = [task for _, task in self._links.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def look(self) -> None:
        """Read the table, start and stop links, write down who answers."""
        try:
            table = await self._database.run(media_nodes)
            self._follow({node.name: node.url for node in table})
            await self._try_first()
            if self._links:
                up = [name for name, (link, _) in self._links.items() if link.up]
                await self._database.run(
                    services.note_nodes, seen=up, lost=self._votes(up), actor=self._actor, now=datetime.now(UTC)
                )
        except DatabaseError:
            log.exception("the table of media nodes was not read")
        finally:  # not before it is written down who answers: a dialogue is moved off a node nobody has seen lately
            self.looked.set()  # and if the table was not read, nobody waits for it

    async def _try_first(self) -> None:
        """A process that has just started knows no node yet: a dialogue that goes over one must not be moved for it."""
        if not self.looked.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TRY_WITHIN):
                    for link, _ in tuple(self._links.values()):
                        await link.tried.wait()

    def _votes(self, up: list[str]) -> list[str]:
        """Nodes this process calls lost. One that reaches none may itself be cut off, so it has no vote."""
        return sorted(self._gone) if up else []

    def _follow(self, wanted: dict[str, str]) -> None:
        for name, (link, task) in list(self._links.items()):
            if wanted.get(name) != link.url:
                task.cancel()
                del self._links[name]
                self._despair(name)
                self._gone.discard(name)
        for name, url in wanted.items():
            if name not in self._links:
                self._hope(name, FIRST_WITHIN)
                link = Link(name, url, keys.api_secret(self._secret), self._changed)
                self._links[name] = (link, asyncio.create_task(link.run()))

    def _changed(self, link: Link, up: bool) -> None:
        self._despair(link.name)
        if up:
            self._gone.discard(link.name)
            self._back(link.name)
        else:
            self._hope(link.name, 0 if link.silent else BACK_WITHIN)

    def _hope(self, name: str, seconds: float) -> None:
        self._giving_up[name] = asyncio.get_running_loop().call_later(seconds, self._give_up, name)

    def _despair(self, name: str) -> None:
        if (timer := self._giving_up.pop(name, None)) is not None:
            timer.cancel()

    def _give_up(self, name: str) -> None:
        self._giving_up.pop(name, None)
        self._gone.add(name)
        self._lost(name)
