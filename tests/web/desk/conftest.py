"""The desk's own scene."""

import pytest
from django.utils import timezone

from tests.scenes import NOW, Region, make_region


@pytest.fixture
def region(db: None, monkeypatch: pytest.MonkeyPatch) -> Region:
    """Two posts and two booths, on Monday at 09:00 in Rostov."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_region(posts=2)
