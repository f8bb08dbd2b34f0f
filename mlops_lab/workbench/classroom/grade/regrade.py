"""Grade a class again by the repaired tests of a later release, and say who gains and loses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book import marks, results, submissions
from mlops_lab.workbench.classroom.book.regraded import enter_regraded
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, load_release
from mlops_lab.workbench.classroom.grade.grade import counting
from mlops_lab.workbench.classroom.grade.session import GradingSession, cache_key, plan_digest
from mlops_lab.workbench.classroom.model import Mark, Submission, TaskResult
from mlops_lab.workbench.classroom.points import added
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.many import usual_workers

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Moved", "Regrading"]


@dataclass(frozen=True)
class Moved:
    """What regrading does to one submission.

    Attributes
    ----------
    submission : Submission
        As it stands in the grade book.
    before, after : float or None
        Its points, marks of people in place of computed ones; `before` is None for what was never
        graded.
    changes : tuple of (str, str, str)
        For each task of which points or state change: its name, and both as words.
    tasks : tuple of TaskResult
        What the repaired tests say.
    """

    submission: Submission
    before: float | None
    after: float
    changes: tuple[tuple[str, str, str], ...]
    tasks: tuple[TaskResult, ...]


class Regrading:
    """Grades everything that counts by one release, and writes nothing until it is told to.

    Parameters
    ----------
    folder, book : ClassFolder, Engine
        The class and its open grade book.
    assignment : str
        Its id.
    number : int, optional
        The release whose tests are right; the newest by default.
    isolated : bool
        As in `grade`.

    Attributes
    ----------
    release : Release
        Whose tests grade.
    total : int
        How many submissions are to be graded.

    Raises
    ------
    RefusedError
        When there is no such release, nothing answers an older one, or what was handed in does not
        fit it: other answers, other data, or a task that somebody has marked already.
    """

    def __init__(
        self, folder: ClassFolder, book: "Engine", assignment: str, number: int | None = None, *,
        isolated: bool = True,
    ) -> None:  # fmt: skip
        self.release = load_release(folder.frozen, assignment, number)
        self._folder, self._book, self._isolated = folder, book, isolated
        self._all = submissions(book, assignment)
        self._some = counting(book, assignment)
        self.total = len(self._some)
        older = {one.release for one in self._all} - {self.release.number}
        if not older:
            what = f"release {self.release.number} of {assignment}"
            raise RefusedError(
                f"Everything that was handed in is graded by {what} already. Repair the master and "
                f"release it again: `mlops-lab class release {assignment} --force`."
            )
        if too_new := sorted(one for one in older if one > self.release.number):
            raise RefusedError(
                f"Release {too_new[-1]} of {assignment} is newer than {self.release.number}, and "
                f"was handed in already; regrade by {too_new[-1]} or a later one."
            )
        known = {n: load_release(folder.frozen, assignment, n) for n in sorted(older)}
        for each in known.values():
            _require_alike(each, self.release)
        self._marks = {one.id: marks(book, one.id) for one in self._some}
        for one in self._some:
            if one.release in known:
                _require_marks_fit(self._marks[one.id], known[one.release], self.release)

    def run(self, *, by: str, workers: int | None = None, seconds: float = 30.0) -> Iterator[Moved]:
        """Grade, one submission at a time; see `grade` for the parameters."""
        key = plan_digest(self.release, isolated=self._isolated)
        desk = GradingSession(
            self._folder, self._book, self.release, key, by=by, isolated=self._isolated, keeps=False
        )
        self._found = dict[int, tuple[str, tuple[TaskResult, ...]]]()
        for one, tasks, _ in desk.grade(self._some, workers or usual_workers(), seconds):
            self._found[one.id] = cache_key(key, one), tasks
            yield self._moved(one, tasks)

    def write(self, *, by: str) -> None:
        """Enter what `run` has found: all of it, or nothing."""
        enter_regraded(
            self._book, self.release.assignment, self.release.number, self._found,
            seen=[one.id for one in self._all], by=by,
        )  # fmt: skip

    def _moved(self, one: Submission, tasks: Sequence[TaskResult]) -> Moved:
        old, given = results(self._book, one.id), self._marks[one.id]
        names = [*old, *(task.task for task in tasks if task.task not in old)]
        new = {task.task: task for task in tasks}
        changes = tuple(
            (name, _words(old.get(name)), _words(new.get(name)))
            for name in names
            if name not in given and _words(old.get(name)) != _words(new.get(name))
        )
        before = _points(old, given) if old else None
        return Moved(one, before, _points(new, given), changes, tuple(tasks))


def _points(tasks: Mapping[str, TaskResult], given: Mapping[str, Mark]) -> float:
    computed = (one.points or 0.0 for name, one in tasks.items() if name not in given)
    return added([*computed, *(one.points for one in given.values())])


def _words(result: TaskResult | None) -> str:
    if result is None:
        return "not there"
    points = "-" if result.points is None else f"{result.points:g}"
    return f"{result.state}, {points} of {result.of:g}"


def _require_alike(old: Release, new: Release) -> None:
    what = f"Release {old.number} of {old.assignment} cannot be graded by release {new.number}"
    if set(old.answers) != set(new.answers):
        lost, more = set(old.answers) - set(new.answers), set(new.answers) - set(old.answers)
        told = [f"{how} {', '.join(sorted(names))}" for how, names in
                (("without", lost), ("with", more)) if names]  # fmt: skip
        raise RefusedError(f"{what}: it has other answers, {' and '.join(told)}.")
    if old.variant_seed != new.variant_seed:
        seeds = f"{old.variant_seed or 'none'} and {new.variant_seed or 'none'}"
        raise RefusedError(f"{what}: students got other data (variant seeds {seeds}).")


def _require_marks_fit(given: Mapping[str, Mark], old: Release, new: Release) -> None:
    was = {one.grade_id: one for one in old.tasks}
    now = {one.grade_id: one for one in new.tasks}
    for name, one in given.items():
        by_hand = name in was and was[name].manual
        if name not in now or (by_hand and not now[name].manual):
            what = "nobody marks" if by_hand else "is no task"
            raise RefusedError(
                f"{one.by} has marked {name}, which {what} in release {new.number}. "
                "Keep the task in the repaired master."
            )
        beyond = name in was and one.points > was[name].points  # given so on purpose
        if one.points > now[name].points and not beyond:
            raise RefusedError(
                f"{one.by} gave {one.points:g} points for {name}, which has {now[name].points:g} "
                f"in release {new.number}. {'Mark' if by_hand else 'Override'} it again first, or "
                "keep its points."
            )
