"""Take marks out of the grade book, with their lines in the history."""

from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book.read import mark_of
from mlops_lab.workbench.classroom.book.rows import remember
from mlops_lab.workbench.classroom.model import Mark

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["remove_marks"]


def remove_marks(
    connection: "Connection", assignment: str, student: str, task: str, reason: str, *, by: str
) -> dict[int, Mark]:
    """Remove a student's marks for a task, from all submissions to an assignment.

    Parameters
    ----------
    connection : Connection
        Of a transaction that writes.
    assignment, student, task : str
        Their ids.
    reason : str
        For the history; may be empty.
    by : str
        Who takes them back.

    Returns
    -------
    dict of int to Mark
        What was removed, by the submission's number.
    """
    from sqlalchemy import delete, select

    from mlops_lab.workbench.classroom.book.tables import MARKS, SUBMISSIONS

    own = select(SUBMISSIONS.c.id).where(
        SUBMISSIONS.c.assignment == assignment, SUBMISSIONS.c.student == student
    )
    his = (MARKS.c.task == task) & MARKS.c.submission.in_(own)
    found = [dict(each) for each in connection.execute(select(MARKS).where(his)).mappings()]
    for old in found:
        new = {"comment": reason} if reason else {}
        remember(connection, MARKS, f"{old['submission']}/{task}", old, new, by=by)
    connection.execute(delete(MARKS).where(his))
    return {old["submission"]: mark_of(old) for old in found}
