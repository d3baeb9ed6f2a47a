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

from legalaid.directory.agreement_queries import branches, cells_of, topics_of

HOME = "home"


def matrix(agreement: Any, *, editable: bool) -> dict[str, object]:
    """Rows of the annex by area: each topic with a box for home and for each branch. Three queries."""
    cells, places = cells_of(agreement.pk), list(branches())
    topics = topics_of(agreement)
    columns = [(None, HOME, _("из дома")), *((one.pk, str(one.pk), one.municipality) for one in places)]
    off = SafeString("" if editable else " disabled")
    areas = [
        {"area": area, "rows": [
            {"topic": topic, "boxes": _boxes(topic, [(at, place, (topic.pk, pk) in cells) for pk, at, place in columns],
                                             off)}
            for topic in rows
        ]}
        for area, rows in groupby(topics, key=lambda topic: topic.area.name)
    ]  # fmt: skip
    return {"areas": areas, "places": places, "covered": len(cells), "all_cells": len(topics) * (len(places) + 1)}


def _boxes(topic: Any, row: Sequence[tuple[str, str, bool]], off: SafeString) -> SafeString:
    """The boxes of one topic: (value of the place, its name, whether it is marked)."""
    on = SafeString(" checked")
    start = format_html('<td><input type="checkbox" name="cell" value="{}@', topic.pk)
    label = format_html('" aria-label="{}: ', topic.title)
    return format_html_join(
        "", '{}{}{}{}"{}{} /></td>', ((start, at, label, place, on if marked else "", off) for at, place, marked in row)
    )
