"""Where a learner stands: what is done and what is next, read from the learner's own files."""

from dataclasses import dataclass
from pathlib import Path

from mlops_lab.workbench.runs.course import find_course
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.lesson import Lesson, read_lesson
from mlops_lab.workbench.study.given import offered
from mlops_lab.workbench.study.traces import (
    Cells,
    Tasks,
    expected,
    holding,
    is_begun,
    read_cells,
    read_tasks,
    tried,
)
from mlops_lab.workbench.study.workspace import Workspace, find_workspace, read_workspace

__all__ = ["Standing", "course_of", "next_steps", "progress"]


@dataclass(frozen=True)
class Standing:
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
    state : str
        ``"not begun"``, ``"begun"``, ``"done"`` (every finding holds), or ``"unreadable"``.
    hold, findings : int
        Findings that hold, and all that the lesson makes.
    checks : int
        Self-checks that were tried; 0 where JupyterLab does not save the state of widgets.
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
    state: str
    hold: int
    findings: int
    checks: int
    assignment: str
    tasks: Tasks | None
    problem: str


def progress(workspace: Path | None = None, course: Path | None = None) -> list[Standing]:
    """Read where a learner stands in each lesson; nothing is run.

    Parameters
    ----------
    workspace : Path, optional
        The learner's folder, as `find_workspace` takes it.
    course : Path, optional
        The course folder; the one that the workspace was opened with by default.

    Returns
    -------
    list of Standing
        In the order of the course. A lesson that is not in the workspace is not begun.

    Raises
    ------
    RefusedError
        When there is no course, or the workspace was made by a newer version.
    """
    root = find_workspace(workspace, course)
    masters, space = course_of(root, course), read_workspace(root)
    found = offered(masters, assignments=True)
    beside = {one.lesson: one.name for one in found if one.assignment}
    return [
        _standing(space, read_lesson(one.master), one.name, beside.get(one.lesson, ""))
        for one in found
        if not one.assignment
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


def _standing(space: Workspace, lesson: Lesson, name: str, assignment: str) -> Standing:
    problems: list[str] = []
    given = _cells(space.base(name)) or read_cells(lesson.path)[0]
    wanted, made, checks, begun = expected(given), {}, 0, False
    try:
        if space.file(name).exists():
            mine, metadata = read_cells(space.file(name))
            made, checks, begun = holding(mine), tried(metadata), is_begun(given, mine)
    except RefusedError as error:
        problems.append(str(error))
    hold = sum(made.get(one, False) for one in wanted)
    tasks = _tasks(space, assignment, problems) if assignment else None
    state = "done" if wanted and hold == len(wanted) else "begun" if begun else "not begun"
    return Standing(
        lesson=lesson.id,
        title=lesson.title,
        course=lesson.course,
        name=name,
        minutes=lesson.minutes,
        state="unreadable" if problems else state,
        hold=hold,
        findings=len(wanted),
        checks=checks,
        assignment=assignment if space.file(assignment).is_file() else "",
        tasks=tasks,
        problem=" ".join(problems),
    )


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


def next_steps(standings: list[Standing]) -> list[tuple[Standing, str]]:
    """Name what to do next.

    Parameters
    ----------
    standings : list of Standing
        From `progress`.

    Returns
    -------
    list of (Standing, str)
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
