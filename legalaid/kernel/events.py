"""Events for screens and sockets, published after the transaction that caused them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from legalaid.kernel.bus import get_bus


def publish_on_commit(*topics: str, **payload: Any) -> None:
    """Tell every process after commit that `topics` changed; nothing is told when the transaction is rolled back.

    Topics: `dialogue:<id>`, `request:<id>`, `queue:<authority id>`, `day:<branch id>`, `expert:<user id>`, `office`,
    `watch`.
    `payload` holds JSON values without personal data, usually a version `v`. A bus that is away is logged and does
    not fail the caller: the change is already true, and screens look by themselves every 30 s.
    """

    def publish() -> None:
        bus = get_bus()
        for topic in topics:
            bus.publish(topic, payload)

    transaction.on_commit(publish, robust=True)
