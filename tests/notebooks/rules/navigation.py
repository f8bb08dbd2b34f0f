"""Where a notebook leads: what it builds on is a lesson that there is; what is next, it leaves out.

The card's prerequisites are the one place that says what builds on what. The map, the links in the
lab and those of the site are made from them.
"""

import re
from pathlib import Path

from nbformat import NotebookNode

from mlops_lab.workbench.study.navigation import BOTTOM, TOP, Place, places
from rules.lesson import card_rows
from rules.reading import lesson_id, markdown_cells, prose, where

__all__ = ["lessons_named_are_there", "next_left_to_the_page", "prerequisites_named"]

ID = re.compile(r"(?<![\d.])\d+\.\d+(?![\d.]*\d)")


def prerequisites_named(nb: NotebookNode, path: Path) -> list[str]:
    """The card names what a lesson builds on by id and title, or begins with `None`."""
    row = card_rows(nb).get("Prerequisites", "None")
    named = ID.findall(row)
    if not named and not row.startswith("None"):
        return [f"the card's prerequisites are {row!r}; allowed are lessons, or 'None' at first"]
    known = _known(path) if named else {}
    problems = [
        f"the card names {one}; {_told(known, one)}"
        for one in named
        if one not in known or known[one].heading not in row or one == lesson_id(path)
    ]
    if named and row.startswith("None"):
        problems.append(f"the card says 'None' and names {named}")
    return problems


def _told(known: dict[str, Place], lesson: str) -> str:
    if lesson in known:
        return f"allowed is {known[lesson].heading!r}, in another lesson"
    return f"lessons that are there: {', '.join(known)}"


def _known(path: Path) -> dict[str, Place]:
    return places(path.absolute().parents[1])


def lessons_named_are_there(nb: NotebookNode, path: Path) -> list[str]:
    """A text that sends the reader to `lesson 4.1` names one that is there."""
    found = [
        (cell, one)
        for cell in markdown_cells(nb)
        for one in re.findall(r"\b[Ll]esson (\d+\.\d+)\b", prose(cell.source))
    ]
    known = _known(path) if found else {}
    return [
        f"{where(cell)} names lesson {one}; there are {', '.join(known)}"
        for cell, one in found
        if one not in known
    ]


def next_left_to_the_page(nb: NotebookNode, _path: Path) -> list[str]:
    """No text says what is next: lab and site write that, with links, from what is there."""
    problems = [
        f"{where(cell)} says what is next; leave the line out, lab and site write it"
        for cell in markdown_cells(nb)
        if re.search(r"^\W*(?:Next|Go on)\b\W*:", prose(cell.source), flags=re.M)
    ]
    taken = [cell for cell in nb.cells if cell.get("id") in (TOP, BOTTOM)]
    return problems + [f"{where(cell)} has an id that lab and site use" for cell in taken]
