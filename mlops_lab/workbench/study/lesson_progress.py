"""Where a learner stands: what is done and what is next, read from the learner's own files."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from mlops_lab.workbench.runs.course import find_course
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.lesson import read_lesson
from mlops_lab.workbench.study.course_files import CourseFile, course_files, learner_version
from mlops_lab.workbench.study.notebook_state import (
    Cells,
    Tasks,
    asked,
    expected,
    holding,
    is_begun,
    plain_cells,
    read_cells,
    read_tasks,
    tried,
    unrun,
)
from mlops_lab.workbench.study.workspace import Workspace, find_workspace, read_workspace

__all__ = ["LessonProgress", "course_of", "next_steps", "progress"]


@dataclass(frozen=True)
class LessonProgress:
    """One lesson, and how far the learner is with it.

    Attributes
    ----------
    lesson : str
        Such as ``"4.5"``.
    title : str
    course : str
        The folder, such as ``"4_deployment"``.
    name : str
        The notebook's place in the workspace.
    minutes : int or None
        From the lesson's card.
    left : int or None
        Minutes that are left, by the cells that were not run and the self-checks that are open.
    state : str
        ``"not begun"``, ``"begun"``, ``"done"`` (every finding holds, and every self-check was
        tried), or ``"unreadable"``.
    hold, findings : int
        Findings that hold, and all that the lesson makes.
    checks, asked : int
        Self-checks that were tried, and all. Where JupyterLab does not save the state of widgets,
        nobody knows: 0 were tried, and the findings alone say whether the lesson is done.
    assignment : str
        Its place in the workspace; empty where there is none.
    tasks : Tasks or None
        None where there is no assignment, or its file cannot be read.
    problem : str
        Why a file cannot be read; empty otherwise.
    """

    lesson: str
    title: str
    course: str
    name: str
    minutes: int | None
    left: int | None
    state: str
    hold: int
    findings: int
    checks: int
    asked: int
    assignment: str
    tasks: Tasks | None
    problem: str


def progress(workspace: Path | None = None, course: Path | None = None) -> list[LessonProgress]:
    """Read where a learner stands in each lesson; nothing is run.

    Parameters
    ----------
    workspace : Path, optional
        The learner's folder, as `find_workspace` takes it.
    course : Path, optional
        The course folder; the one that the workspace was opened with by default.

    Returns
    -------
    list of LessonProgress
        In the order of the course. A lesson that is not in the workspace is not begun.

    Raises
    ------
    RefusedError
        When there is no course, or the workspace was made by a newer version.
    """
    root = find_workspace(workspace, course)
    masters, space = course_of(root, course), read_workspace(root)
    found = course_files(masters, assignments=True)
    beside = {one.lesson: one.name for one in found if one.assignment}
    return [
        _progress_of(space, one, beside.get(one.lesson, "")) for one in found if not one.assignment
    ]


def course_of(root: Path, given: Path | None = None) -> Path:
    """Find the course that a workspace belongs to.

    Parameters
    ----------
    root : Path
        From `find_workspace`.
    given : Path, optional
        This one and no other.

    Returns
    -------
    Path
        The one that was given, that `lab` has opened the workspace with, or from `find_course`.
    """
    told = read_workspace(root).course
    return find_course(given or (Path(told) if told and Path(told).is_dir() else None))


def _progress_of(space: Workspace, one: CourseFile, assignment: str) -> LessonProgress:
    lesson, problems = read_lesson(one.master), list[str]()
    given, (mine, metadata) = _given(space, one), _mine(space, one.name, problems)
    tasks = _tasks(space, assignment, problems) if assignment else None
    made, checks, questions = holding(mine), tried(metadata), asked(given)
    wanted = expected(given)
    hold = sum(made.get(name, False) for name in wanted)
    answered = checks is None or checks >= questions
    state = "begun" if is_begun(given, mine) else "not begun"
    state = "done" if wanted and hold == len(wanted) and answered else state
    return LessonProgress(
        lesson=lesson.id,
        title=lesson.title,
        course=lesson.course,
        name=one.name,
        minutes=lesson.minutes,
        left=_left(lesson.minutes, unrun(given, mine), questions - (checks or 0), state),
        state="unreadable" if problems else state,
        hold=hold,
        findings=len(wanted),
        checks=checks or 0,
        asked=questions,
        assignment=assignment if space.file(assignment).is_file() else "",
        tasks=tasks,
        problem=" ".join(problems),
    )


def _left(minutes: int | None, share: float, unanswered: int, state: str) -> int | None:
    """Return minutes for the cells that were not run, and at least one for each open question."""
    if minutes is None or state == "done":
        return None if minutes is None else 0
    return max(ceil(minutes * share), unanswered, 1)


def _mine(space: Workspace, name: str, problems: list[str]) -> tuple[Cells, Mapping[str, Any]]:
    """Read the learner's notebook; nothing where it is not there, or not to be read."""
    try:
        return read_cells(space.file(name)) if space.file(name).exists() else ([], {})
    except RefusedError as error:
        problems.append(str(error))
        return [], {}


def _given(space: Workspace, one: CourseFile) -> Cells:
    """Read what was given; where that is not known, what would be given now."""
    if found := _cells(space.base(one.name)):
        return found
    there = space.file(one.name).exists()  # else nothing is compared, and the master is enough
    return plain_cells(learner_version(one).cells) if there else read_cells(one.master)[0]


def _cells(path: Path) -> Cells:
    """Read what was given; nothing where that is not known."""
    try:
        return read_cells(path)[0]
    except RefusedError:  # not there, or damaged: the next update writes it anew
        return []


def _tasks(space: Workspace, name: str, problems: list[str]) -> Tasks | None:
    given = _cells(space.base(name))
    if not given or not space.file(name).is_file():
        return None
    try:
        return read_tasks(given, read_cells(space.file(name))[0])
    except RefusedError as error:
        problems.append(str(error))
        return None


def next_steps(standings: list[LessonProgress]) -> list[tuple[LessonProgress, str]]:
    """Name what to do next.

    Parameters
    ----------
    standings : list of LessonProgress
        From `progress`.

    Returns
    -------
    list of (LessonProgress, str)
        One or two: what was begun is gone on with first, then come the lessons in their order. Each
        with ``"lesson"`` or ``"assignment"``. Empty when all is done.
    """
    open_lessons = [one for one in standings if one.state != "done"]
    lesson = next((one for one in open_lessons if one.state == "begun"), None)
    lesson = lesson or next(iter(open_lessons), None)
    tasks = next(
        (s for s in standings if s.state == "done" and s.tasks and s.tasks.state != "done"), None
    )
    found = [(tasks, "assignment"), (lesson, "lesson")]
    return [(one, what) for one, what in found if one is not None]
