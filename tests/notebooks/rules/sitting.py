"""A lesson is one sitting, or two with a good place to stop between them; each has its limits."""

import re
from pathlib import Path

from nbformat import NotebookNode

from rules.counting import card_minutes, sittings, size
from rules.lesson import card_rows
from rules.reading import markdown_cells, where

__all__ = ["minutes_counted", "sitting_size", "sittings_marked"]

WORDS, LINES, CELLS = 2400, 280, 30
SHORTEST, LONGEST = 20, 40
STOP = "a good place to stop"
SECOND = re.compile(r"## Second sitting: \S[^\n]*\n+[^#|\n](?:[^\n]|\n(?!\n))*\.\s*")


def sitting_size(nb: NotebookNode, _path: Path) -> list[str]:
    """A sitting has at most 2,400 words, 280 lines of code and 30 code cells."""
    problems = []
    for number, part in enumerate(sittings(nb), start=1):
        found = size(part)
        for count, most, what in (
            (found.words, WORDS, "words"),
            (found.lines, LINES, "lines of code"),
            (found.cells, CELLS, "code cells"),
        ):
            if count > most:
                problems.append(f"sitting {number} has {count:,} {what}; {most:,} at most")
    return problems


def minutes_counted(nb: NotebookNode, _path: Path) -> list[str]:
    """The card's minutes are the counted ones, 20 to 40 a sitting: `25`, or `25 + 20` for two."""
    counted = card_minutes(nb)
    wanted = " + ".join(map(str, counted))
    found = card_rows(nb).get("Minutes", wanted)
    problems = []
    if found != wanted:
        problems.append(f"the card says {found!r} minutes; counted are {wanted!r}")
    return problems + [
        f"a sitting takes {minutes} minutes; allowed are {SHORTEST} to {LONGEST}"
        for minutes in counted
        if not SHORTEST <= minutes <= LONGEST
    ]


def sittings_marked(nb: NotebookNode, _path: Path) -> list[str]:
    """Two sittings at most: `a good place to stop`, then `## Second sitting: ...` and a promise."""
    parts = sittings(nb)
    if len(parts) > 2:
        return [f"the lesson has {len(parts)} sittings; two at most: three are two lessons"]
    ends = [part[-1] for part in parts[:-1] if part]
    stops = [cell for cell in markdown_cells(nb) if STOP in " ".join(cell.source.lower().split())]
    problems = [
        f"{where(cell)} says {STOP!r}; only the cell before '## Second sitting: ...' does"
        for cell in stops
        if cell not in ends
    ]
    problems += [
        f"{where(cell)} ends the first sitting and does not say {STOP!r}"
        for cell in ends
        if cell not in stops
    ]
    return problems + [
        f"{where(part[0])} is not '## Second sitting: topic' and one sentence of promise"
        for part in parts[1:]
        if not SECOND.fullmatch(part[0].source)
    ]
