"""Looking into what a view has gathered."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format

register = template.Library()


@register.filter
def at_key(rows: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key, '' where there is none: `{{ said|at_key:ticket.help_request_id }}`."""
    return rows.get(key, "")


@register.filter
def iso_day(day: str | None) -> str:
    """«3 ноября 2026» for a day as files keep it, 2026-11-03."""
    return date_format(date.fromisoformat(day), "j E Y") if day else ""
