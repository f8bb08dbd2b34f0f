"""Enter marks: all of them or none, none over the maximum, none over somebody else's head."""

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.model import Mark, Submission
from mlops_lab.workbench.classroom.points import rounded
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["GivenMark", "MeanwhileError", "counting_now", "mark_all", "most_for", "points_from"]


@dataclass(frozen=True)
class GivenMark:
    """Points that somebody gives.

    Attributes
    ----------
    submission : int
        Its number; it has to be the one that counts for its student.
    task : str
        The grade_id of a task that a person marks.
    points : float
        0 to the task's points.
    comment : str
        For the student.
    before : Mark or None
        The mark that whoever gives this one knows of; None for no mark.
    met : tuple of int or None
        The numbers of the rubric's lines that are met, from 1; None where nobody said.
    """

    submission: int
    task: str
    points: float
    comment: str = ""
    before: Mark | None = None
    met: tuple[int, ...] | None = None


class MeanwhileError(RefusedError):
    """Somebody else marked the task since it was looked at.

    Attributes
    ----------
    mark : Mark
        What stands in the grade book now.
    """

    def __init__(self, mark: Mark, given: GivenMark) -> None:
        said = f" and the comment {mark.comment!r}" if mark.comment else ""
        super().__init__(
            f"{given.task} of submission {given.submission} was marked meanwhile: {mark.by} gave "
            f"{mark.points:g} points{said} at {mark.marked[:16].replace('T', ' ')} UTC."
        )
        self.mark = mark


def points_from(text: str, of: float = math.inf) -> float:
    """Read points as a person types them, with a decimal point or comma.

    Parameters
    ----------
    text : str
        What was typed.
    of : float
        The most that is allowed; by default any number is.

    Raises
    ------
    RefusedError
        For what is no number from 0 to `of`.

    Examples
    --------
    >>> points_from(" 2,5 ", 6), points_from("6.0", 6)
    (2.5, 6.0)
    """
    plain = text.strip().replace(",", ".", 1)
    digits = plain.replace(".", "", 1)
    good = digits.isascii() and digits.isdecimal()
    if not good or not 0 <= rounded(float(plain)) <= min(of, sys.float_info.max):
        most = "up" if math.isinf(of) else f"to {of:g}"
        raise RefusedError(f"{text.strip()!r} points; a number from 0 {most} is allowed.")
    return rounded(float(plain))


def most_for(of: float, before: Mark | None, *, extra: bool = False) -> float:
    """Return the most points that may be given: the task's, or those that it has beyond them.

    Examples
    --------
    >>> most_for(4, None), most_for(4, None, extra=True)
    (4, inf)
    """
    return math.inf if extra else max(of, before.points if before else 0.0)


def mark_all(
    folder: ClassFolder, book: "Engine", given: Sequence[GivenMark], *, by: str, extra: bool = False
) -> int:
    """Enter marks in one transaction: all, or none when one of them is refused.

    Parameters
    ----------
    folder : ClassFolder
        Its frozen releases say what a task is worth.
    book : Engine
        From `open_book`.
    given : sequence of GivenMark
        Those with the points and the comment that the book has already are left alone.
    by : str
        Who marks.
    extra : bool
        Allow more points than a task has; what has more already may keep it without.

    Returns
    -------
    int
        How many were written.

    Raises
    ------
    MeanwhileError
        When somebody marked a task after the mark that its giver knows of.
    RefusedError
        For a submission that is not there or does not count, a task that nobody has to mark, and
        points that are not from 0 to the maximum.
    """
    from mlops_lab.workbench.classroom.book.open import writing

    worth: dict[tuple[str, int], dict[str, float]] = {}
    with writing(book) as connection:
        for one in given:
            _require_good(connection, folder, worth, one, extra=extra)
        return sum(_put(connection, one, by) for one in given)


def _require_good(
    connection: "Connection",
    folder: ClassFolder,
    worth: dict[tuple[str, int], dict[str, float]],
    given: GivenMark,
    *,
    extra: bool,
) -> None:
    from mlops_lab.workbench.classroom.book.rows import row
    from mlops_lab.workbench.classroom.book.tables import SUBMISSIONS
    from mlops_lab.workbench.classroom.frozen import load_release

    found = row(connection, SUBMISSIONS, id=given.submission)
    if found is None:
        raise RefusedError(f"The grade book has no submission {given.submission}.")
    key = (found["assignment"], found["release"])
    if key not in worth:
        release = load_release(folder.frozen, *key)
        worth[key] = {task.grade_id: task.points for task in release.tasks if task.manual}
    if given.task not in worth[key]:
        known = ", ".join(worth[key]) or "none"
        raise RefusedError(f"Nobody marks a task {given.task!r} in {key[0]}; to mark are: {known}.")
    most = most_for(worth[key][given.task], given.before, extra=extra)
    if not 0 <= given.points <= min(most, sys.float_info.max):
        raise RefusedError(
            f"{given.task}: {given.points:g} points; a number from 0 to "
            f"{worth[key][given.task]:g} is allowed."
        )
    _require_counts(connection, Submission(**found))


def counting_now(connection: "Connection", assignment: str, student: str) -> Submission | None:
    """Return the submission that counts for a student, as a transaction sees it."""
    from mlops_lab.workbench.classroom.book.read import submissions_in
    from mlops_lab.workbench.classroom.collect.counts import current

    return current(submissions_in(connection, assignment, student))


def _require_counts(connection: "Connection", one: Submission) -> None:
    counts = counting_now(connection, one.assignment, one.student)
    if counts is not None and counts.id != one.id:
        raise RefusedError(
            f"Submission {one.id} does not count any more: submission {counts.id} came in its "
            "place. Look at that one."
        )


def _put(connection: "Connection", given: GivenMark, by: str) -> bool:
    from mlops_lab.workbench.classroom.book.read import mark_of
    from mlops_lab.workbench.classroom.book.rows import iso, put, row
    from mlops_lab.workbench.classroom.book.tables import MARKS

    found = row(connection, MARKS, submission=given.submission, task=given.task)
    now = mark_of(found) if found else None
    wanted = (given.points, given.comment, given.met)
    if now is not None and (now.points, now.comment, now.met) == wanted:
        return False
    if now is not None and now != given.before:
        raise MeanwhileError(now, given)
    values = {
        "submission": given.submission, "task": given.task, "points": float(given.points),
        "comment": given.comment, "by": by, "marked": iso(),
        "met": None if given.met is None else json.dumps(given.met),
    }  # fmt: skip
    return put(connection, MARKS, ("submission", "task"), values, by=by)
