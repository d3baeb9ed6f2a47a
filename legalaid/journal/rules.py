"""What a seal covers: a canonical text of the entry, chained by SHA-256."""

import hashlib
import json
from collections.abc import Mapping

GENESIS = b"\0" * 32


def digest_after(previous: bytes, entry: Mapping[str, object]) -> bytes:
    """Digest of the chain once `entry` (its stored values by column name) is added to it."""
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(previous + text.encode()).digest()
