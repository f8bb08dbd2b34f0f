"""What was given by hand in place of computed points."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book import marks, results, submissions
from mlops_lab.workbench.classroom.book.gone import gone
from mlops_lab.workbench.classroom.collect.counts import counting
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Task, load_release
from mlops_lab.workbench.classroom.model import Mark, Submission, TaskResult

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Overridden", "overridden", "overrides", "tested"]


@dataclass(frozen=True)
class Overridden:
    """An override as it stands, or what has become of one.

    Attributes
    ----------
    student, task : str
        Whose, and of which task.
    submission : int
        The one that it is for.
    of : float
        What the task is worth.
    state, computed : str or None, float or None
        What the tests say; None while it was never graded.
    before, points : float or None
        What was given by hand before and now; None for nothing.
    reason, by : str
        Why, and who did it.
    counts : bool
        False where the student has handed in another answer since, so that tests decide again.
    """

    student: str
    task: str
    submission: int
    of: float
    state: str | None
    computed: float | None
    before: float | None
    points: float | None
    reason: str
    by: str
    counts: bool = True

    @property
    def was(self) -> float | None:
        """What counted before."""
        return self.computed if self.before is None else self.before

    @property
    def now(self) -> float | None:
        """What counts now."""
        return self.computed if self.points is None else self.points


def overrides(folder: ClassFolder, book: "Engine", assignment: str) -> list[Overridden]:
    """List what was given by hand in place of computed points, by student.

    Raises
    ------
    RefusedError
        When the assignment was not released.
    """
    load_release(folder.frozen, assignment)
    away, found = gone(book), list[Overridden]()
    handed = [one for one in submissions(book, assignment) if one.student not in away]
    worth = {n: tested(folder, assignment, n) for n in {one.release for one in handed}}
    chosen = {name: one.id for name, one in counting(handed).items()}
    seen = set[tuple[str, str]]()
    for one in sorted(handed, key=lambda each: (each.student, -(each.id == chosen[each.student]))):
        given = marks(book, one.id)
        computed = results(book, one.id) if given else {}
        for name, mark in given.items():
            if name in worth[one.release] and (one.student, name) not in seen:
                seen.add((one.student, name))
                task = worth[one.release][name]
                told = overridden(one, task, computed.get(name), None, mark)
                found.append(replace(told, counts=one.id == chosen[one.student]))
    return found


def tested(folder: ClassFolder, assignment: str, number: int) -> dict[str, Task]:
    """Return the tasks of a release that tests grade, by grade_id."""
    tasks = load_release(folder.frozen, assignment, number).tasks
    return {one.grade_id: one for one in tasks if not one.manual}


def overridden(
    one: Submission, task: Task, computed: TaskResult | None, before: Mark | None, now: Mark | None
) -> Overridden:
    """Put together what counted for a task, and what a person gave before and now."""
    last = now or before
    assert last is not None  # something was given by hand, or is now
    return Overridden(
        student=one.student, task=task.grade_id, submission=one.id, of=task.points,
        state=None if computed is None else computed.state,
        computed=None if computed is None else computed.points,
        before=None if before is None else before.points,
        points=None if now is None else now.points,
        reason=last.comment, by=last.by,
    )  # fmt: skip
