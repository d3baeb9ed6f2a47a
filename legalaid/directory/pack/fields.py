"""Rules for fields of a pack's objects. Each takes a value and where it stands, and returns it in normal form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from legalaid.directory.pack.refusals import PackRefused
from legalaid.directory.pack.strict import clean, holds_contact

Rule = Callable[[Any, str], Any]
Shape = Mapping[str, Rule]
CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
SPAN = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_LINES = 600


class WrongValue(PackRefused):
    """A value does not fit its field."""


def wrong(where: str) -> WrongValue:
    """The refusal of a value that does not fit its field."""
    return WrongValue(_("В пакете не то значение: %(where)s.") % {"where": where})


def code(value: Any, where: str) -> str:
    """A code: letters, digits, dots, as in addresses and names of files."""
    if not isinstance(value, str) or not CODE.fullmatch(value) or ".." in value:
        raise wrong(where)
    return value


def code_or_none(value: Any, where: str) -> str:
    """A code, or '' for none."""
    return "" if value == "" else code(value, where)


def line(most: int, *, blank: bool = False) -> Rule:
    """One line of text."""

    def rule(value: Any, where: str) -> str:
        if not isinstance(value, str) or len(value) > most or "\n" in value:
            raise wrong(where)
        found = clean(value, where)
        if not found and not blank:
            raise wrong(where)
        return found

    return rule


def text(most: int) -> Rule:
    """A text of several lines, or ''."""

    def rule(value: Any, where: str) -> str:
        if not isinstance(value, str) or len(value) > most or value.count("\n") > MAX_LINES:
            raise wrong(where)
        return clean(value, where)

    return rule


def number(least: int, most: int, *, none: bool = False) -> Rule:
    """A whole number between two others, ends included; with `none` also null."""

    def rule(value: Any, where: str) -> int | None:
        if value is None and none:
            return None
        if type(value) is not int or not least <= value <= most:
            raise wrong(where)
        return value

    return rule


def flag(value: Any, where: str) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise wrong(where)
    return value


def one_of(*allowed: str) -> Rule:
    """One of these words."""

    def rule(value: Any, where: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise wrong(where)
        return value

    return rule


def day_or_none(value: Any, where: str) -> str | None:
    """A day as 2026-11-26, or null."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise wrong(where) from error


def zone(value: Any, where: str) -> str:
    """The name of a time zone."""
    try:
        return ZoneInfo(line(40)(value, where)).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise wrong(where) from error


def week(value: Any, where: str) -> dict[str, str]:
    """Hours of a week: {"mon": "08:00-18:00", …}."""
    if not isinstance(value, dict) or not set(value) <= set(WEEKDAYS):
        raise wrong(where)
    if not all(isinstance(span, str) and SPAN.fullmatch(span) for span in value.values()):
        raise wrong(where)
    return {name: value[name] for name in WEEKDAYS if name in value}


def listed(rule: Rule, most: int) -> Rule:
    """A list, each of whose items obeys a rule; none stands twice."""

    def whole(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise wrong(where)
        found = [rule(one, where) for one in value]
        if any(one in found[:place] for place, one in enumerate(found)):
            raise wrong(where)
        return found

    return whole


def by_order(rule: Rule) -> Rule:
    """A list whose order says nothing: kept in the order of the alphabet."""
    return lambda value, where: sorted(rule(value, where))


def no_comma(rule: Rule) -> Rule:
    """A text without commas, which part the items of a list where it is kept."""

    def whole(value: Any, where: str) -> Any:
        found = rule(value, where)
        if "," in found:
            raise wrong(where)
        return found

    return whole


def nobodys(rule: Rule) -> Rule:
    """A text by which nobody could be found."""

    def whole(value: Any, where: str) -> Any:
        found = rule(value, where)
        if holds_contact(found):
            raise PackRefused(_("В пакете не бывает телефонов и адресов людей: %(where)s.") % {"where": where})
        return found

    return whole


def record(shape: Shape, optional: frozenset[str] = frozenset()) -> Rule:
    """An object with these fields, all of them but the optional ones, and no other."""

    def whole(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict) or set(value) | optional != set(shape) | optional:
            raise wrong(where)
        return {name: rule(value[name], f"{where}, {name}") for name, rule in shape.items() if name in value}

    return whole


def empty_or(rule: Rule) -> Rule:
    """An object that obeys a rule, or one without fields."""
    return lambda value, where: {} if value == {} else rule(value, where)
