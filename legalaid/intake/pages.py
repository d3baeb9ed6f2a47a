"""The pages of a paper, or a refusal in words."""

from legalaid.intake.paper_rules import refused
from legalaid.kernel.drawing import Drawn, NotDrawn, draw

__all__ = ["Drawn", "draw_pages"]


def draw_pages(data: bytes) -> list[Drawn]:
    """The pages of a file, by what it contains and not by its name. Raises PaperRefused."""
    try:
        return draw(data)
    except NotDrawn as problem:
        raise refused(problem.why) from problem
