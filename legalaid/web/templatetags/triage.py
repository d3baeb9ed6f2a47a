"""Figures of triage as people read them."""

from collections.abc import Sequence

from django import template

register = template.Library()


@register.filter
def share(found: Sequence[float]) -> str:
    """[share, lower, upper] as «94 % (92–96)»; nothing measured is a dash."""
    if not found:
        return "—"
    middle, low, high = (round(100 * one) for one in found)
    return f"{middle} % ({low}–{high})"


@register.filter
def slug_of(code: str) -> str:
    """A topic's code in an address: «pension-early»."""
    return code.replace(".", "-")
