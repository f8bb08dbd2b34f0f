"""Grade submissions to one release: read, tested, and into the book one by one."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.answers import Answers
from mlops_lab.workbench.classroom.book import record_result
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, read_master, read_student
from mlops_lab.workbench.classroom.grade import messages
from mlops_lab.workbench.classroom.grade.kept_marks import keep_marks
from mlops_lab.workbench.classroom.grade.plan import PROVIDED, Plan, make_plan
from mlops_lab.workbench.classroom.grade.reference import Reference, reference
from mlops_lab.workbench.classroom.grade.run import Job, Tested, Tests
from mlops_lab.workbench.classroom.lenient import UnreadableError
from mlops_lab.workbench.classroom.model import Submission, TaskResult
from mlops_lab.workbench.classroom.submission import read_submission
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps.key import installed

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["GradingSession", "cache_key", "master_of", "plan_digest", "prepare"]

_TIMES = 5.0
_OPEN = "Graded without isolation, because it was asked for."


def plan_digest(release: Release, *, isolated: bool) -> str:
    """Return a digest of all that a result depends on, but for the submission."""
    parts = [release.digest, str(release.variant_seed), installed(), str(isolated)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def cache_key(mark: str, submission: Submission) -> str:
    """Return the key of a submission's results."""
    return hashlib.sha256(f"{mark}\n{submission.digest}".encode()).hexdigest()[:20]


def master_of(release: Release, student: str | None = None) -> Plan:
    """Return the plan of a release, with a student's own seed where it has variants."""
    from mlops_lab.workbench.classroom.student_version import with_seed

    nb = read_master(release)
    if release.variant_seed is not None and student is not None:
        nb = with_seed(nb, release.variant_seed, student)
    return make_plan(nb)


def prepare(
    folder: ClassFolder, release: Release, *, isolated: bool = True, workers: int = 1
) -> tuple[Plan, "partial[Tests]", Reference]:
    """Test a release's own solutions, unless that was done before.

    Parameters
    ----------
    folder : ClassFolder
        What was learnt is kept in its ``grading/``.
    release : Release
        What is to be graded.
    isolated : bool
        As in `grade`.
    workers : int
        Submissions at once.

    Returns
    -------
    plan : Plan
        Of the master.
    start : callable
        Gives the process that tests.
    reference : Reference
        What the solutions taught.

    Raises
    ------
    RefusedError
        When the solutions fail, there is no isolation, or answers could read the class.
    """
    if isolated:
        _require_out_of_sight(folder)
    plan = master_of(release)
    file = folder.path / "grading" / f"{release.assignment}-{release.number}.json"
    start = partial(Tests, plan, isolated=isolated, workers=workers, read_only=_data())
    return plan, start, reference(file, plan_digest(release, isolated=isolated), plan, start)


def _data() -> list[str]:
    """Name the folders with data that provided cells load."""
    from mlops_lab.data.folders import cache_folder, datasets_folder

    return [str(one) for one in (datasets_folder(), cache_folder()) if one.is_dir()]


def _require_out_of_sight(folder: ClassFolder) -> None:
    """Refuse a class that lies where answers may read: they would see tests, marks and others."""
    from mlops_lab.workbench.classroom.sandbox.folders import SYSTEM, needed

    readable = [Path(one).resolve() for one in (*_data(), *map(str, needed()), *SYSTEM)]
    secret = {"The class folder": folder.path, "The folder of the masters": folder.course}
    if folder.gradebook.startswith("sqlite"):
        secret["The grade book"] = Path(folder.gradebook.partition(":///")[2])
    for what, path in secret.items():
        for place in readable:
            if path is not None and path.resolve().is_relative_to(place):
                raise RefusedError(
                    f"{what} {path} lies in {place}, which students' answers may read while they "
                    "are graded. Move one of the two."
                )


@dataclass
class GradingSession:
    """What grading submissions to one release goes by: class, book, release, and who grades.

    Without `keeps`, what comes of them is given and not written.
    """

    folder: ClassFolder
    book: "Engine"
    release: Release
    mark: str
    by: str
    isolated: bool
    keeps: bool = True

    def grade(
        self, some: Sequence[Submission], workers: int, seconds: float
    ) -> Iterator[tuple[Submission, tuple[TaskResult, ...], str]]:
        """Grade submissions; give each with its results, and with what is to be said of all."""
        if not some:
            return
        answers = dict[int, Answers]()
        given = read_student(self.release)  # once for all: it is checked as it is read
        for one in some:
            try:
                answers[one.id] = read_submission(self.folder, one, self.release, given)
            except UnreadableError as error:
                yield one, self._keep(one, self._unreadable(str(error))), ""
        readable = [one for one in some if one.id in answers]
        if readable:
            yield from self._test(readable, answers, workers, seconds)

    def _test(
        self, some: Sequence[Submission], answers: Mapping[int, Answers], workers: int,
        seconds: float,
    ) -> Iterator[tuple[Submission, tuple[TaskResult, ...], str]]:  # fmt: skip
        plan, start, master = prepare(
            self.folder, self.release, isolated=self.isolated, workers=workers
        )
        jobs = [self._job(plan, one, answers[one.id]) for one in some]
        by_id = {one.id: one for one in some}
        limit = max(seconds, _TIMES * master.seconds)
        with start(modules=master.modules) as tests:
            found_of = partial(tests.run, jobs, seconds=limit, usual=master.usual)
            for tested in found_of(beside=master.beside):
                one = by_id[tested.id]
                found = self._all(plan, tested, answers[one.id])
                if self.keeps:
                    keep_marks(self.folder, self.book, one, answers[one.id], plan, by=self.by)
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
                told = messages.missing([answer] if answer in answers.missing else [])
                manual.append(TaskResult(name, "missing", 0.0, points, told))
            else:
                manual.append(TaskResult(name, "to mark", None, points, "A person reads this one."))
        return [*tested.tasks, *manual]

    def _unreadable(self, why: str) -> list[TaskResult]:
        told = messages.unreadable(why)
        return [
            TaskResult(o.grade_id, "unreadable", 0.0, o.points, told) for o in self.release.tasks
        ]

    def _keep(self, one: Submission, tasks: Sequence[TaskResult]) -> tuple[TaskResult, ...]:
        if not self.isolated:
            tasks = [replace(task, message=f"{task.message} {_OPEN}") for task in tasks]
        if self.keeps:
            record_result(self.book, one.id, tasks, key=cache_key(self.mark, one), by=self.by)
        return tuple(tasks)
