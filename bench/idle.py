"""What 10,000 open screens cost: sockets of /ws/live that wait, in one process of `legalaid live`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import uvloop

from bench.measure import Row, judged
from bench.place import database, process
from bench.sockets import Page, many_files, open_pages

SOCKETS = 10_000


def rows() -> list[Row]:
    """Memory of the process with all sockets open, and what one of them adds."""
    many_files()
    with database(), process("live") as port:
        alone = _memory(port)
        held = uvloop.run(_held(port))
    return [
        judged(name="sockets_10000", product=round(held, 1), floor=None, unit="MB", goal="≤ 400 MB", foreign_cpu=0.0,
               holds=lambda product, ratio: product <= 400),
        judged(name="sockets_10000_each", product=round((held - alone) * 1024 / SOCKETS, 1), floor=None, unit="kB",
               goal="–", foreign_cpu=0.0, holds=lambda product, ratio: True),
    ]  # fmt: skip


async def _held(port: int) -> float:
    from legalaid.kernel.tickets import live_from_page, sign_page

    tickets = [live_from_page(sign_page([f"queue:{n}"], user_id=None), user_id=None) for n in range(26)]
    paths = [f"/ws/live?ticket={tickets[n % 26]}" for n in range(SOCKETS)]
    pages: list[Page] = await open_pages(port, paths, lambda _page, _body: None)
    await asyncio.sleep(2)
    held = _memory(port)
    for page in pages:
        page.transport.close()
    return held


def _memory(port: int) -> float:
    """Resident megabytes of the process that listens on the port."""
    inode = next(
        line.split()[9]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    )
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(link.readlink().name == f"socket:[{inode}]" for link in folder.iterdir()):
                status = (folder.parent / "status").read_text()
                return int(status.split("VmRSS:")[1].split()[0]) / 1024
        except OSError:
            continue
    raise RuntimeError("nobody listens")
