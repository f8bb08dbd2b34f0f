"""Put points in place of computed ones, with a reason, and take that back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.classroom.book import students as roster_of
from mlops_lab.workbench.classroom.book import submissions
from mlops_lab.workbench.classroom.book.rows import no_student
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, Task, load_release
from mlops_lab.workbench.classroom.mark.give import counting_now
from mlops_lab.workbench.classroom.mark.overrides import Overridden, overridden
from mlops_lab.workbench.classroom.model import Mark, Submission, TaskResult
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["Override", "override_all"]


@dataclass(frozen=True)
class Override:
    """Points that are to count in place of computed ones.

    Attributes
    ----------
    student, task : str
        Whose, and the grade_id of a task that tests grade.
    points : float or None
        None takes an override back: what the tests gave counts again.
    reason : str
        For the student; it may be empty only where an override is taken back.
    where : str
        Where it was asked for, such as ``"row 3"``; complaints begin with it.
    """

    student: str
    task: str
    points: float | None
    reason: str = ""
    where: str = ""


def override_all(
    folder: ClassFolder,
    book: "Engine",
    assignment: str,
    given: Sequence[Override],
    *,
    extra: bool = False,
    by: str,
) -> list[Overridden]:
    """Override tasks, or take overrides back, in one transaction: all of them or none.

    An override stands with the submission that counts, and goes on to a later one in which the
    answers to the task are the same.

    Parameters
    ----------
    folder, book : ClassFolder, Engine
        The class and its open grade book.
    assignment : str
        Its id.
    given : sequence of Override
        Each student and task once.
    extra : bool
        Allow more points than a task has.
    by : str
        Who does it.

    Returns
    -------
    list of Overridden
        In the order of `given`.

    Raises
    ------
    RefusedError
        With all that is wrong, a line each: no such student, submission or task, a task that a
        person marks, too many points, no reason, or nothing to take back.
    """
    from mlops_lab.workbench.classroom.book.open import writing

    load_release(folder.frozen, assignment)  # refuses what was never released
    numbers = {one.release for one in submissions(book, assignment)}
    known = {n: load_release(folder.frozen, assignment, n) for n in numbers}
    desk = _Desk(assignment, known, {one.id for one in roster_of(book)}, extra, by)
    done, wrong, seen = list[Overridden](), list[str](), set[tuple[str, str]]()
    with writing(book) as connection:
        for each in given:
            try:
                if (each.student, each.task) in seen:
                    raise RefusedError(f"{each.student}, {each.task} is there twice. Keep one.")
                seen.add((each.student, each.task))
                done.append(desk.enter(connection, each))
            except RefusedError as error:
                wrong.append(f"{each.where}: {error}" if each.where else str(error))
        if wrong:
            raise RefusedError("\n".join(["Nothing was changed.", *wrong] if given[1:] else wrong))
    return done


@dataclass(frozen=True)
class _Desk:
    """What overriding goes by."""

    assignment: str
    releases: Mapping[int, Release]
    known: Collection[str]
    extra: bool
    by: str

    def enter(self, connection: "Connection", one: Override) -> Overridden:
        """Enter one override, or take one back."""
        if one.student not in self.known:
            raise no_student(one.student, self.known)
        counts = counting_now(connection, self.assignment, one.student)
        if counts is None or counts.release not in self.releases:
            raise RefusedError(f"{one.student} has handed in nothing for {self.assignment}.")
        task = _task(self.releases[counts.release], one.task)
        computed = _result(connection, counts, one.task)
        if one.points is None:
            taken = _take_back(connection, counts, one, by=self.by)
            return overridden(counts, task, computed, taken, None)
        self._require_good(one, task)
        before, now = _give(connection, counts, one, by=self.by)
        return overridden(counts, task, computed, before, now)

    def _require_good(self, one: Override, task: Task) -> None:
        what = f"{one.student}, {one.task}"
        if not one.reason.strip():
            raise RefusedError(
                f"{what}: there is no reason. It takes one, which the student reads."
            )
        assert one.points is not None  # the caller asked
        if not 0 <= one.points < float("inf"):
            raise RefusedError(f"{what}: {one.points:g} points; a number from 0 up is allowed.")
        if one.points > task.points and not self.extra:
            raise RefusedError(
                f"{what}: {one.points:g} points; a number from 0 to {task.points:g} is allowed, "
                "and more with --extra."
            )


def _task(release: Release, name: str) -> Task:
    found = {one.grade_id: one for one in release.tasks}
    tested = [one for one in found if not found[one].manual]
    if name not in found:
        hint = did_you_mean(name, tested)
        raise RefusedError(
            f"There is no task {name!r} in {release.assignment}.{hint} "
            f"Tests grade: {', '.join(tested) or 'none'}."
        )
    if found[name].manual:
        raise RefusedError(
            f"{name} is marked by a person: `mlops-lab class mark {release.assignment} --again` "
            f"changes the mark. Tests grade: {', '.join(tested) or 'none'}."
        )
    return found[name]


def _result(connection: "Connection", one: Submission, task: str) -> TaskResult | None:
    from mlops_lab.workbench.classroom.book.rows import row
    from mlops_lab.workbench.classroom.book.tables import RESULTS

    found = row(connection, RESULTS, submission=one.id, task=task)
    if found is None:
        return None
    return TaskResult(**{each.name: found[each.name] for each in fields(TaskResult)})


def _give(
    connection: "Connection", counts: Submission, one: Override, *, by: str
) -> tuple[Mark | None, Mark]:
    from mlops_lab.workbench.classroom.book.read import mark_of
    from mlops_lab.workbench.classroom.book.rows import iso, put, row
    from mlops_lab.workbench.classroom.book.tables import MARKS

    found = row(connection, MARKS, submission=counts.id, task=one.task)
    before, reason = mark_of(found) if found else None, one.reason.strip()
    if before and (before.points, before.comment) == (one.points, reason):
        return before, before
    assert one.points is not None  # else it is taken back
    values = {
        "submission": counts.id, "task": one.task, "points": float(one.points), "comment": reason,
        "by": by, "marked": iso(), "met": None,
    }  # fmt: skip
    put(connection, MARKS, ("submission", "task"), values, by=by)
    return before, mark_of(values)


def _take_back(connection: "Connection", counts: Submission, one: Override, *, by: str) -> Mark:
    """Take it off all of the student's submissions: a later one gets none from an earlier one."""
    from mlops_lab.workbench.classroom.book.marks import remove_marks

    removed = remove_marks(
        connection, counts.assignment, counts.student, one.task, one.reason.strip(), by=by
    )
    if not removed:
        raise RefusedError(f"{one.student} has no override of {one.task} in {counts.assignment}.")
    return removed.get(counts.id) or removed[max(removed)]
