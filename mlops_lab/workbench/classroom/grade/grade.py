"""Grade a class: every submission that counts, into the grade book."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book import keys, marks, submissions
from mlops_lab.workbench.classroom.book.gone import gone
from mlops_lab.workbench.classroom.collect.counts import counting as among
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, load_release
from mlops_lab.workbench.classroom.grade.session import GradingSession, cache_key, plan_digest
from mlops_lab.workbench.classroom.model import Submission, TaskResult
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.many import usual_workers

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Graded", "counting", "grade"]


@dataclass(frozen=True)
class Graded:
    """How far grading is, and what came of a submission.

    Attributes
    ----------
    done, total : int
        Submissions that are in the grade book, of how many that had to be graded.
    kept : int
        Submissions that were graded before, and have not changed.
    submission : Submission or None
        The one that was graded; None at the beginning.
    tasks : tuple of TaskResult
        Its results.
    note : str
        What is to be said of all of them; empty without.
    of : float
        What its release gives without extra credit.
    marked : mapping of str to float
        By task, the points of people that count in place of its results.
    """

    done: int
    total: int
    kept: int
    submission: Submission | None = None
    tasks: tuple[TaskResult, ...] = ()
    note: str = ""
    of: float = 0.0
    marked: Mapping[str, float] = field(default_factory=dict)


def counting(book: "Engine", assignment: str) -> list[Submission]:
    """List the submission of each student that counts: the latest from which answers can be read.

    A student of whom nothing can be read counts with the latest file. Who has left the class is
    left out.
    """
    chosen, away = among(submissions(book, assignment)), gone(book)
    return [chosen[name] for name in sorted(chosen) if name not in away]


def grade(
    folder: ClassFolder,
    book: "Engine",
    assignment: str,
    *,
    by: str,
    students: Sequence[str] = (),
    isolated: bool = True,
    force: bool = False,
    workers: int | None = None,
    seconds: float = 30.0,
) -> Iterator[Graded]:
    """Grade what counts of an assignment's submissions.

    A submission whose file, release, tests and software are as they were when it was graded is
    left alone, so a stopped grading goes on where it was. Each result is one transaction.

    Parameters
    ----------
    folder, book : ClassFolder, Engine
        The class and its open grade book.
    assignment : str
        Its id.
    by : str
        Who grades, for the history.
    students : sequence of str
        Only these; all by default.
    isolated : bool
        False runs students' code without isolation; every result then says so.
    force : bool
        Grade unchanged ones again too.
    workers : int, optional
        Submissions at once; one more than there are cores by default.
    seconds : float
        Of wall time for each task; five times what the master's own solutions take where that is
        more.

    Yields
    ------
    Graded
        Once at the beginning, then after each submission.

    Raises
    ------
    RefusedError
        Before anything is graded: no such release or student, the master's own solutions fail its
        tests, or there is no isolation.
    """
    wanted = _wanted(book, assignment, students)
    frozen = {n: load_release(folder.frozen, assignment, n) for n in {s.release for s in wanted}}
    if not frozen:
        load_release(folder.frozen, assignment)  # refuses what was never released
    signs = {n: plan_digest(one, isolated=isolated) for n, one in frozen.items()}
    todo = [
        one
        for one in wanted
        if force or _changed(book, one, frozen[one.release], signs[one.release])
    ]
    state = Graded(0, len(todo), len(wanted) - len(todo))
    yield state
    for number, release in sorted(frozen.items()):
        some = [one for one in todo if one.release == number]
        desk = GradingSession(folder, book, release, signs[number], by=by, isolated=isolated)
        for one, tasks, note in desk.grade(some, workers or usual_workers(), seconds):
            done, of = state.done + 1, release.points
            given = {name: mark.points for name, mark in marks(book, one.id).items()}
            state = replace(
                state, done=done, submission=one, tasks=tasks, note=note, of=of, marked=given
            )
            yield state


def _wanted(book: "Engine", assignment: str, students: Sequence[str]) -> list[Submission]:
    found = counting(book, assignment)
    if left := sorted(set(students) & gone(book).keys()):
        raise RefusedError(
            f"{', '.join(left)} left the class: `mlops-lab class roster back {left[0]}` first."
        )
    if unknown := set(students) - {one.student for one in found}:
        raise RefusedError(
            f"{', '.join(sorted(unknown))} handed in nothing for {assignment}. "
            f"Submissions are there of: {', '.join(one.student for one in found) or 'nobody'}."
        )
    return [one for one in found if not students or one.student in students]


def _changed(book: "Engine", submission: Submission, release: Release, mark: str) -> bool:
    known = keys(book, submission.id)
    return any(known.get(one.grade_id) != cache_key(mark, submission) for one in release.tasks)
