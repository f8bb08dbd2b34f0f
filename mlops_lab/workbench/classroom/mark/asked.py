"""What a release asks in the tasks that a person marks: question, rubric, model answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.classroom.frozen import Release, read_master
from mlops_lab.workbench.classroom.mark.rubric import Rubric, before_rubric, read_rubric

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Asked", "asked_in", "text_above"]

_HEADING = re.compile(r"^## .*$", re.MULTILINE)
_MARKERS = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """A task as its release asks it.

    Attributes
    ----------
    place : int
        Where it stands in the notebook.
    task, title : str
        The grade_id, and the heading above it.
    question, model : str
        The text above the answer without heading and rubric, and the master's own answer.
    rubric : Rubric
        From the master.
    code : bool
        Whether the answer is code.
    of : float
        What it is worth.
    """

    place: int
    task: str
    title: str
    question: str
    rubric: Rubric
    model: str
    code: bool
    of: float


def asked_in(release: Release, student: "NotebookNode") -> tuple[Asked, ...]:
    """List the tasks of a release that a person marks.

    Parameters
    ----------
    release : Release
        Its frozen master is read.
    student : NotebookNode
        Its student version, from `read_student`.
    """
    from mlops_lab.workbench.classroom.titles import titles

    master, called = read_master(release), titles(student)
    return tuple(
        Asked(
            place=place,
            task=task.grade_id,
            title=called[task.grade_id],
            question=before_rubric(_HEADING.sub("", text_above(student, task.grade_id), 1)).strip(),
            rubric=read_rubric(text_above(master, task.grade_id)),
            model=_model(master, task.grade_id),
            code=master.cells[_place(master, task.grade_id)].cell_type == "code",
            of=task.points,
        )
        for place, task in enumerate(release.tasks)
        if task.manual
    )


def _place(nb: "NotebookNode", task: str) -> int:
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells]
    return names.index(task)


def text_above(nb: "NotebookNode", task: str) -> str:
    """Return the text that belongs to a task, from its heading down to its graded cell."""
    return "\n\n".join(reversed([cell.source for cell in _going_up(nb, _place(nb, task))]))


def _going_up(nb: "NotebookNode", place: int) -> Iterator["NotebookNode"]:
    """Yield a task's texts from the graded cell up to its heading or the next graded cell."""
    facts: dict[str, Any]
    for cell in reversed(nb.cells[: place + 1]):
        facts = cell.metadata.get("nbgrader", {})
        own = cell is nb.cells[place]
        if (facts.get("grade") or facts.get("task")) and not own:
            return
        if cell.cell_type == "markdown" and not facts.get("solution"):
            yield cell
            if _HEADING.search(cell.source):
                return


def _model(master: "NotebookNode", task: str) -> str:
    cell = master.cells[_place(master, task)]
    if not cell.metadata["nbgrader"].get("solution"):
        return ""  # a task without an answer cell: what it says is the question
    return _MARKERS.sub("", cell.source).strip()
