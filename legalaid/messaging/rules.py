"""When people may be written to, and how long a text message is. Pure: no clock, no database."""

from datetime import datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_UNTIL = time(21), time(9)
"""Local hours in which no telephone rings for us; product default (no external source)."""
EVENING = time(20)
"""What cannot wait for the morning is said the evening before, at this local hour; product default."""
LATEST_BEFORE = timedelta(minutes=30)
"""A message about a start that would come later than this before it is of no use; product default."""

SINGLE, PART = 70, 67
"""UCS-2 letters of a text message that stands alone, and of a part of a longer one (3GPP TS 23.040 § 9.2.3.24.1)."""
SINGLE_LATIN, PART_LATIN = 160, 153
"""The same for texts of the 7-bit alphabet (3GPP TS 23.038 § 6.2.1)."""
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€\f")
"""Letters that take two places of the 7-bit alphabet."""


def is_quiet(moment: datetime, zone: str) -> bool:
    """Whether `moment` lies in the quiet hours of a zone."""
    local = moment.astimezone(ZoneInfo(zone)).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def morning_after(moment: datetime, zone: str) -> datetime:
    """`moment` itself, or the end of the quiet hours it lies in."""
    if not is_quiet(moment, zone):
        return moment
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_UNTIL, ZoneInfo(zone)).astimezone(moment.tzinfo)


def evening_before(moment: datetime, zone: str) -> datetime:
    """EVENING before the quiet hours that `moment` lies in."""
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() - timedelta(days=0 if local.time() >= QUIET_FROM else 1)
    return datetime.combine(day, EVENING, ZoneInfo(zone)).astimezone(moment.tzinfo)


def waking_moment(due: datetime, start: datetime, zone: str) -> datetime | None:
    """The first moment from `due` on outside the quiet hours; None when that is too late before `start`."""
    moment = morning_after(due, zone)
    return moment if moment <= start - LATEST_BEFORE else None


def reminder_moment(due: datetime, start: datetime, zone: str, *, evening: bool) -> datetime | None:
    """When a reminder due at `due` is given: then, in the morning, or else the evening before when `evening`."""
    moment = waking_moment(due, start, zone)
    if moment is None and evening and is_quiet(due, zone):
        return evening_before(due, zone)
    return moment


def segments(text: str) -> int:
    """How many text messages a telephone network makes of `text`; 0 for none."""
    if set(text) <= GSM | GSM_TWICE:
        length = len(text) + sum(letter in GSM_TWICE for letter in text)
        single, part = SINGLE_LATIN, PART_LATIN
    else:
        length = len(text.encode("utf-16-le")) // 2
        single, part = SINGLE, PART
    if length <= single:
        return 1 if length else 0
    return ceil(length / part)
