"""What each student has reached in an assignment: the one place that adds up points."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book import scores, students, submissions
from mlops_lab.workbench.classroom.collect.counts import counting
from mlops_lab.workbench.classroom.due import DueTimes, due_times
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, Task, load_release
from mlops_lab.workbench.classroom.late import LatePolicy, days_late, late_multiplier
from mlops_lab.workbench.classroom.model import Score, Submission
from mlops_lab.workbench.classroom.points import added, rounded

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["COMPLETE", "MISSING", "TO_GRADE", "TO_MARK", "TaskPoints", "Total", "shown", "totals"]

MISSING, TO_GRADE, TO_MARK, COMPLETE = "missing", "to grade", "to mark", "complete"


@dataclass(frozen=True)
class TaskPoints:
    """What a student has for one task.

    Attributes
    ----------
    task : str
        Its grade_id.
    points : float or None
        None while it is not graded, or waits for a person.
    of : float
        What the release gives for it.
    state : str or None
        As in `TaskResult`; None when it was never graded.
    marked : bool
        Whether the points are a person's.
    overridden : bool
        Whether they stand in place of what tests gave.
    extra : bool
        Whether the task is for extra credit: what the total is of does not count it.
    """

    task: str
    points: float | None
    of: float
    state: str | None = None
    marked: bool = False
    overridden: bool = False
    extra: bool = False


@dataclass(frozen=True)
class Total:
    """What a student has for one assignment.

    Attributes
    ----------
    assignment, student : str
        Ids.
    state : str
        ``missing`` when nothing was handed in, ``to grade`` when a task was never graded,
        ``to mark`` when all that is lacking are a person's points, else ``complete``.
    tasks : tuple of TaskPoints
        Of the release that was answered, in its order; of the newest release for ``missing``.
    of : float
        The points of all those tasks but those for extra credit.
    points : float or None
        The sum of what is known so far, extra credit too; None for ``missing``.
    share : float
        What is kept for lateness, 0 to 1.
    total : float or None
        `points` times `share`; None for ``missing``.
    days_late : float
        0 for what was on time.
    submission, release : int or None
        The one that counts, and what it answers; None for ``missing``.
    received : str or None
        When it was handed in, ISO 8601 in UTC; None for ``missing``.
    problem : str
        Why no answer can be read from it; empty when some can.
    due : datetime or None
        When it is due for the student; None where nothing is ever late.
    extended : bool
        Whether that is later than for the class.
    """

    assignment: str
    student: str
    state: str
    tasks: tuple[TaskPoints, ...]
    of: float
    points: float | None = None
    share: float = 1.0
    total: float | None = None
    days_late: float = 0.0
    submission: int | None = None
    release: int | None = None
    received: str | None = None
    problem: str = ""
    due: datetime | None = None
    extended: bool = False

    @property
    def complete(self) -> bool:
        """Whether every task has its points, so that the total is final."""
        return self.state == COMPLETE

    @property
    def to_mark(self) -> tuple[str, ...]:
        """The tasks that wait for a person."""
        return tuple(one.task for one in self.tasks if one.points is None and one.state)

    @property
    def to_grade(self) -> tuple[str, ...]:
        """The tasks that were never graded; none for ``missing``."""
        if self.state == MISSING:
            return ()
        return tuple(one.task for one in self.tasks if one.points is None and not one.state)


def totals(folder: ClassFolder, book: "Engine", assignment: str) -> list[Total]:
    """Add up what each student has for an assignment.

    Parameters
    ----------
    folder : ClassFolder
        The class, with its due times and what being late costs.
    book : Engine
        From `open_book`.
    assignment : str
        Its id.

    Returns
    -------
    list of Total
        All students of the roster, by id. The latest submission with readable answers counts;
        points and tasks are those of the release that it answers.

    Raises
    ------
    RefusedError
        When there is no such assignment, or its frozen release is damaged.
    """
    newest = load_release(folder.frozen, assignment)
    handed = submissions(book, assignment)
    chosen = counting(handed)
    known: dict[str, dict[str, Score]] = defaultdict(dict)
    for score in scores(book, assignment):
        known[score.student][score.task] = score
    answered = {one.release for one in handed}
    versions = {n: load_release(folder.frozen, assignment, n) for n in answered - {newest.number}}
    versions[newest.number] = newest
    due = due_times(folder, book, assignment)
    return [
        _total(folder.late, due, versions, newest, one.id, chosen.get(one.id), known[one.id])
        for one in students(book)
    ]


def _total(
    late: LatePolicy,
    times: DueTimes,
    versions: Mapping[int, Release],
    newest: Release,
    student: str,
    counts: Submission | None,
    known: Mapping[str, Score],
) -> Total:
    due = times.of(student)
    if counts is None:
        tasks = tuple(_task(one, None) for one in newest.tasks)
        return Total(
            newest.assignment, student, MISSING, tasks, newest.points,
            due=due, extended=student in times.extended,
        )  # fmt: skip
    release = versions[counts.release]
    tasks = tuple(_task(one, known.get(one.grade_id)) for one in release.tasks)
    points = added(one.points or 0.0 for one in tasks)
    received = datetime.fromisoformat(counts.received)
    share = late_multiplier(late, due, received)
    return Total(
        assignment=release.assignment,
        student=student,
        state=_state(tasks),
        tasks=tasks,
        of=release.points,
        points=points,
        share=share,
        total=rounded(points * share),
        days_late=days_late(late, due, received),
        submission=counts.id,
        release=release.number,
        received=counts.received,
        problem=counts.problem,
        due=due,
        extended=student in times.extended,
    )


def _task(task: Task, score: Score | None) -> TaskPoints:
    if score is None:
        return TaskPoints(task.grade_id, None, task.points, extra=task.extra)
    return TaskPoints(
        task=task.grade_id, points=score.points, of=task.points, state=score.state,
        marked=score.marked, overridden=score.marked and not task.manual,
        extra=task.extra,
    )  # fmt: skip


def _state(tasks: Sequence[TaskPoints]) -> str:
    waiting = [one for one in tasks if one.points is None]
    if not waiting:
        return COMPLETE
    return TO_MARK if all(one.state for one in waiting) else TO_GRADE


def shown(points: float) -> str:
    """Write points with two decimals at most, halves up.

    Examples
    --------
    >>> [shown(points) for points in (3, 2.5, 2 / 3, 1234567.0, 0.004, 2.675)]
    ['3', '2.5', '0.67', '1234567', '0', '2.68']
    """
    exact = Decimal(repr(rounded(points))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{exact:f}".rstrip("0").rstrip(".")
