"""How masters for nbgrader are written down here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode, v4

__all__ = ["Course", "Submission", "answer", "by_hand", "check", "locked", "task"]


@dataclass(frozen=True)
class Submission:
    """What a student wrote, and what it is worth.

    Attributes
    ----------
    answers : mapping of str to str
        By grade_id; the rest stays as it was handed out.
    points : mapping of str to float or None
        What each task deserves; None where a person reads it.
    wrongly : mapping of str to float
        What nbgrader gives instead, where that is known to be wrong.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[str, float | None] = field(default_factory=dict)
    wrongly: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """A master, and what students handed in, by student."""

    name: str
    cells: tuple[NotebookNode, ...]
    submissions: Mapping[str, Submission]

    @property
    def master(self) -> NotebookNode:
        """The notebook."""
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        made: NotebookNode = v4.new_notebook(
            cells=list(self.cells), metadata={"kernelspec": kernel}
        )
        return made


def _cell(kind: str, name: str, source: str, **facts: Any) -> NotebookNode:
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    told = {"nbgrader": {"schema_version": 3, "grade_id": name, **plain, **facts}}
    make = getattr(v4, f"new_{kind}_cell")
    made: NotebookNode = make(source.strip(), id=name, metadata=told)
    return made


def locked(name: str, source: str) -> NotebookNode:
    """Return a cell that students are not to change."""
    return _cell("code", name, source, locked=True)


def answer(name: str, source: str) -> NotebookNode:
    """Return an answer; all below the line ``# solution`` is the solution, to its end."""
    before, _, after = source.strip().partition("# solution\n")
    deep = after[: len(after) - len(after.lstrip())]
    marked = f"{deep}### BEGIN SOLUTION\n{after}\n{deep}### END SOLUTION"
    return _cell("code", name, before.rstrip(" ") + marked, solution=True)


def check(name: str, points: float, source: str, hidden: str = "") -> NotebookNode:
    """Return a test, with a hidden part if there is one."""
    if hidden:
        marks = "### BEGIN HIDDEN TESTS\n", "\n### END HIDDEN TESTS"
        source = f"{source.strip()}\n{hidden.strip().join(marks)}"
    return _cell("code", name, source, grade=True, locked=True, points=points)


def by_hand(kind: str, name: str, points: float, source: str) -> NotebookNode:
    """Return an answer that a person reads."""
    return _cell(kind, name, source, grade=True, solution=True, points=points)


def task(name: str, points: float, source: str) -> NotebookNode:
    """Return a task whose answer is wherever the student puts it."""
    return _cell("markdown", name, source, locked=True, task=True, points=points)
