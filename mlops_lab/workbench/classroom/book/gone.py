"""Students who have left the class: nothing of theirs is lost, and they stand in no list."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book.open import reading, writing
from mlops_lab.workbench.classroom.book.rows import iso, no_student, put, row
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["come_back", "gone", "leave", "put_gone"]


def gone(book: "Engine") -> Mapping[str, str]:
    """Return the students who have left, each with since when, ISO 8601 in UTC."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import STUDENTS

    query = select(STUDENTS.c.id, STUDENTS.c.left_on).where(STUDENTS.c.left_on.is_not(None))
    with reading(book) as connection:
        return {one.id: one.left_on for one in connection.execute(query.order_by(STUDENTS.c.id))}


def leave(book: "Engine", students: Iterable[str], *, by: str) -> None:
    """Have students leave the class, all of them or none.

    Raises
    ------
    RefusedError
        When one is not on the roster, or has left already.
    """
    _put_all(book, students, leaves=True, by=by)


def come_back(book: "Engine", students: Iterable[str], *, by: str) -> None:
    """Have students who left back in the class, all of them or none, with all that was theirs.

    Raises
    ------
    RefusedError
        When one has not left.
    """
    _put_all(book, students, leaves=False, by=by)


def _put_all(book: "Engine", students: Iterable[str], *, leaves: bool, by: str) -> None:
    with writing(book) as connection:
        for student in dict.fromkeys(students):
            put_gone(connection, student, leaves=leaves, by=by)


def put_gone(connection: "Connection", student: str, *, leaves: bool, by: str) -> None:
    """Have a student leave or come back, in the caller's transaction."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import STUDENTS

    old = row(connection, STUDENTS, id=student)
    if old is None:
        known = list(connection.execute(select(STUDENTS.c.id)).scalars())
        raise no_student(student, known)
    if leaves == (old["left_on"] is not None):
        told = f"has left on {old['left_on'][:10]} already" if leaves else "has not left"
        raise RefusedError(f"{student} {told}. Nothing was changed.")
    put(connection, STUDENTS, ("id",), {**old, "left_on": iso() if leaves else None}, by=by)
