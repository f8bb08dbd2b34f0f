"""What came of each task, in a few words: for the feedback columns of Moodle."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book import marks
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import load_release, read_student
from mlops_lab.workbench.classroom.model import Mark
from mlops_lab.workbench.classroom.titles import titles
from mlops_lab.workbench.classroom.totals import TaskPoints, Total, shown

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["comments_on"]


def comments_on(
    folder: ClassFolder, book: "Engine", found: Mapping[str, Sequence[Total]]
) -> dict[tuple[str, str], str]:
    """Write a line a task: its title, its points, and what a person said.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    book : Engine
        From `open_book`.
    found : mapping of str to sequence of Total
        By assignment.

    Returns
    -------
    dict
        By assignment and student, as HTML with everything escaped. Those who handed in nothing
        are not in it.
    """
    told = {}
    for name, totals in found.items():
        numbers = {one.release for one in totals if one.release is not None}
        called = {
            n: titles(read_student(load_release(folder.frozen, name, n))) for n in sorted(numbers)
        }
        for one in totals:
            if one.submission is not None and one.release is not None:
                given = marks(book, one.submission)
                lines = [
                    _line(task, called[one.release].get(task.task, task.task), given)
                    for task in one.tasks
                ]
                told[name, one.student] = escape("\n".join(lines), quote=False)
    return told


def _line(task: TaskPoints, title: str, given: Mapping[str, Mark]) -> str:
    points = "not known yet" if task.points is None else shown(task.points)
    comment = given[task.task].comment.strip() if task.task in given else ""
    extra = ", extra credit" if task.extra else ""
    return f"{title}: {points} of {shown(task.of)}{extra}.{' ' if comment else ''}{comment}"
