"""Read the grade book."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.classroom.book.open import reading
from mlops_lab.workbench.classroom.book.write import Student, TaskResult

if TYPE_CHECKING:
    from sqlalchemy import Engine, Select

__all__ = [
    "Change", "Mark", "Score", "Submission", "history", "keys", "mark_of", "marks", "results",
    "scores", "students", "submissions",
]  # fmt: skip


@dataclass(frozen=True)
class Submission:
    """One submission; see `add_submission` for what the parts are.

    `untouched` is 1, 0, or None from before that was kept.
    """

    id: int
    assignment: str
    release: int
    student: str
    received: str
    collected: str
    digest: str
    path: str
    problem: str
    untouched: int | None = None


@dataclass(frozen=True)
class Mark:
    """What a person gave for a task; `by` says who, `marked` when.

    `met` has the numbers of the rubric's lines that are met, from 1; None where nobody said.
    """

    task: str
    points: float
    comment: str
    by: str
    marked: str
    met: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Score:
    """One task of the submission that counts for a student.

    `points` is None while nobody marked it; `of` and `state` are None for a task that was marked
    and never graded.
    """

    assignment: str
    release: int
    student: str
    submission: int
    received: str
    task: str
    points: float | None
    of: float | None
    state: str | None
    message: str | None
    marked: bool


@dataclass(frozen=True)
class Change:
    """One line of the history; `old` and `new` are JSON, `old` is None for what was new."""

    id: int
    time: str
    by: str
    what: str
    key: str
    old: str | None
    new: str | None


def students(book: "Engine", *, everyone: bool = False) -> list[Student]:
    """List the roster, by id; with `everyone` those too who have left the class."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import STUDENTS

    query = select(STUDENTS.c.id, STUDENTS.c.name, STUDENTS.c.email).order_by(STUDENTS.c.id)
    if not everyone:
        query = query.where(STUDENTS.c.left_on.is_(None))
    return [Student(**row) for row in _rows(book, query)]


def submissions(
    book: "Engine", assignment: str | None = None, student: str | None = None
) -> list[Submission]:
    """List submissions as they were received, the oldest first."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import SUBMISSIONS as TABLE

    query = select(TABLE).order_by(TABLE.c.received, TABLE.c.id)
    if assignment is not None:
        query = query.where(TABLE.c.assignment == assignment)
    if student is not None:
        query = query.where(TABLE.c.student == student)
    return [Submission(**row) for row in _rows(book, query)]


def scores(
    book: "Engine", assignment: str | None = None, student: str | None = None
) -> list[Score]:
    """List the current scores, a task a line, by assignment, student and task.

    The latest submission with answers counts, a person's mark before a computed result.
    What being late costs is not taken off: `late.share_kept` knows that.
    """
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import SCORES as VIEW

    query = select(VIEW).order_by(VIEW.c.assignment, VIEW.c.student, VIEW.c.task)
    if assignment is not None:
        query = query.where(VIEW.c.assignment == assignment)
    if student is not None:
        query = query.where(VIEW.c.student == student)
    return [Score(**{**row, "marked": bool(row["marked"])}) for row in _rows(book, query)]


def keys(book: "Engine", submission: int) -> dict[str, str]:
    """Give, for each graded task of a submission, the key its result was computed from."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import RESULTS

    query = select(RESULTS.c.task, RESULTS.c.key).where(RESULTS.c.submission == submission)
    return {row["task"]: row["key"] for row in _rows(book, query)}


def results(book: "Engine", submission: int) -> dict[str, TaskResult]:
    """Give what was computed for each graded task of a submission, marks of people left aside."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import RESULTS

    names = [one.name for one in fields(TaskResult)]
    query = select(*(RESULTS.c[name] for name in names)).where(RESULTS.c.submission == submission)
    return {row["task"]: TaskResult(**row) for row in _rows(book, query)}


def marks(book: "Engine", submission: int) -> dict[str, Mark]:
    """Give what people gave for the tasks of a submission."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import MARKS

    names = [one.name for one in fields(Mark)]
    query = select(*(MARKS.c[name] for name in names)).where(MARKS.c.submission == submission)
    return {row["task"]: mark_of(row) for row in _rows(book, query)}


def mark_of(row: Mapping[str, Any]) -> Mark:
    """Give the mark that a row of the table is."""
    told = {one.name: row[one.name] for one in fields(Mark)}
    return Mark(**{**told, "met": None if told["met"] is None else tuple(json.loads(told["met"]))})


def history(book: "Engine", what: str | None = None, key: str | None = None) -> list[Change]:
    """List who changed what and when, the oldest first.

    Parameters
    ----------
    book : Engine
        From `open_book`.
    what : str, optional
        A table: ``students``, ``assignments``, ``submissions``, ``results`` or ``marks``.
    key : str, optional
        A student's id, ``assignment/release``, a submission's number, or ``number/task``.
    """
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import HISTORY

    query = select(HISTORY).order_by(HISTORY.c.id)
    if what is not None:
        query = query.where(HISTORY.c.what == what)
    if key is not None:
        query = query.where(HISTORY.c.key == key)
    return [Change(**row) for row in _rows(book, query)]


def _rows(book: "Engine", query: "Select[Any]") -> list[dict[str, Any]]:
    with reading(book) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
