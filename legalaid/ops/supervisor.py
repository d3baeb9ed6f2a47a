"""Child processes of one command: started together, restarted when they fall, stopped together."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from legalaid.ops.postgres import Cluster, die_with_parent

GRACE = 10.0
"""Seconds a child has between SIGTERM and SIGKILL."""
CALM = 30.0
"""A child that lived so many seconds may be restarted at once; one that falls sooner waits longer each time."""
LONGEST_PAUSE = 15.0

Say = Callable[[str], None]


class Stopped(BaseException):
    """A signal asked us to end; raised in the main thread wherever it is, so that every `finally` runs."""


def stop_on_signals() -> None:
    """Have SIGINT, SIGTERM and SIGHUP raise Stopped once; what comes after cannot break the orderly end."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for again in signals:
            signal.signal(again, signal.SIG_IGN)
        raise Stopped

    for number in signals:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup keeps its meaning
            signal.signal(number, stop)


@dataclass
class Child:
    """One process of our own command, e.g. `legalaid worker`; what it prints goes to a log of its own."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started: float = 0.0
    falls: int = 0
    not_before: float = 0.0

    def start(self) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches only the supervisor, and tied to its life."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "legalaid.ops.cli", *self.arguments],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - it only calls prctl
            )
        self.started = time.monotonic()

    def fallen(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def last_words(self, lines: int = 12) -> str:
        """The end of its log, for the person who started us."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


@dataclass
class Supervisor:
    """Keeps its children alive until `stop`."""

    children: list[Child] = field(default_factory=list)

    def start(self, child: Child) -> Child:
        self.children.append(child)
        child.start()
        return child

    def revive(self) -> list[str]:
        """Restart the fallen, later and later if they fall at once; return the names of those restarted now."""
        revived = []
        now = time.monotonic()
        for child in self.children:
            if not child.fallen():
                continue
            if not child.not_before:
                child.falls = 0 if now - child.started > CALM else child.falls + 1
                child.not_before = now + min(child.falls**2 * 0.5, LONGEST_PAUSE)
            if now >= child.not_before:
                child.not_before = 0.0
                child.start()
                revived.append(child.name)
        return revived

    def watch(self, cluster: Cluster | None, say: Say) -> NoReturn:
        """Keep the children and the private database alive until a signal raises Stopped."""
        pause = threading.Event()
        while True:
            pause.wait(0.5)
            if cluster is not None and not cluster.alive():
                say("База данных остановилась, запускаю снова…")
                cluster.start()
            for name in self.revive():
                say(f"Процесс {name} упал и запущен снова. Его журнал: logs/{name}.log")

    def stop(self) -> None:
        """Ask all to end, wait GRACE for the last one, then end the rest; returns when none is left."""
        running = [c.process for c in self.children if c.process is not None and c.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.children.clear()
