"""Texts of the method for pages: the region's own wording where there is one, in Russian as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language

from legalaid.directory.pack_queries import parts

if TYPE_CHECKING:
    from legalaid.directory.models import MethodPart


def told(kind: str) -> dict[str, MethodPart]:
    """Texts of one kind by code, in their order; none for who reads another language: pages say it in hers."""
    return {one.code: one for one in parts(kind)} if get_language() == "ru" else {}
