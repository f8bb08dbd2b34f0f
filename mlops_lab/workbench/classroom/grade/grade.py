"""Grade a class: every submission that counts, into the grade book."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.answers import Answers, read_answers
from mlops_lab.workbench.classroom.book import (
    Submission,
    TaskResult,
    keys,
    record_result,
    submissions,
)
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, load_release, read_master
from mlops_lab.workbench.classroom.grade import words
from mlops_lab.workbench.classroom.grade.plan import PROVIDED, Plan, make_plan
from mlops_lab.workbench.classroom.grade.reference import check_master
from mlops_lab.workbench.classroom.grade.run import Job, Tested, Tests
from mlops_lab.workbench.classroom.loose import UnreadableError
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.many import cores
from mlops_lab.workbench.runs.sweeps.key import installed

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Graded", "counting", "grade", "master_of"]

OPEN = "Graded without isolation, because it was asked for."


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
    """

    done: int
    total: int
    kept: int
    submission: Submission | None = None
    tasks: tuple[TaskResult, ...] = ()
    note: str = ""


def counting(book: "Engine", assignment: str) -> list[Submission]:
    """List the submission of each student that counts: the latest from which answers can be read.

    A student of whom nothing can be read counts with the latest file.
    """
    chosen: dict[str, Submission] = {}
    for one in submissions(book, assignment):  # the oldest first
        if one.student not in chosen or not one.problem or chosen[one.student].problem:
            chosen[one.student] = one
    return [chosen[name] for name in sorted(chosen)]


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
        Submissions at once; as many as there are cores by default.
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
    marks = {n: _mark(one, isolated=isolated) for n, one in frozen.items()}
    todo = [
        one
        for one in wanted
        if force or _changed(book, one, frozen[one.release], marks[one.release])
    ]
    state = Graded(0, len(todo), len(wanted) - len(todo))
    yield state
    for number, release in sorted(frozen.items()):
        some = [one for one in todo if one.release == number]
        desk = _Desk(folder, book, release, _key_base=marks[number], by=by, isolated=isolated)
        for one, tasks, note in desk.grade(some, workers or cores(), seconds):
            state = replace(state, done=state.done + 1, submission=one, tasks=tasks, note=note)
            yield state


def _wanted(book: "Engine", assignment: str, students: Sequence[str]) -> list[Submission]:
    found = counting(book, assignment)
    if unknown := set(students) - {one.student for one in found}:
        raise RefusedError(
            f"{', '.join(sorted(unknown))} handed in nothing for {assignment}. "
            f"Submissions are there of: {', '.join(one.student for one in found) or 'nobody'}."
        )
    return [one for one in found if not students or one.student in students]


def _mark(release: Release, *, isolated: bool) -> str:
    """Give a digest of all that a result depends on, but for the submission."""
    parts = [release.digest, str(release.variant_seed), installed(), str(isolated)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _key(mark: str, submission: Submission) -> str:
    return hashlib.sha256(f"{mark}\n{submission.digest}".encode()).hexdigest()[:20]


def _changed(book: "Engine", submission: Submission, release: Release, mark: str) -> bool:
    known = keys(book, submission.id)
    return any(known.get(one.grade_id) != _key(mark, submission) for one in release.tasks)


def master_of(release: Release, student: str | None = None) -> Plan:
    """Give the plan of a release, with a student's own seed where it has variants."""
    from mlops_lab.workbench.classroom.student_version import with_seed

    nb = read_master(release)
    if release.variant_seed is not None and student is not None:
        nb = with_seed(nb, release.variant_seed, student)
    return make_plan(nb)


@dataclass
class _Desk:
    """What grading submissions to one release goes by."""

    folder: ClassFolder
    book: "Engine"
    release: Release
    _key_base: str
    by: str
    isolated: bool

    def grade(
        self, some: Sequence[Submission], workers: int, seconds: float
    ) -> Iterator[tuple[Submission, tuple[TaskResult, ...], str]]:
        answers = dict[int, Answers]()
        for one in some:
            try:
                content = (self.folder.path / one.path).read_bytes()
                answers[one.id] = read_answers(self.release, content)
            except (UnreadableError, OSError) as error:
                yield one, self._keep(one, self._unreadable(str(error))), ""
        readable = [one for one in some if one.id in answers]
        if readable:
            yield from self._test(readable, answers, workers, seconds)

    def _test(
        self, some: Sequence[Submission], answers: Mapping[int, Answers], workers: int,
        seconds: float,
    ) -> Iterator[tuple[Submission, tuple[TaskResult, ...], str]]:  # fmt: skip
        plan = master_of(self.release)
        jobs = [self._job(plan, one, answers[one.id]) for one in some]
        by_id = {one.id: one for one in some}
        tests = Tests(plan, isolated=self.isolated, workers=workers, read_only=_data())
        with tests:
            master = check_master(tests, plan, seconds)
            for tested in tests.run(jobs, seconds=master.seconds, beside=master.beside):
                one = by_id[tested.id]
                found = self._all(plan, tested, answers[one.id])
                yield one, self._keep(one, found), master.note

    def _job(self, plan: Plan, submission: Submission, answers: Answers) -> Job:
        seeds: dict[str, str] = {}
        if self.release.variant_seed is not None:
            own = master_of(self.release, submission.student)
            pairs = zip(plan.steps, own.steps, strict=True)
            seeds = {b.name: b.source for a, b in pairs if a != b and b.kind == PROVIDED}
        blank = (*answers.untouched, *answers.missing)
        return Job(submission.id, dict(answers.sources), blank, seeds)

    def _all(self, plan: Plan, tested: Tested, answers: Answers) -> list[TaskResult]:
        """Put the tasks that a person reads beside those that were tested."""
        manual = []
        for name, points, answer in plan.manual:
            if answer and (answer in answers.missing or answer in answers.untouched):
                told = words.missing([answer] if answer in answers.missing else [])
                manual.append(TaskResult(name, "missing", 0.0, points, told))
            else:
                manual.append(TaskResult(name, "to mark", None, points, "A person reads this one."))
        return [*tested.tasks, *manual]

    def _unreadable(self, why: str) -> list[TaskResult]:
        told = words.unreadable(why)
        return [
            TaskResult(o.grade_id, "unreadable", 0.0, o.points, told) for o in self.release.tasks
        ]

    def _keep(self, one: Submission, tasks: Sequence[TaskResult]) -> tuple[TaskResult, ...]:
        if not self.isolated:
            tasks = [replace(task, message=f"{task.message} {OPEN}") for task in tasks]
        record_result(self.book, one.id, tasks, key=_key(self._key_base, one), by=self.by)
        return tuple(tasks)


def _data() -> list[str]:
    """Name the folders with data that provided cells load."""
    from mlops_lab.data.folders import cache_folder, datasets_folder

    return [str(one) for one in (datasets_folder(), cache_folder()) if one.is_dir()]
