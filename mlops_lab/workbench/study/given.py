"""What the course gives a learner: each lesson, and the student version of each assignment."""

import hashlib
import importlib.util
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.course import lesson_paths
from mlops_lab.workbench.runs.errors import RefusedError, did_you_mean
from mlops_lab.workbench.runs.notebook import read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["NO_ASSIGNMENTS", "Given", "find_given", "offered", "to_give", "without_outputs"]

NO_ASSIGNMENTS = (
    "Assignments are left out: they need nbgrader, which `pip install mlops-lab[classroom]` brings."
)


@dataclass(frozen=True)
class Given:
    """One file that a learner gets.

    Attributes
    ----------
    lesson : str
        Such as ``"4.5"``.
    name : str
        Its place in the course and in the workspace, such as ``"4_deployment/05_drift.ipynb"``.
    master : Path
        The notebook that it is made from.
    assignment : bool
        Whether it is the assignment, not the lesson.
    """

    lesson: str
    name: str
    master: Path
    assignment: bool

    @property
    def title(self) -> str:
        """Name it for people."""
        return f"{self.lesson} {Path(self.name).stem[3:].replace('_', ' ')}"

    @property
    def mark(self) -> str:
        """Give what changes whenever the master does."""
        return hashlib.sha256(self.master.read_bytes()).hexdigest()


def offered(course: Path, *, assignments: bool | None = None) -> list[Given]:
    """List what a course gives, in its order, each lesson before its assignment.

    Parameters
    ----------
    course : Path
        The folder from `find_course`.
    assignments : bool, optional
        Whether to list them; by default where nbgrader, which makes student versions, is there.
    """
    both = importlib.util.find_spec("nbgrader") is not None if assignments is None else assignments
    found = []
    for lesson, path in lesson_paths(course).items():
        found.append(Given(lesson, f"{path.parent.name}/{path.name}", path, False))
        beside = path.with_stem(f"{path.stem}_assignment")
        if both and beside.is_file():
            found.append(Given(lesson, f"{path.parent.name}/{beside.name}", beside, True))
    return found


def find_given(word: str, known: Sequence[Given], *, assignment: bool = False) -> Given:
    """Find what somebody means by a lesson's id or name.

    Raises
    ------
    RefusedError
        When there is no such lesson, or it has no assignment.
    """
    kind = [one for one in known if one.assignment == assignment]
    wanted = [one for one in kind if word in _names(one)]
    if len(wanted) == 1:
        return wanted[0]
    what = "assignment" if assignment else "lesson"
    close = did_you_mean(word, [name for one in kind for name in _names(one)])
    listed = ", ".join(one.lesson for one in kind) or "none"
    raise RefusedError(f"There is no {what} {word!r}.{close} Known are: {listed}.")


def _names(one: Given) -> tuple[str, ...]:
    stem = Path(one.name).stem.removesuffix("_assignment")
    return one.lesson, stem, stem.partition("_")[2], one.name


def to_give(one: Given) -> "NotebookNode":
    """Make what the learner gets: a lesson as it is, an assignment as its student version.

    Outputs that a lesson's master stores are in it; `without_outputs` removes them.

    Raises
    ------
    RefusedError
        When the master cannot be read or released.
    """
    master = read_notebook(one.master)
    if not one.assignment:
        return master
    from mlops_lab.workbench.classroom.student_version import student_version

    try:
        return student_version(master)
    except RefusedError as error:
        raise RefusedError(f"{one.master}: {error}") from error


def without_outputs(nb: "NotebookNode") -> "NotebookNode":
    """Give a copy in which nothing has been run."""
    clean = deepcopy(nb)
    for cell in clean.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return clean
