"""Change the grade book: each change in one transaction with its line in the history."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book.gone import put_gone
from mlops_lab.workbench.classroom.book.open import writing
from mlops_lab.workbench.classroom.book.rows import iso, put, remember, require, row
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = [
    "add_release",
    "add_submission",
    "mark",
    "put_results",
    "put_students",
    "record_result",
]


def put_students(
    book: "Engine",
    students: Sequence[Student],
    *,
    leave: Sequence[str] = (),
    back: Sequence[str] = (),
    by: str,
) -> tuple[int, int]:
    """Add students, and update those that are there; nobody is removed.

    Parameters
    ----------
    book : Engine
        From `open_book`.
    students : sequence of Student
        An empty name or email leaves the known one as it is.
    leave, back : sequence of str
        Ids of those who leave the class, and of those who left and come back.
    by : str
        Who does it.

    Returns
    -------
    tuple of int
        How many were new, and how many were changed.
    """
    from mlops_lab.workbench.classroom.book.tables import STUDENTS

    added = changed = 0
    with writing(book) as connection:
        for student in students:
            old = row(connection, STUDENTS, id=student.id)
            told = {key: value for key, value in asdict(student).items() if value}
            new = {"name": "", "email": "", **(old or {}), **told}
            if put(connection, STUDENTS, ("id",), new, by=by):
                added, changed = added + (old is None), changed + (old is not None)
        for names, leaves in ((leave, True), (back, False)):
            for name in names:
                put_gone(connection, name, leaves=leaves, by=by)
    return added, changed


def add_release(book: "Engine", release: Release, *, by: str) -> None:
    """Enter a release; one that is there already stays as it is."""
    from mlops_lab.workbench.classroom.book.tables import RELEASES

    seed = release.variant_seed
    values = {
        "assignment": release.assignment,
        "release": release.number,
        "notebook": release.notebook,
        "digest": release.digest,
        "released": release.time,
        "variant_seed": None if seed is None else str(seed),
        "points": float(release.points),
    }
    with writing(book) as connection:
        put(connection, RELEASES, ("assignment", "release"), values, by=by)


def add_submission(
    book: "Engine",
    *,
    assignment: str,
    release: int,
    student: str,
    received: datetime,
    digest: str,
    path: str,
    problem: str = "",
    untouched: bool = False,
    by: str,
) -> int:
    """Enter a submission that has been kept, and give it its number.

    Parameters
    ----------
    book : Engine
        From `open_book`.
    assignment, release, student
        What it answers, and whose it is; both have to be in the book.
    received : datetime
        When it was handed in, with its zone.
    digest, path : str
        SHA-256 of the file's bytes, and where it is kept, seen from the class folder.
    problem : str
        Why no answer can be read from it; empty when some can.
    untouched : bool
        Whether every answer in it is as it was handed out.
    by : str
        Who does it.
    """
    from sqlalchemy import insert

    from mlops_lab.workbench.classroom.book.tables import SUBMISSIONS

    values = {
        "assignment": assignment, "release": release, "student": student,
        "received": iso(received), "collected": iso(), "digest": digest, "path": path,
        "problem": problem, "untouched": int(untouched),
    }  # fmt: skip
    with writing(book) as connection:
        query = insert(SUBMISSIONS).values(values).returning(SUBMISSIONS.c.id)
        number: int = connection.execute(query).scalar_one()
        remember(connection, SUBMISSIONS, str(number), None, values, by=by)
    return number


def record_result(
    book: "Engine", submission: int, tasks: Sequence[TaskResult], *, key: str = "", by: str
) -> None:
    """Enter what came of a submission: all of its tasks, or none of them.

    Parameters
    ----------
    book : Engine
        From `open_book`.
    submission : int
        Its number.
    tasks : sequence of TaskResult
        Tasks of an earlier grading that are not among them stay as they are.
    key : str
        What the results were computed from; `keys` gives it back, so that what has not changed
        need not be graded again.
    by : str
        Who graded, such as ``"mlops-lab class grade"``.

    Raises
    ------
    RefusedError
        When there is no such submission.
    """
    with writing(book) as connection:
        require(connection, submission)
        put_results(connection, submission, tasks, key=key, by=by)


def put_results(
    connection: "Connection", submission: int, tasks: Sequence[TaskResult], *, key: str, by: str
) -> None:
    """Enter what came of a submission as `record_result` does, in the caller's transaction."""
    from mlops_lab.workbench.classroom.book.tables import RESULTS

    for each in tasks:
        values = {"submission": submission, "key": key, "graded": iso(), **asdict(each)}
        put(connection, RESULTS, ("submission", "task"), values, by=by, silent="graded")


def mark(
    book: "Engine",
    submission: int,
    task: str,
    points: float,
    *,
    comment: str = "",
    met: Sequence[int] | None = None,
    by: str,
) -> None:
    """Enter a person's points for a task; they count instead of the computed ones.

    `met` has the numbers of the rubric's lines that are met, from 1; None where that is not known.

    Raises
    ------
    RefusedError
        When there is no such submission, or points are no number from 0 up.
    """
    from mlops_lab.workbench.classroom.book.tables import MARKS

    if not 0 <= points < float("inf"):
        raise RefusedError(f"{task}: {points} points; a number from 0 up is allowed.")
    values = {
        "submission": submission, "task": task, "points": float(points), "comment": comment,
        "by": by, "marked": iso(), "met": None if met is None else json.dumps(list(met)),
    }  # fmt: skip
    with writing(book) as connection:
        require(connection, submission)
        put(connection, MARKS, ("submission", "task"), values, by=by, silent="marked")
