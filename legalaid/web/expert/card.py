"""The card of one person, for the expert who receives her and for one of another authority who was asked in."""

from datetime import datetime
from typing import Any

from legalaid.dialogue.line_queries import checks_of_requests
from legalaid.reception.queries import last_booking, waiting_ticket
from legalaid.reception.queries.interpreters import interpreters_for
from legalaid.triage.facts import facts


def card_context(asked: Any, now: datetime) -> dict[str, object]:
    """What the card shows: her words, how she is connected, the topic. For who may see the request or takes part."""
    booking = last_booking(asked.pk)
    return {
        "help_request": asked, "booking": booking, "ticket": waiting_ticket(asked.pk),
        "interpreters": interpreters_for(asked.interpreter, booking, now),
        "checked": checks_of_requests([asked.pk], now).get(asked.pk),
        "facts": facts(asked.story),
        "zone": asked.authority.timezone if asked.authority else "UTC",
    }  # fmt: skip
