"""What a person needs besides an answer."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Adaptations:
    """Needs of one request: of a booth (AccessNeed), an interpreter's language, a place out of turn, a deadline."""

    needs: tuple[str, ...] = field(default=())
    interpreter: str = ""
    out_of_turn: bool = False
    deadline_on: date | None = None


NONE = Adaptations()
