"""A release as it was frozen: what grading goes by, however the master changes later."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.classroom.points import added
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "EXTRA",
    "Release",
    "Task",
    "content_digest",
    "load_release",
    "read_master",
    "read_student",
    "releases",
    "tags_of",
    "tasks_of",
]

EXTRA = "extra-credit"
"""The tag of a graded cell whose points come on top of the total."""
RECORD, MASTER, STUDENT = "release.json", "master.ipynb", "student.ipynb"


@dataclass(frozen=True)
class Task:
    """One graded cell: a test, or an answer that a person reads.

    Points of an `extra` one come on top of the total, which does not count them in what it is of.
    """

    grade_id: str
    points: float
    manual: bool
    extra: bool = False


@dataclass(frozen=True)
class Release:
    """One release of an assignment.

    Attributes
    ----------
    assignment : str
        Its id, such as ``"4.5"``.
    number : int
        1 for the first; releasing a changed master again makes the next.
    notebook : str
        The file name that students get.
    digest : str
        Of the master's content, from `content_digest`.
    time : str
        When it was released, ISO 8601 in UTC.
    variant_seed : int or None
        What each student's own seed is drawn from; None when all get the same data.
    tasks : tuple of Task
        In the notebook's order.
    answers : tuple of str
        The grade ids of the cells that students write.
    path : Path
        The frozen folder with ``master.ipynb``, ``student.ipynb`` and ``release.json``.
    """

    assignment: str
    number: int
    notebook: str
    digest: str
    time: str
    variant_seed: int | None
    tasks: tuple[Task, ...]
    answers: tuple[str, ...]
    path: Path

    @property
    def points(self) -> float:
        """The points of all tasks but those for extra credit."""
        return added(task.points for task in self.tasks if not task.extra)


def content_digest(nb: "NotebookNode") -> str:
    """Return the SHA-256 of what counts in a notebook: cells and metadata, no outputs or counts."""
    cells = [[c.cell_type, c.source, c.get("id"), c.metadata] for c in nb.cells]
    text = json.dumps([cells, nb.metadata], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _facts(nb: "NotebookNode") -> Iterable[tuple["NotebookNode", dict[str, Any]]]:
    return ((c, c.metadata["nbgrader"]) for c in nb.cells if "nbgrader" in c.metadata)


def tasks_of(nb: "NotebookNode") -> tuple[tuple[Task, ...], tuple[str, ...]]:
    """List the graded cells of a notebook, and the ids of the cells that hold answers.

    Raises
    ------
    RefusedError
        When nothing is graded, points are no number from 0 up, or an id is there twice.
    """
    tasks, answers, seen = [], [], set()
    for cell, facts in _facts(nb):
        grade, solution = facts.get("grade"), facts.get("solution")
        manual = bool(facts.get("task") or (grade and solution) or cell.cell_type != "code")
        name = str(facts.get("grade_id", ""))
        if name in seen:
            raise RefusedError(f"Two cells have the grade_id {name!r}. Give each its own.")
        seen.add(name)
        if grade or facts.get("task"):
            points = _points(name, facts.get("points"))
            tasks.append(Task(name, points, manual, extra=EXTRA in tags_of(cell)))
        if solution:
            answers.append(name)
    if not tasks:
        raise RefusedError("No cell is graded: nbgrader's metadata says `grade` in none of them.")
    return tuple(tasks), tuple(answers)


def tags_of(cell: "NotebookNode") -> tuple[str, ...]:
    """List the tags of a cell, whatever else stands in their place."""
    tags = cell.metadata.get("tags")
    return tuple(map(str, tags)) if isinstance(tags, list) else ()


def _points(name: str, points: object) -> float:
    good = isinstance(points, int | float) and not isinstance(points, bool)
    if good and 0 <= points < float("inf"):  # type: ignore[operator]  # good says a number
        return points  # type: ignore[return-value]  # likewise
    raise RefusedError(f"Cell {name!r} has {points!r} points; a number from 0 up is allowed.")


def as_record(release: Release) -> bytes:
    """Write a release as the text of its ``release.json``."""
    record = asdict(release)
    del record["path"]
    return (json.dumps(record, indent=2) + "\n").encode()


def releases(frozen: Path, assignment: str | None = None) -> list[Release]:
    """List what was released, sorted by assignment, then by number; empty when nothing was.

    Parameters
    ----------
    frozen : Path
        The class's folder of frozen releases.
    assignment : str, optional
        Only those of this one.
    """
    found = [_load(file.parent) for file in frozen.glob(f"{assignment or '*'}/[0-9]*/{RECORD}")]
    return sorted(found, key=lambda one: (one.assignment, one.number))


def load_release(frozen: Path, assignment: str, number: int | None = None) -> Release:
    """Load one release, the newest unless its number is given.

    Raises
    ------
    RefusedError
        When there is none, or its frozen master is not what was released.
    """
    known = releases(frozen, assignment)
    wanted = [one for one in known if number in (None, one.number)]
    if not wanted:
        names = sorted({one.assignment for one in releases(frozen)})
        what = f"release {number} of {assignment}" if known else f"assignment {assignment!r}"
        hint = did_you_mean(assignment, names) if not known else ""
        told = f" Released are: {', '.join(names)}." if names else " Nothing is released yet."
        raise RefusedError(f"There is no {what}.{hint}{told}")
    read_master(wanted[-1])
    return wanted[-1]


def _load(folder: Path) -> Release:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        tasks = tuple(Task(**one) for one in record.pop("tasks"))
        answers = tuple(record.pop("answers"))
        return Release(**record, tasks=tasks, answers=answers, path=folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"{folder / RECORD} is damaged: {error!r}.") from error


def read_master(release: Release) -> "NotebookNode":
    """Read the frozen master, with its solutions and hidden tests.

    Raises
    ------
    RefusedError
        When it is not what was released.
    """
    nb = read_notebook(release.path / MASTER)
    if content_digest(nb) != release.digest:
        raise RefusedError(
            f"{release.path / MASTER} was changed after it was frozen. Put the released file back."
        )
    return nb


def read_student(release: Release, student: str | None = None) -> "NotebookNode":
    """Read what students got, with the student's own seed where the release has variants."""
    from mlops_lab.workbench.classroom.student_version import with_seed

    nb = read_notebook(release.path / STUDENT)
    if release.variant_seed is None or student is None:
        return nb
    return with_seed(nb, release.variant_seed, student)
