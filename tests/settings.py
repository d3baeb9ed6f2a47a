"""Settings of the suite: a PostgreSQL of its own that lives as long as the run, and nothing that leaves the process."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from legalaid.ops.postgres import Cluster, url

# Durability is not what tests of rules are about; the server that keeps people's data never runs like this.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}


def _own_server() -> None:
    """Start one server for the run; workers of xdist inherit its address and start nothing."""
    state = Path(tempfile.mkdtemp(prefix="legalaid-test-"))
    cluster = Cluster(state, settings=FAST)
    cluster.start()

    def away() -> None:
        cluster.stop()
        shutil.rmtree(state, ignore_errors=True)

    atexit.register(away)
    os.environ["DATABASE_URL"] = url(state)
    os.environ["LEGALAID_TEST_STATE"] = str(state)


if not os.environ.get("DATABASE_URL"):
    _own_server()
elif "LEGALAID_TEST_STATE" not in os.environ:
    os.environ["LEGALAID_TEST_STATE"] = tempfile.mkdtemp(prefix="legalaid-test-")

os.environ["STATE_DIR"] = os.environ["LEGALAID_TEST_STATE"]
os.environ["SECRET_KEY"] = "only-for-tests"
os.environ["DEMO"] = "0"
os.environ["BUS_URL"] = "memory:"
os.environ.pop("PUBLIC_URL", None)
os.environ.pop("DB_POOL", None)

from legalaid.config.settings import *  # noqa: E402, F403

Path(os.environ["STATE_DIR"], "static").mkdir(exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Argon2 is slow on purpose
