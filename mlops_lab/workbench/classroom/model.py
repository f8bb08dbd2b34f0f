"""What the classroom speaks of: students, what they hand in, and what comes of it."""

from dataclasses import dataclass

__all__ = ["Change", "Mark", "Score", "Student", "Submission", "TaskResult"]


@dataclass(frozen=True)
class Student:
    """One student of the roster."""

    id: str
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class TaskResult:
    """What came of one task of a submission.

    Attributes
    ----------
    task : str
        The grade_id of the graded cell.
    state : str
        ``passed``, ``failed``, ``partial``, ``error``, ``timed out``, ``killed``, ``missing``,
        ``unreadable`` or ``to mark``.
    points, of : float
        What was reached, of what; `points` is None while a person has to mark it.
    message : str
        A sentence for the student.
    expected, found : str or None
        What the first failed test wanted and what came, where it says so. None for a hidden one.
    detail : str or None
        What happened in full, for the instructor only: it may tell of hidden tests.
    """

    task: str
    state: str
    points: float | None
    of: float
    message: str = ""
    expected: str | None = None
    found: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Submission:
    """One submission; see `add_submission` for what the parts are.

    `untouched` is 1, 0, or None from before that was kept.
    """

    id: int
    assignment: str
    release: int
    student: str
    received: str
    collected: str
    digest: str
    path: str
    problem: str
    untouched: int | None = None


@dataclass(frozen=True)
class Mark:
    """What a person gave for a task; `by` says who, `marked` when.

    `met` has the numbers of the rubric's lines that are met, from 1; None where nobody said.
    """

    task: str
    points: float
    comment: str
    by: str
    marked: str
    met: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Score:
    """One task of the submission that counts for a student.

    `points` is None while nobody marked it; `of` and `state` are None for a task that was marked
    and never graded.
    """

    assignment: str
    release: int
    student: str
    submission: int
    received: str
    task: str
    points: float | None
    of: float | None
    state: str | None
    message: str | None
    marked: bool


@dataclass(frozen=True)
class Change:
    """One line of the history; `old` and `new` are JSON, `old` is None for what was new."""

    id: int
    time: str
    by: str
    what: str
    key: str
    old: str | None
    new: str | None
