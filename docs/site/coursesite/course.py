"""What the site knows of the course: its plan, its lessons, and what each says of itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from coursesite.fresh import copy_name
from mlops_lab.workbench.runs.claims.status import claims_status
from mlops_lab.workbench.runs.course import lesson_paths
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.run import copy_of
from mlops_lab.workbench.runs.stills import stills_of
from mlops_lab.workbench.study.builds import builds_on
from mlops_lab.workbench.study.picture import course_title

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Lesson", "Planned", "SiteError", "plan", "read_lessons"]

_ROW = re.compile(r"^\| \*\*(\w+)\*\* \| (.*) \|$", re.MULTILINE)
_PLANNED = re.compile(r"(?:\*\*)?(\d+\.\d+) ([^*|\]]+)")


class SiteError(Exception):
    """Something in the lessons or beside them does not fit together."""


@dataclass(frozen=True)
class Planned:
    """One place in the course's plan, taken by a lesson or still empty."""

    id: str
    title: str
    course: str


@dataclass(frozen=True)
class Lesson:
    """A lesson, as it is stored and as it was executed.

    Attributes
    ----------
    id : str
        Such as ``"4.5"``.
    path : Path
        The notebook in the course folder.
    nb : NotebookNode
        Executed, where it has been; else as it is stored.
    executed : bool
    builds : tuple of str
        The lessons that it builds on.
    choice : mapping
        Its entry in ``lessons.yaml``.
    """

    id: str
    path: Path
    nb: "NotebookNode"
    executed: bool
    builds: tuple[str, ...]
    choice: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What its page is called: ``4.5_drift``."""
        return copy_of(self.path, self.id)

    @property
    def course(self) -> str:
        """Its course: ``4 Deployment``."""
        return course_title(self.path.parent.name)

    @property
    def heading(self) -> str:
        """Its first heading: ``4.5 Drift``."""
        return self._opening[0].removeprefix("# ").strip()

    @property
    def title(self) -> str:
        """Its heading without the id: ``Drift``."""
        return self.heading.removeprefix(self.id).strip()

    @property
    def promise(self) -> str:
        """What you can do after it, a sentence."""
        return " ".join(line for line in self._opening[1:] if line)

    @property
    def gain(self) -> str:
        """Its promise without what all promises begin with: ``Say what an alarm can see``."""
        words = self.promise.removeprefix("After this lesson you can ")
        return words[:1].upper() + words[1:]

    @property
    def _opening(self) -> list[str]:
        lines: list[str] = self.cell("title").source.splitlines()
        return lines

    @cached_property
    def card(self) -> Mapping[str, str]:
        """The rows of the card at its top: Objectives, Minutes, Prerequisites, Data, Writes."""
        return dict(_ROW.findall(self.cell("card").source))

    @property
    def objectives(self) -> list[str]:
        """What you learn to do, each with a capital."""
        parts = [part.strip() for part in self.card["Objectives"].split(";")]
        return [part[:1].upper() + part[1:] for part in parts]

    @property
    def has_assignment(self) -> bool:
        """Whether an assignment is beside it."""
        return self.path.with_stem(f"{self.path.stem}_assignment").is_file()

    @property
    def claims(self) -> str:
        """How many of its claims hold over all their ranges; empty where that was not tried."""
        known = claims_status(self.path)
        return str(known) if known.claims else ""

    @property
    def moves(self) -> bool:
        """Whether its run has drawn the states of an explorer."""
        return bool(stills_of(self.nb))

    @property
    def picture(self) -> str:
        """The id of the cell whose picture stands for the lesson."""
        return str(self.choice.get("picture", ""))

    def cell(self, name: str) -> "NotebookNode":
        """Find a cell by its id."""
        cells: dict[str, NotebookNode] = {cell.id: cell for cell in self.nb.cells}
        if name in cells:
            return cells[name]
        raise SiteError(f"{self.path}: there is no cell with the id {name!r}")


def plan(readme: Path) -> list[Planned]:
    """Read the plan of the course from the table in the README.

    Parameters
    ----------
    readme : Path
        The table under its heading ``The course`` has one column a course.

    Returns
    -------
    list of Planned
        Course by course, in the order of each column.
    """
    part = readme.read_text(encoding="utf-8").partition("\n## The course\n")[2]
    rows = [line for line in part.splitlines() if line.startswith("|")]
    columns = zip(*(row.strip("|").split("|") for row in rows), strict=True)
    return [one for column in columns for one in _column([cell.strip() for cell in column])]


def _column(cells: list[str]) -> Iterator[Planned]:
    for cell in cells[2:]:  # after the heading and the line below it
        if match := _PLANNED.search(cell):
            yield Planned(id=match[1], title=match[2].strip(), course=cells[0])


def read_lessons(course: Path, executed: Path, choices: Path) -> list[Lesson]:
    """Read every lesson of the course.

    Parameters
    ----------
    course : Path
        The folder ``notebooks``.
    executed : Path
        What ``mlops-lab run -o`` named; a lesson that is not there is read as it is stored.
    choices : Path
        ``lessons.yaml``: the picture and the terms of each lesson.

    Returns
    -------
    list of Lesson
        In the order of the course.
    """
    paths = lesson_paths(course)
    chosen = yaml.safe_load(choices.read_text(encoding="utf-8"))
    if strangers := chosen.keys() - paths.keys():
        raise SiteError(f"{choices} names {', '.join(sorted(strangers))}; no such lessons")
    builds = builds_on(paths)
    return [
        _lesson(name, path, executed, builds[name], chosen.get(name, {}))
        for name, path in paths.items()
    ]


def _lesson(
    name: str, path: Path, executed: Path, builds: tuple[str, ...], choice: Mapping[str, Any]
) -> Lesson:
    ran = executed / copy_name(name, path)
    there = ran.is_file()
    return Lesson(name, path, read_notebook(ran if there else path), there, builds, choice)
