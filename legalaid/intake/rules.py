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


@dataclass(frozen=True, slots=True)
class Offer:
    """What triage offered before a topic was chosen: codes, best first, and whether the best two were close."""

    codes: tuple[str, ...] = field(default=())
    asked: bool = False


MIN_PHRASE = 6
"""Letters of a pass-phrase: short enough to say, long enough not to be guessed in five tries (product choice)."""


@dataclass(frozen=True, slots=True)
class Behalf:
    """Who acts for the citizen, as typed at the desk; no name means nobody."""

    name: str = ""
    relation: str = ""
    phrase: str = ""


NOBODY = Behalf()


def spoken_phrase(phrase: str) -> str:
    """A pass-phrase as it is compared: said aloud it has no capitals, no stops and no ё."""
    letters = "".join(c if c.isalnum() else " " for c in phrase.casefold().replace("ё", "е"))
    return " ".join(letters.split())
