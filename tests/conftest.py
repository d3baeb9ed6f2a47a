"""The suite is booby-trapped: see tests/support/traps.py, and tests/traps for the proof that each trap bites."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.template import engines
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from tests.support import traps

# Machines of tests are shared: how long one example takes says nothing.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """An unknown template variable fails from the first template on."""
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = traps.UnknownVariable()
    engines._templates = None  # type: ignore[assignment]


@pytest.fixture(autouse=True)
def _plain_language() -> Iterator[None]:
    """A page answered in English leaves its language to the thread; the next test begins in Russian."""
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _traps(monkeypatch: pytest.MonkeyPatch) -> None:
    traps.allow_defaults(monkeypatch)
    traps.refuse_unordered_slices(monkeypatch)
    traps.lint_answers(monkeypatch)
