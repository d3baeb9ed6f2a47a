"""Looking into what a view has gathered."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at_key(rows: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key, '' where there is none: `{{ said|at_key:ticket.help_request_id }}`."""
    return rows.get(key, "")
