"""What training measured, as it stands beside the weights."""

import json
from functools import cache
from typing import Any

from legalaid.triage.model import FOLDER


@cache
def read_report() -> dict[str, Any]:
    """The report of the last training: figures with intervals, confusion of authorities, topics from the worst on."""
    found: dict[str, Any] = json.loads((FOLDER / "report.json").read_text(encoding="utf-8"))
    return found
