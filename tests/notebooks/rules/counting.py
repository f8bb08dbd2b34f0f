"""How long a lesson is: its sittings, their words, code and questions, the minutes that follow."""

import re
from dataclasses import dataclass
from math import floor

from nbformat import NotebookNode

from rules.reading import calls, code_lines, headings

__all__ = ["Size", "card_minutes", "sittings", "size"]

WORDS_A_MINUTE, LINES_A_MINUTE, STEP = 200, 12, 5
EXPLORER = 3
"""Minutes that a reader spends with the explorer."""

SITTING = re.compile(r"\w+ sitting: ")


@dataclass(frozen=True)
class Size:
    """What a reader has before them: words of text, lines of code, code cells, questions."""

    words: int
    lines: int
    cells: int
    questions: int

    def minutes(self, *, explorer: bool) -> int:
        """Return the minutes that this takes, to the nearest 5; halves go up."""
        reading = self.words / WORDS_A_MINUTE + self.lines / LINES_A_MINUTE
        return STEP * floor((reading + self.questions + EXPLORER * explorer) / STEP + 0.5)


def size(cells: list[NotebookNode]) -> Size:
    """Count cells: words of markdown, lines of code that are not blank, self-checks."""
    code = [cell for cell in cells if cell.cell_type == "code"]
    return Size(
        words=sum(len(cell.source.split()) for cell in cells if cell.cell_type == "markdown"),
        lines=sum(code_lines(cell.source) for cell in code),
        cells=len(code),
        questions=sum(len(calls(cell.source, "kit.predict", "kit.choose")) for cell in code),
    )


def sittings(nb: NotebookNode) -> list[list[NotebookNode]]:
    """Split a lesson before each cell with a heading such as `## Second sitting: ...`."""
    parts: list[list[NotebookNode]] = [[]]
    for cell in nb.cells:
        if any(SITTING.match(title) for title in headings(cell, 2)):
            parts.append([])
        parts[-1].append(cell)
    return parts


def card_minutes(nb: NotebookNode) -> list[int]:
    """Return the minutes of each sitting, as the card has to say them.

    The explorer counts where its section is, and in a lesson of one sitting always.
    """
    parts = sittings(nb)
    return [size(part).minutes(explorer=len(parts) == 1 or _explores(part)) for part in parts]


def _explores(part: list[NotebookNode]) -> bool:
    return any(title.startswith("Explore: ") for cell in part for title in headings(cell, 2))
