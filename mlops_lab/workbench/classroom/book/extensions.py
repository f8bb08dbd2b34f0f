"""More time for a student: kept in the grade book, with who gave it and why."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book.open import reading, writing
from mlops_lab.workbench.classroom.book.rows import iso, put, remember, row
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Extension", "end_extensions", "extend", "extensions"]


@dataclass(frozen=True)
class Extension:
    """Until when a student may hand in an assignment.

    Attributes
    ----------
    assignment, student : str
        Ids.
    until : str
        ISO 8601 in UTC.
    reason : str
        For the instructor; no student reads it.
    by, given : str
        Who gave it, and when.
    """

    assignment: str
    student: str
    until: str
    reason: str
    by: str
    given: str


def extensions(book: "Engine", assignment: str | None = None) -> list[Extension]:
    """List the extensions, by assignment and student."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import EXTENSIONS as TABLE

    query = select(TABLE).order_by(TABLE.c.assignment, TABLE.c.student)
    if assignment is not None:
        query = query.where(TABLE.c.assignment == assignment)
    with reading(book) as connection:
        return [Extension(**each) for each in connection.execute(query).mappings()]


def extend(
    book: "Engine",
    assignment: str,
    students: Iterable[str],
    until: datetime,
    *,
    reason: str = "",
    by: str,
) -> int:
    """Return students more time, in one transaction; a new time takes the place of an earlier one.

    Parameters
    ----------
    book : Engine
        From `open_book`.
    assignment : str
        Its id.
    students : iterable of str
        Ids of the roster.
    until : datetime
        With its zone.
    reason : str
        For the instructor.
    by : str
        Who gives it.

    Returns
    -------
    int
        For how many something changed.
    """
    from mlops_lab.workbench.classroom.book.tables import EXTENSIONS

    changed = 0
    with writing(book) as connection:
        for student in dict.fromkeys(students):
            told = {"until": iso(until), "reason": reason}
            old = row(connection, EXTENSIONS, assignment=assignment, student=student)
            if old is None or any(old[key] != value for key, value in told.items()):
                values = {"assignment": assignment, "student": student, **told}
                values |= {"by": by, "given": iso()}
                changed += put(connection, EXTENSIONS, ("assignment", "student"), values, by=by)
    return changed


def end_extensions(
    book: "Engine", assignment: str, students: Collection[str], *, by: str
) -> Sequence[Extension]:
    """Take extensions back, in one transaction.

    Raises
    ------
    RefusedError
        When one of the students has none; then nothing is taken back.
    """
    from sqlalchemy import delete

    from mlops_lab.workbench.classroom.book.tables import EXTENSIONS as TABLE

    ended = list[Extension]()
    with writing(book) as connection:
        for student in dict.fromkeys(students):
            old = row(connection, TABLE, assignment=assignment, student=student)
            if old is None:
                raise RefusedError(
                    f"{student} has no extension for {assignment}. Nothing was taken back."
                )
            mine = (TABLE.c.assignment == assignment) & (TABLE.c.student == student)
            connection.execute(delete(TABLE).where(mine))
            remember(connection, TABLE, f"{assignment}/{student}", old, {}, by=by)
            ended.append(Extension(**old))
    return ended
