"""The traps of the suite: what they catch fails the test that met it, whatever the test was about."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.template.base import FilterExpression, Node
from django.test import Client

from tests.support.html_lint import problems

ROOT = Path(__file__).resolve().parents[2]
OURS = (str(ROOT / "legalaid") + "/", str(ROOT / "tests") + "/")
DEFAULTS = {"default", "default_if_none"}


class TrapSprung(AssertionError):
    """Something that is never right was met on the way."""


class UnknownVariable:
    """Stands as `string_if_invalid`: a template of ours that names an unknown variable fails."""

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        origin = _template_in_work()
        if origin.startswith(OURS):
            raise TrapSprung(f"unknown template variable «{variable}» in {Path(origin).relative_to(ROOT)}")
        return ""

    def __str__(self) -> str:
        return ""


def _template_in_work() -> str:
    """The file of the template whose node is being rendered, innermost first."""
    frame = inspect.currentframe()
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            return str(node.origin.name)
        frame = frame.f_back
    return ""


def allow_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """`{{ name|default:"…" }}` says itself that the name may be unknown."""
    resolve = FilterExpression.resolve

    def tolerant(self: FilterExpression, context: Any, ignore_failures: bool = False) -> Any:
        has_default = any(function.__name__ in DEFAULTS for function, _ in self.filters)
        return resolve(self, context, ignore_failures or has_default)

    monkeypatch.setattr(FilterExpression, "resolve", tolerant)


def refuse_unordered_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice of rows without an order is another answer each time."""
    get = QuerySet.__getitem__

    def ordered(self: QuerySet[Any], key: Any) -> Any:
        caller = inspect.stack(context=0)[1]
        if not self.ordered and self._result_cache is None and caller.filename.startswith(OURS):
            raise TrapSprung(f"unordered slice of {self.model.__name__} in {caller.filename}:{caller.lineno}")
        return get(self, key)

    monkeypatch.setattr(QuerySet, "__getitem__", ordered)


def lint_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every HTML answer to any `django.test.Client` is linted, a fragment as a fragment."""
    request = Client.request

    def linted(self: Client, **environment: Any) -> Any:
        response: HttpResponseBase = request(self, **environment)
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            html = response.content.decode(response.charset)  # type: ignore[attr-defined]
            if html.strip():
                fragment = environment.get("HTTP_HX_REQUEST") == "true" and "<html" not in html
                if found := problems(html, fragment=fragment):
                    address = environment.get("PATH_INFO")
                    raise TrapSprung(f"{address} answered a page with faults:\n  " + "\n  ".join(found))
        return response

    monkeypatch.setattr(Client, "request", linted)
