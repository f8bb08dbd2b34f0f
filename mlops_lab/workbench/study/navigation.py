"""Where a lesson leads: to its assignment, to the next lesson that there is, and to the start."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from mlops_lab.workbench.runs.course import lesson_paths
from mlops_lab.workbench.runs.lesson import read_lesson
from mlops_lab.workbench.study.builds import PREREQUISITES

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "BOTTOM",
    "START",
    "TOP",
    "Link",
    "Place",
    "add_navigation",
    "in_workspace",
    "link_lessons",
    "places",
]

START = "Start here.ipynb"
"""The notebook of a workspace that opens first."""
TOP, BOTTOM = "navigation-top", "navigation-bottom"
"""The ids of the two cells that lead on from a lesson or an assignment."""
Link = Callable[[str, str], str]
"""Makes the Markdown of a link from its text and the name of the notebook that it leads to."""
_MENTION = re.compile(r"(?<!\[)\b([Ll]esson )(\d+\.\d+)\b")


@dataclass(frozen=True)
class Place:
    """A lesson, as a place to go to.

    Attributes
    ----------
    lesson : str
        Such as ``"4.5"``.
    heading : str
        Such as ``"4.5 Drift"``.
    name : str
        The notebook's place in the course and in a workspace, ``"4_deployment/05_drift.ipynb"``.
    assignment : str
        That of its assignment; empty where there is none.
    """

    lesson: str
    heading: str
    name: str
    assignment: str


def places(course: Path, *, assignments: bool = True) -> dict[str, Place]:
    """List where one can go in a course, by the lesson's id and in the course's order.

    Parameters
    ----------
    course : Path
        The folder from `find_course`.
    assignments : bool
        Whether there are any to go to.
    """
    found = {}
    for lesson, path in lesson_paths(course).items():
        beside = path.with_stem(f"{path.stem}_assignment")
        folder, there = path.parent.name, assignments and beside.is_file()
        found[lesson] = Place(
            lesson=lesson,
            heading=f"{lesson} {read_lesson(path).title}",
            name=f"{folder}/{path.name}",
            assignment=f"{folder}/{beside.name}" if there else "",
        )
    return found


def in_workspace(text: str, name: str) -> str:
    """Make a link between the notebooks of a workspace, each in the folder of its course.

    Examples
    --------
    >>> in_workspace("4.5 Drift", "4_deployment/05_drift.ipynb")
    '[4.5 Drift](../4_deployment/05_drift.ipynb)'
    """
    return f"[{text}](../{quote(name)})"


def link_lessons(row: str, known: Mapping[str, Place], link: Link) -> str:
    """Link the lessons that a line names by their ids, with their titles where these follow.

    Parameters
    ----------
    row : str
        Such as a card's prerequisites: ``"4.1 Serving helps"``.
    known, link
        As in `add_navigation`; what is not in `known` stays as it is.
    """
    names = {text: one.name for one in known.values() for text in (one.heading, one.lesson)}
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = rf"(?<![\d.])(?:{longest_first})(?!\d)" if names else "(?!)"
    return re.sub(pattern, lambda match: link(match[0], names[match[0]]), row)


def add_navigation(
    nb: "NotebookNode",
    known: Mapping[str, Place],
    lesson: str,
    link: Link,
    *,
    assignment: bool = False,
) -> None:
    """Add a line of links below the title and at the end, and link the lessons that it names.

    Parameters
    ----------
    nb : NotebookNode
        A lesson or an assignment; changed in place.
    known : mapping of str to Place
        From `places`.
    lesson : str
        Whose notebook it is, such as ``"4.5"``.
    link : callable
        Such as `in_workspace`.
    assignment : bool
        Whether it is the assignment, which leads back to its lesson.
    """
    from nbformat.v4 import new_markdown_cell  # slow to import

    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = _linked(cell.source, known, link)
    line = " · ".join(_steps(known, lesson, link, assignment=assignment))
    nb.cells.insert(1, new_markdown_cell(line, id=TOP))
    nb.cells.append(new_markdown_cell(f"---\n\n**Go on:** {line}", id=BOTTOM))


def _steps(known: Mapping[str, Place], lesson: str, link: Link, *, assignment: bool) -> list[str]:
    here, order = known[lesson], list(known)
    steps = [link("Start here", START)]
    if assignment:
        steps.append(f"The lesson: {link(here.heading, here.name)}")
    elif here.assignment:
        steps.append(link(f"Assignment of {lesson}", here.assignment))
    after = order[order.index(lesson) + 1 :]
    following = link(known[after[0]].heading, known[after[0]].name) if after else ""
    return [*steps, f"Next lesson: {following}" if after else "This is the last lesson so far"]


def _linked(text: str, known: Mapping[str, Place], link: Link) -> str:
    """Link the lessons in the card's prerequisites, and each that the text calls a lesson."""

    def mention(match: "re.Match[str]") -> str:
        place = known.get(match[2])
        return f"{match[1]}{link(place.lesson, place.name)}" if place else match[0]

    def row(match: "re.Match[str]") -> str:
        return match[0].replace(match[1], link_lessons(match[1], known, link))

    if PREREQUISITES.search(text):
        return PREREQUISITES.sub(row, text)
    return _MENTION.sub(mention, text)
