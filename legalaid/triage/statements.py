"""The statements the ranker learns from: a folder of files, one for each hand that wrote.

A line «# topic.code» begins a topic, «# -» texts that have none; each line below is a statement, with the codes of
other acceptable topics after « | ».
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "statements"
UNSEEN = "visitor"
"""The hand nobody trains on or looks into while tuning: its figures are the honest ones."""
POINT = "point"
"""The hand that is not learnt either: how many of its statements meet silence says where silence begins."""
ASIDE = "aside"
"""The file of texts beside any topic."""
LEXICON = "lexicon"
"""The file of words and turns that belong to a topic: learnt like statements, never judged, for nobody speaks so."""
NOTHING = "-"
UNCLEAR = "other.unclear"
SILENT = (NOTHING, UNCLEAR)
"""Labels of texts for which the right answer is to suggest nothing."""

ABOUT = "?"
"""The column of a model that answers nothing but whether a text has no topic."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: who wrote it (the file), its topic, and other topics that would be right too."""

    hand: str
    text: str
    topic: str
    also: tuple[str, ...] = ()


def read_statements(folder: Path = FOLDER) -> list[Statement]:
    """All statements, in the order of files and lines."""
    return [one for path in sorted(folder.glob("*.txt")) if path.stem != LEXICON for one in _of_file(path)]


def read_lexicon(folder: Path = FOLDER) -> list[Statement]:
    """Rows of the lexicon, in the order of lines."""
    return _of_file(folder / f"{LEXICON}.txt")


def _of_file(path: Path) -> list[Statement]:
    found, topic = [], NOTHING
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if line.startswith("# "):
            topic = line[2:].strip()
        elif line:
            text, _, also = line.partition(" | ")
            found.append(Statement(path.stem, text.strip(), topic, tuple(also.split())))
    return found
