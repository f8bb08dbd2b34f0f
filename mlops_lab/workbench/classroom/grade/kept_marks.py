"""A mark stays with its answer: who hands in again keeps it where the answer is the same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.answers import Answers
from mlops_lab.workbench.classroom.book import marks, submissions
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import load_release, read_student
from mlops_lab.workbench.classroom.grade.plan import ANSWER, TEST, Plan
from mlops_lab.workbench.classroom.lenient import UnreadableError
from mlops_lab.workbench.classroom.model import Mark, Submission
from mlops_lab.workbench.classroom.submission import read_submission
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["keep_marks"]


@dataclass(frozen=True)
class _Task:
    """What a mark hangs on: the points of its task, and the cells of its answer."""

    points: float
    cells: tuple[str, ...]


@dataclass(frozen=True)
class _Before:
    """What an earlier submission says, and what its release gives for each task."""

    sources: Mapping[str, str]
    worth: Mapping[str, float]


def keep_marks(
    folder: ClassFolder, book: "Engine", one: Submission, answers: Answers, plan: Plan, *, by: str
) -> None:
    """Give a new submission the marks of the student's last one, where its answers are unchanged.

    A mark in place of computed points stays likewise with the answers that its test is about.

    Parameters
    ----------
    folder, book : ClassFolder, Engine
        The class and its open grade book.
    one : Submission
        The new one; a task of it that somebody has marked keeps that mark.
    answers : Answers
        What it says.
    plan : Plan
        Of its release: its tasks, their points, and their answers' cells.
    by : str
        Who grades, for the history; the mark itself keeps its marker, its time and its comment.
    """
    mine = marks(book, one.id)
    wanted = {name: task for name, task in _tasks(plan, answers).items() if name not in mine}
    if not wanted:
        return
    kept = dict[str, Mark]()
    for old in reversed(submissions(book, one.assignment, one.student)):
        if (old.received, old.id) >= (one.received, one.id):
            continue
        given = marks(book, old.id)
        told = wanted.keys() & given.keys()
        before = _before(folder, old) if told else None
        for name in sorted(told):
            task = wanted.pop(name)  # the last mark decides, also where it does not fit
            if (
                before
                and _is_same(task, before, answers)
                and _fits(name, given[name], task, before)
            ):
                kept[name] = given[name]
    _enter(book, one, kept, by)


def _tasks(plan: Plan, answers: Answers) -> dict[str, _Task]:
    """List what may keep a mark: all that was tested, and of the rest what was answered."""
    every = tuple(each.name for each in plan.steps if each.kind == ANSWER)
    found = {
        step.name: _Task(step.points, step.answers or every)  # one about no answer sees all
        for step in plan.steps
        if step.kind == TEST
    }
    for name, points, cell in plan.manual:
        if cell in answers.sources and cell not in answers.untouched:
            found[name] = _Task(points, (cell,))
    return found


def _is_same(task: _Task, before: _Before, answers: Answers) -> bool:
    return all(before.sources.get(name) == answers.sources.get(name) for name in task.cells)


def _fits(name: str, mark: Mark, task: _Task, before: _Before) -> bool:
    """Tell whether points are not too many now, unless they were given beyond the task's then."""
    return mark.points <= task.points or mark.points > before.worth.get(name, mark.points)


def _before(folder: ClassFolder, old: Submission) -> _Before | None:
    try:
        release = load_release(folder.frozen, old.assignment, old.release)
        answers = read_submission(folder, old, release, read_student(release))
    except (UnreadableError, RefusedError):
        return None  # nothing to compare with: a person reads the answer again
    return _Before(answers.sources, {one.grade_id: one.points for one in release.tasks})


def _enter(book: "Engine", one: Submission, kept: Mapping[str, Mark], by: str) -> None:
    from mlops_lab.workbench.classroom.book.open import writing
    from mlops_lab.workbench.classroom.book.rows import put
    from mlops_lab.workbench.classroom.book.tables import MARKS

    if not kept:
        return
    with writing(book) as connection:
        for task, mark in kept.items():
            values = {
                "submission": one.id, "task": task, "points": mark.points, "comment": mark.comment,
                "by": mark.by, "marked": mark.marked,
                "met": None if mark.met is None else json.dumps(list(mark.met)),
            }  # fmt: skip
            put(connection, MARKS, ("submission", "task"), values, by=by)
