"""How each task went: how hard it was, whether it goes with the others, what went wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.report.gather import Class, Paper
from mlops_lab.workbench.classroom.report.messages import Error, common_errors
from mlops_lab.workbench.classroom.report.statistics import (
    FEW,
    Discrimination,
    discrimination,
    wilson,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STATES", "TaskReport", "frame", "judged", "points_of", "task_reports"]

STATES = (
    "passed", "marked", "partial", "failed", "error", "timed out", "killed", "missing",
    "unreadable", "to mark", "not graded",
)  # fmt: skip
LOW = 0.1  # a correlation below says hardly anything
_ENOUGH = 3


@dataclass(frozen=True)
class TaskReport:
    """How one task went, among those whose file could be read.

    Attributes
    ----------
    task, title : str
        Its grade_id and its heading.
    of : float
        Its points.
    extra : bool
        Whether they come on top of the total.
    shares : tuple of float
        Of these points, for all who have some result.
    difficulty : tuple of float or None
        The mean share with its 95 percent interval; a high one is an easy task.
    discrimination : Discrimination
        How it goes with the others.
    states : mapping of str to int
        How many answers ended in each state, in the order of `STATES`.
    untouched, answered : int
        Answers that are as they were handed out or gone, of how many whose cells are known.
    flags : tuple of str
        What an instructor should look at, a sentence each.
    errors : tuple of Error
        The most frequent ones.
    """

    task: str
    title: str
    of: float
    extra: bool
    shares: tuple[float, ...]
    difficulty: tuple[float, float, float] | None
    discrimination: Discrimination
    states: Mapping[str, int]
    untouched: int
    answered: int
    flags: tuple[str, ...]
    errors: tuple[Error, ...]


def judged(course: Class) -> list[Paper]:
    """Return the papers that say something about tasks: those that could be read."""
    return [
        paper
        for paper in course.papers
        if paper.readable
        and not (paper.results and all(r.state == "unreadable" for r in paper.results.values()))
    ]


def points_of(course: Class, papers: Sequence[Paper]) -> dict[str, list[float | None]]:
    """Return the points of all papers for each task, None where there are none."""
    return {task: [paper.points(task) for paper in papers] for task in course.tasks}


def task_reports(course: Class) -> list[TaskReport]:
    """Describe each task.

    Parameters
    ----------
    course : Class
        From `gather`.

    Returns
    -------
    list of TaskReport
        In the newest release's order; tasks that only older releases have come last.
    """
    papers = judged(course)
    goes = discrimination(points_of(course, papers))
    return [_report(course, task, papers, goes[task]) for task in course.tasks]


def _report(
    course: Class, task: str, papers: Sequence[Paper], goes: Discrimination
) -> TaskReport:  # fmt: skip
    given = [paper for paper in papers if task in course.sheet(paper).titles]
    shares = tuple(s for paper in given if (s := _share(course, paper, task)) is not None)
    counted = Counter(paper.state(task) for paper in given)
    known = [paper for paper in given if paper.answers and course.sheet(paper).cells.get(task)]
    sheet = course.holding(task)
    found = next(one for one in sheet.release.tasks if one.grade_id == task)
    return TaskReport(
        task=task,
        title=sheet.titles[task],
        of=found.points,
        extra=found.extra,
        shares=shares,
        difficulty=wilson(shares),
        discrimination=goes,
        states={name: counted[name] for name in (*STATES, *counted) if counted[name]},
        untouched=sum(_is_untouched(course, paper, task) for paper in known),
        answered=len(known),
        flags=tuple(_flags(shares, goes)),
        errors=tuple(common_errors(p.results[task] for p in given if task in p.results)),
    )


def _share(course: Class, paper: Paper, task: str) -> float | None:
    points = paper.points(task)
    release = course.sheet(paper).release
    of = next(one.points for one in release.tasks if one.grade_id == task)
    return None if points is None or not of else points / of


def _is_untouched(course: Class, paper: Paper, task: str) -> bool:
    answers = paper.answers
    assert answers is not None  # the caller chose those with answers
    nothing = {*answers.untouched, *answers.missing}
    return nothing.issuperset(course.sheet(paper).cells[task])


def _flags(shares: Sequence[float], goes: Discrimination) -> list[str]:
    flags = []
    if len(shares) >= _ENOUGH and max(shares) <= 0:
        flags.append("Nobody got a point: is the test right, and the question clear?")
    if len(shares) >= _ENOUGH and min(shares) >= 1:
        flags.append("Everybody got all points: it tells nobody apart.")
    if goes.r is not None and goes.n >= FEW and goes.r < 0:
        flags.append("Who does well elsewhere does worse here: look at this test.")
    elif goes.r is not None and goes.n >= FEW and goes.r < LOW:
        flags.append("Points here hardly go with points elsewhere: look at this test.")
    return flags


def frame(reports: Sequence[TaskReport]) -> "pd.DataFrame":
    """Put task reports into a table, a task a row.

    Parameters
    ----------
    reports : sequence of TaskReport
        From `task_reports`.

    Returns
    -------
    DataFrame
        Indexed by grade_id. Shares are from 0 to 1, states are counts; what cannot be computed is
        NaN.
    """
    import pandas as pd

    rows = []
    for one in reports:
        mean, low, high = one.difficulty or (None, None, None)
        goes = one.discrimination
        rows.append(
            {
                "title": one.title, "points": one.of, "n": len(one.shares),
                "mean_share": mean, "low": low, "high": high,
                "discrimination": goes.r, "discrimination_low": goes.low,
                "discrimination_high": goes.high, "discrimination_n": goes.n,
                "untouched": one.untouched / one.answered if one.answered else None,
                **{name.replace(" ", "_"): one.states.get(name, 0) for name in STATES},
                "flags": " ".join(one.flags),
            }
        )  # fmt: skip
    table = pd.DataFrame(rows, index=pd.Index([one.task for one in reports], name="task"))
    numbers = [name for name in table.columns if name not in ("title", "flags")]
    return table.astype({name: float for name in numbers if table[name].dtype == object})
