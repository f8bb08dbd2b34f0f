"""Gather what a report is made of: who handed in what, what came of it, what was written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.answers import Answers
from mlops_lab.workbench.classroom.book import marks, results, students, submissions
from mlops_lab.workbench.classroom.collect.counts import counting
from mlops_lab.workbench.classroom.due import due_times
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, load_release, read_master, read_student
from mlops_lab.workbench.classroom.late import days_late
from mlops_lab.workbench.classroom.lenient import UnreadableError
from mlops_lab.workbench.classroom.model import Mark, Student, Submission, TaskResult
from mlops_lab.workbench.classroom.names import is_safe_name
from mlops_lab.workbench.classroom.submission import read_submission
from mlops_lab.workbench.classroom.task_map import task_map
from mlops_lab.workbench.classroom.titles import titles
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from sqlalchemy import Engine

__all__ = ["Class", "Paper", "Sheet", "gather"]


@dataclass(frozen=True)
class Sheet:
    """One release, opened.

    Attributes
    ----------
    release : Release
        Which one.
    titles : mapping of str to str
        The title of each task, by grade_id.
    kinds, stubs, solutions : mapping of str to str
        Of each answer cell: ``"code"`` or ``"markdown"``, what students were given, and what the
        master has.
    cells : mapping of str to tuple of str
        The answer cells that belong to each task.
    """

    release: Release
    titles: Mapping[str, str]
    kinds: Mapping[str, str]
    stubs: Mapping[str, str]
    solutions: Mapping[str, str]
    cells: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Paper:
    """The submission that counts for a student.

    Attributes
    ----------
    student : Student
        Whose it is.
    submission : Submission
        The latest from which answers can be read; without one, the latest.
    late : float
        Days after the student's due time; 0 when it was in time.
    results, marks : mapping
        By task, as the grade book has them.
    answers : Answers or None
        None where the file cannot be read, or is not there any more.
    """

    student: Student
    submission: Submission
    late: float
    results: Mapping[str, TaskResult]
    marks: Mapping[str, Mark]
    answers: Answers | None

    @property
    def readable(self) -> bool:
        """Whether answers could be taken out of it when it was collected."""
        return not self.submission.problem

    def points(self, task: str) -> float | None:
        """Return the points for a task; None while there are none."""
        if task in self.marks:
            return self.marks[task].points
        return self.results[task].points if task in self.results else None

    def state(self, task: str) -> str:
        """Say how a task stands: as it was graded, or that a person marked it, or nobody."""
        if task in self.marks:
            return "marked"
        return self.results[task].state if task in self.results else "not graded"


@dataclass(frozen=True)
class Class:
    """All that is known of an assignment; `newest` is the last of its releases."""

    assignment: str
    newest: Sheet
    sheets: Mapping[int, Sheet]
    roster: Sequence[Student]
    papers: Sequence[Paper]
    lost: Sequence[str] = field(default=())

    @property
    def tasks(self) -> tuple[str, ...]:
        """All tasks: the newest release's, then those that only older ones have."""
        newest_first = sorted(self.sheets, reverse=True)
        names = (task.grade_id for n in newest_first for task in self.sheets[n].release.tasks)
        return tuple(dict.fromkeys(names))

    def sheet(self, paper: Paper) -> Sheet:
        """Return the release that a paper answers."""
        return self.sheets[paper.submission.release]

    def holding(self, task: str) -> Sheet:
        """Return the newest release that has a task."""
        having = (n for n, one in self.sheets.items() if task in one.titles)
        return self.sheets[max(having)]


def gather(folder: ClassFolder, book: "Engine", assignment: str) -> Class:
    """Read the grade book and the submitted files of an assignment.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    book : Engine
        From `open_book`.
    assignment : str
        Its id.

    Raises
    ------
    RefusedError
        When it was not released, or a release was changed.
    """
    if not is_safe_name(assignment):
        raise RefusedError(
            f"{assignment!r} is no assignment's id. Give one as it was released, such as 4.5."
        )
    newest = _sheet(load_release(folder.frozen, assignment))
    chosen = counting(submissions(book, assignment))
    numbers = {one.release for one in chosen.values()} - {newest.release.number}
    sheets = {n: _sheet(load_release(folder.frozen, assignment, n)) for n in numbers}
    sheets[newest.release.number] = newest
    stubs = {n: read_student(one.release) for n, one in sheets.items()}
    roster, due = students(book), due_times(folder, book, assignment)
    papers, lost = [], []
    for person in roster:
        if person.id in chosen:
            one = chosen[person.id]
            answers = _answers(folder, one, sheets[one.release].release, stubs[one.release])
            if answers is None and not one.problem:
                lost.append(one.path)
            papers.append(_paper(folder, book, person, one, answers, due.of(person.id)))
    return Class(assignment, newest, sheets, roster, papers, tuple(lost))


def _paper(
    folder: ClassFolder,
    book: "Engine",
    person: Student,
    submission: Submission,
    answers: Answers | None,
    due: datetime | None,
) -> Paper:
    received = datetime.fromisoformat(submission.received)
    return Paper(
        student=person,
        submission=submission,
        late=days_late(folder.late, due, received),
        results=results(book, submission.id),
        marks=marks(book, submission.id),
        answers=answers,
    )


def _answers(
    folder: ClassFolder, submission: Submission, release: Release, given: "NotebookNode"
) -> Answers | None:
    if submission.problem:
        return None
    try:
        return read_submission(folder, submission, release, given)
    except UnreadableError:  # the caller counts those that should be readable
        return None


def _sheet(release: Release) -> Sheet:
    given, master = read_student(release), read_master(release)
    ours = {name: cell for cell in given.cells if (name := _name(cell)) in release.answers}
    return Sheet(
        release=release,
        titles={task.grade_id: task.grade_id for task in release.tasks} | titles(given),
        kinds={name: cell.cell_type for name, cell in ours.items()},
        stubs={name: cell.source for name, cell in ours.items()},
        solutions={n: cell.source for cell in master.cells if (n := _name(cell)) in ours},
        cells=task_map(given),
    )


def _name(cell: "NotebookNode") -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
