"""The booking as a calendar file (RFC 5545), without personal data but the secret link the person already has."""

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//legalaid//RU"


def method_of(*, cancelled: bool) -> str:
    """What the file asks of the calendar; it is said in the letter's Content-Type too (RFC 6047, 2.4)."""
    return "CANCEL" if cancelled else "PUBLISH"


def booking_event(
    *, uid: str, sequence: int, start: datetime, end: datetime, summary: str, description: str, location: str,
    url: str, stamp: datetime, organizer: str, cancelled: bool = False,
) -> bytes:  # fmt: skip
    """Return an .ics with one event; the same `uid` with a higher `sequence` replaces it in the person's calendar.

    `organizer` is a mail address: without one no program has to take what is published or cancelled (RFC 5546, 3.2).
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method_of(cancelled=cancelled))
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("organizer", f"mailto:{organizer}")
    event.add("summary", summary)
    event.add("description", description)
    event.add("location", location)
    event.add("url", url)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if not cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", -timedelta(hours=2))
        event.add_component(alarm)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
