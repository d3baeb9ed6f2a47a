"""What was written to a person who waits for the start of her booking."""

from typing import Any

from django import template

from legalaid.kernel.clock import local_day
from legalaid.reception.queries.queue import notes_to

register = template.Library()


@register.simple_tag
def told_on_the_day(booking: Any, zone: str) -> list[Any]:
    """Notes written to her on the day of her booking, newest first: what she was told in a queue before is over."""
    day = local_day(booking.during.lower, zone)
    return [note for note in notes_to(booking.help_request_id) if local_day(note.at, zone) == day]
