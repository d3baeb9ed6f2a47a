"""The annex of an agreement as a matrix of boxes: topics × (home and branches).

A region has some 3,000 cells. With each drawn by the template the page cost 290 ms of processor, with whole rows of
them put together here 115.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from legalaid.directory.agreement_queries import branches, topics_of
from legalaid.directory.services import Cell

HOME = "home"
NAMED = 12
"""Cells told by name where two annexes differ."""


def matrix(
    agreement: Any, *, editable: bool, cells: set[Cell], marked: set[Cell] | None = None
) -> dict[str, object]:  # fmt: skip
    """Rows of the annex by area: each topic with a box for home and for each branch. Two queries.

    `cells` are recorded; `marked`, when given, is how the boxes stand in somebody's unsaved form: then the page also
    says in what the two differ.
    """
    places = list(branches())
    topics = topics_of(agreement)
    shown = cells if marked is None else marked
    columns = [(None, HOME, _("из дома")), *((one.pk, str(one.pk), one.municipality) for one in places)]
    off = SafeString("" if editable else " disabled")
    areas = [
        {"area": area, "rows": [
            {"topic": topic, "boxes": _boxes(topic, [(at, place, (topic.pk, pk) in shown) for pk, at, place in columns],
                                             off)}
            for topic in rows
        ]}
        for area, rows in groupby(topics, key=lambda topic: topic.area.name)
    ]  # fmt: skip
    return {
        "areas": areas,
        "places": places,
        "covered": len(cells),
        "all_cells": len(topics) * (len(places) + 1),
        "unmarked": _names(cells - shown, topics, columns),
        "added": _names(shown - cells, topics, columns),
    }


def _names(cells: set[Cell], topics: Sequence[Any], columns: Sequence[tuple[int | None, str, str]]) -> list[str]:
    """Cells in words, in the order of the matrix; those of the first NAMED, then how many more."""
    found = [f"{topic.title}: {name}" for topic in topics for pk, _at, name in columns if (topic.pk, pk) in cells]
    more = len(found) - NAMED
    return found if more <= 0 else [*found[:NAMED], _("и ещё %(n)s") % {"n": more}]


def _boxes(topic: Any, row: Sequence[tuple[str, str, bool]], off: SafeString) -> SafeString:
    """The boxes of one topic: (value of the place, its name, whether it is marked)."""
    on = SafeString(" checked")
    start = format_html('<td><input type="checkbox" name="cell" value="{}@', topic.pk)
    label = format_html('" aria-label="{}: ', topic.title)
    return format_html_join(
        "", '{}{}{}{}"{}{} /></td>', ((start, at, label, place, on if marked else "", off) for at, place, marked in row)
    )
