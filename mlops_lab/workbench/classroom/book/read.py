"""Read the grade book."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.classroom.book.open import reading
from mlops_lab.workbench.classroom.model import Change, Mark, Score, Student, Submission, TaskResult

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Select

__all__ = [
    "comments", "history", "keys", "mark_of", "marks", "results", "scores", "students",
    "submissions", "submissions_in",
]  # fmt: skip


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


def submissions_in(connection: "Connection", assignment: str, student: str) -> list[Submission]:
    """List a student's submissions to an assignment as a transaction sees them."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import SUBMISSIONS as TABLE

    own = (TABLE.c.assignment == assignment, TABLE.c.student == student)
    rows = connection.execute(select(TABLE).where(*own)).mappings()
    return [Submission(**row) for row in rows]


def scores(
    book: "Engine", assignment: str | None = None, student: str | None = None
) -> list[Score]:
    """List the current scores, a task a line, by assignment, student and task.

    The latest submission with answers counts, a person's mark before a computed result.
    What being late costs is not taken off: `late.late_multiplier` knows that.
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
    """Return what was computed for each graded task of a submission, marks of people left aside."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import RESULTS

    names = [one.name for one in fields(TaskResult)]
    query = select(*(RESULTS.c[name] for name in names)).where(RESULTS.c.submission == submission)
    return {row["task"]: TaskResult(**row) for row in _rows(book, query)}


def marks(book: "Engine", submission: int) -> dict[str, Mark]:
    """Return what people gave for the tasks of a submission."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import MARKS

    names = [one.name for one in fields(Mark)]
    query = select(*(MARKS.c[name] for name in names)).where(MARKS.c.submission == submission)
    return {row["task"]: mark_of(row) for row in _rows(book, query)}


def mark_of(row: Mapping[str, Any]) -> Mark:
    """Return the mark that a row of the table is."""
    told = {one.name: row[one.name] for one in fields(Mark)}
    return Mark(**{**told, "met": None if told["met"] is None else tuple(json.loads(told["met"]))})


def comments(book: "Engine", assignment: str, task: str) -> list[str]:
    """List the comments given for a task so far, the most used first, each once."""
    from sqlalchemy import func, select

    from mlops_lab.workbench.classroom.book.tables import MARKS, SUBMISSIONS

    query = (
        select(MARKS.c.comment)
        .join(SUBMISSIONS, SUBMISSIONS.c.id == MARKS.c.submission)
        .where(SUBMISSIONS.c.assignment == assignment, MARKS.c.task == task)
        .where(MARKS.c.comment != "")
        .group_by(MARKS.c.comment)
        .order_by(func.count().desc(), MARKS.c.comment)
    )
    with reading(book) as connection:
        return list(connection.execute(query).scalars())


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
