"""What a memo must have before it is issued, and how its number and code are made. Pure."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that a voice or an eye confuses
CODE_LENGTH = 12  # 30^12 ≈ 2^59: not to be guessed through a public page that counts attempts


@dataclass(frozen=True, slots=True)
class MemoText:
    """What the citizen will read. Steps and documents: one a line."""

    asked: str
    law: str
    steps: str
    documents: str

    def missing(self) -> str:
        """Name of the first field that must not be empty, or ''."""
        for name in ("asked", "law", "steps"):
            if not getattr(self, name).strip():
                return name
        return ""


def lines(text: str) -> list[str]:
    """Non-empty lines without bullets or numbers that were typed by hand."""
    found = (line.strip().lstrip("•-–—*").strip() for line in text.splitlines())
    return [line for line in found if line]


def new_code() -> str:
    """A check code, e.g. «K7MQ-2X4P-9RWB»."""
    raw = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(raw[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def memo_number(request_number: str, earlier: int) -> str:
    """«П-61-4827», and «П-61-4827-2» when a memo of the same request was issued before."""
    return f"П-{request_number}" + (f"-{earlier + 1}" if earlier else "")


@dataclass(frozen=True, slots=True)
class MemoSheet:
    """Everything that stands on the printed memo."""

    number: str
    code: str
    check_url: str
    issued_at: datetime
    zone: str
    request_number: str
    topic: str
    authority: str
    expert: str
    position: str
    region: str
    text: MemoText
    deadline: str
    acts: Sequence[str]
