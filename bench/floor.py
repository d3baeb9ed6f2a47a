"""How fast this machine is: the whole booking written by hand (lock, check, three inserts), by pgbench.

Goals in milliseconds were set where it makes 4,600 a second (quality.md); a machine owes the same multiple of its own.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import psycopg

from legalaid.ops.postgres import DATABASE, USER, find_binaries, socket_dir, url

GOAL = 4_600.0
"""Whole transactions a second of the slower of the two machines that quality.md measured."""
SECONDS = 5
FOLDER = Path(__file__).resolve().parent


def prepare(state: Path) -> None:
    """Make its tables in the database of `state`."""
    with psycopg.connect(url(state), autocommit=True) as connection:
        connection.execute((FOLDER / "booking_floor_schema.sql").read_text().encode())


def transactions(state: Path, clients: int) -> float:
    """Transactions a second of so many clients."""
    pgbench = find_binaries().path("pgbench")
    command = [pgbench, "-n", "-c", str(clients), "-j", "2", "-T", str(SECONDS), "-M", "prepared"]
    command += ["-f", str(FOLDER / "booking_floor.sql"), "-h", str(socket_dir(state)), "-U", USER, DATABASE]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    match = re.search(r"tps = ([\d.]+)", said)
    assert match, said
    return float(match.group(1))
