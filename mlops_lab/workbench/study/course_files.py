"""What the course gives a learner: each lesson, and the student version of each assignment."""

import hashlib
import importlib.util
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.study.as_saved import as_saved
from mlops_lab.workbench.study.navigation import Place, add_navigation, in_workspace, places

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "NO_ASSIGNMENTS",
    "CourseFile",
    "course_files",
    "find_course_file",
    "learner_version",
    "without_outputs",
]

NO_ASSIGNMENTS = (
    "Assignments are left out: they need nbgrader, which `pip install mlops-lab[classroom]` brings."
)


@dataclass(frozen=True)
class CourseFile:
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
    known : mapping of str to Place
        Where its links may lead.
    """

    lesson: str
    name: str
    master: Path
    assignment: bool
    known: Mapping[str, Place] = field(repr=False)

    @property
    def title(self) -> str:
        """Name it for people."""
        return f"{self.lesson} {Path(self.name).stem[3:].replace('_', ' ')}"

    @property
    def digest(self) -> str:
        """Return what changes whenever the master does, or what it leads to."""
        leads = repr(list(self.known.values())).encode()
        return hashlib.sha256(self.master.read_bytes() + leads).hexdigest()


def course_files(course: Path, *, assignments: bool | None = None) -> list[CourseFile]:
    """List what a course gives, in its order, each lesson before its assignment.

    Parameters
    ----------
    course : Path
        The folder from `find_course`.
    assignments : bool, optional
        Whether to list them; by default where nbgrader, which makes student versions, is there.
    """
    both = importlib.util.find_spec("nbgrader") is not None if assignments is None else assignments
    known, found = places(course, assignments=both), []
    for lesson, place in known.items():
        found.append(CourseFile(lesson, place.name, course / place.name, False, known))
        if place.assignment:
            found.append(
                CourseFile(lesson, place.assignment, course / place.assignment, True, known)
            )
    return found


def find_course_file(
    word: str, known: Sequence[CourseFile], *, assignment: bool = False
) -> CourseFile:
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


def _names(one: CourseFile) -> tuple[str, ...]:
    stem = Path(one.name).stem.removesuffix("_assignment")
    return one.lesson, stem, stem.partition("_")[2], one.name


def learner_version(one: CourseFile) -> "NotebookNode":
    """Make what the learner gets: a lesson, or an assignment's student version, with its links.

    Its metadata is what JupyterLab would write, which therefore has nothing to change in a notebook
    that is only read. Outputs that a lesson's master stores are in it; `without_outputs` removes
    them.

    Raises
    ------
    RefusedError
        When the master cannot be read or released.
    """
    nb = _student_version(one) if one.assignment else read_notebook(one.master)
    add_navigation(nb, one.known, one.lesson, in_workspace, assignment=one.assignment)
    return as_saved(nb)


def _student_version(one: CourseFile) -> "NotebookNode":
    from mlops_lab.workbench.classroom.student_version import student_version

    try:
        return student_version(read_notebook(one.master))
    except RefusedError as error:
        raise RefusedError(f"{one.master}: {error}") from error


def without_outputs(nb: "NotebookNode") -> "NotebookNode":
    """Return a copy in which nothing has been run."""
    clean = deepcopy(nb)
    for cell in clean.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return clean
