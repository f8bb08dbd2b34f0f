"""Which release's tests grade what answers an older one, once those were repaired."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book.open import reading, writing
from mlops_lab.workbench.classroom.book.rows import put, remember, row
from mlops_lab.workbench.classroom.book.write import put_results
from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["enter_regraded", "graded_by"]


def graded_by(book: "Engine", assignment: str) -> dict[int, int]:
    """Give, for each release of an assignment, the number of the release whose tests grade it."""
    from sqlalchemy import select

    from mlops_lab.workbench.classroom.book.tables import RELEASES as TABLE

    query = select(TABLE.c.release, TABLE.c.graded_by).where(TABLE.c.assignment == assignment)
    with reading(book) as connection:
        return {number: by or number for number, by in connection.execute(query)}


def enter_regraded(
    book: "Engine",
    assignment: str,
    release: int,
    results: Mapping[int, tuple[str, Sequence[TaskResult]]],
    *,
    seen: Collection[int],
    by: str,
) -> None:
    """Have one release grade all submissions to an assignment, in one transaction.

    Parameters
    ----------
    book : Engine
        From `open_book`.
    assignment, release
        What grades from now on; the releases before it are graded by it, too.
    results : mapping of int to (str, sequence of TaskResult)
        By the numbers of the submissions that count: the key, and what came of each task. Results
        of tasks that the release does not have are taken out; marks of people stay.
    seen : collection of int
        The numbers of all submissions to the assignment that were there when it was graded.
    by : str
        Who does it.

    Raises
    ------
    RefusedError
        When there are other submissions by now; nothing is written then.
    """
    from sqlalchemy import delete, select

    from mlops_lab.workbench.classroom.book.tables import RELEASES, RESULTS, SUBMISSIONS

    of_it = SUBMISSIONS.c.assignment == assignment
    with writing(book) as connection:
        there = list(connection.execute(select(SUBMISSIONS.c.id).where(of_it)).scalars())
        if set(there) != set(seen):
            raise RefusedError(
                f"Submissions to {assignment} came in meanwhile; nothing was written. Regrade."
            )
        older = select(RELEASES.c.release).where(
            RELEASES.c.assignment == assignment, RELEASES.c.release < release
        )
        for number in list(connection.execute(older).scalars()):
            known = row(connection, RELEASES, assignment=assignment, release=number) or {}
            values = {**known, "graded_by": release}
            put(connection, RELEASES, ("assignment", "release"), values, by=by)
        for number in there:
            known = row(connection, SUBMISSIONS, id=number) or {}
            put(connection, SUBMISSIONS, ("id",), {**known, "release": release}, by=by)
        for number, (key, tasks) in results.items():
            names = [one.task for one in tasks]
            gone = (RESULTS.c.submission == number) & RESULTS.c.task.not_in(names)
            for old in list(connection.execute(select(RESULTS).where(gone)).mappings()):
                remember(connection, RESULTS, f"{number}/{old['task']}", dict(old), {}, by=by)
            connection.execute(delete(RESULTS).where(gone))
            put_results(connection, number, tasks, key=key, by=by)
