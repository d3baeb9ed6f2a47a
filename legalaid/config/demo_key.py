"""The demo's secret key: random, kept in STATE_DIR with mode 0600, never in the code."""

import os
import secrets
from pathlib import Path


def demo_key(state_dir: Path) -> str:
    """Return the key of this demo, making it once; safe when several processes start together."""
    path = state_dir / "secret_key"
    state_dir.mkdir(parents=True, exist_ok=True)
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(fd, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key
