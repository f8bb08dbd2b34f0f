"""Put a report together and write it as one page."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.feedback.head import due_text, time_text
from mlops_lab.workbench.classroom.feedback.shown import as_code, harmless
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import read_student
from mlops_lab.workbench.classroom.mark.overrides import Overridden, overrides
from mlops_lab.workbench.classroom.names import private_folder, write_whole
from mlops_lab.workbench.classroom.pages import page_environment
from mlops_lab.workbench.classroom.report.gather import Class, gather
from mlops_lab.workbench.classroom.report.overview import numbers, totals_of, when
from mlops_lab.workbench.classroom.report.same import (
    COMMON,
    LEAST_NODES,
    LEAST_WORDS,
    Group,
    same_answers,
)
from mlops_lab.workbench.classroom.report.statistics import FEW, alpha
from mlops_lab.workbench.classroom.report.tasks import frame, judged, points_of, task_reports
from mlops_lab.workbench.classroom.titles import notebook_title
from mlops_lab.workbench.classroom.totals import shown, totals

if TYPE_CHECKING:
    import pandas as pd
    from jinja2 import Template
    from markupsafe import Markup
    from sqlalchemy import Engine

__all__ = ["report_frame", "write_report"]

_HERE = Path(__file__).parent
_LINES = 60


def write_report(folder: ClassFolder, book: "Engine", assignment: str) -> Path:
    """Write ``reports/<assignment>.html``, a page that needs nothing else; for the instructor only.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    book : Engine
        From `open_book`.
    assignment : str
        Its id.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    RefusedError
        When the assignment was not released, or a release was changed.
    """
    course = gather(folder, book, assignment)
    papers = judged(course)
    known = {one.student: one for one in totals(folder, book, assignment)}
    text = _template().render(
        course=folder.name,
        title=notebook_title(read_student(course.newest.release)) or assignment,
        assignment=assignment,
        release=course.newest.release.number,
        due=due_text(folder, assignment),
        made=time_text(datetime.now(UTC), folder.timezone),
        numbers=numbers(course, papers),
        totals=totals_of(course, papers, known),
        tasks=task_reports(course),
        alpha=alpha(points_of(course, papers)),
        overridden=_overridden(course, overrides(folder, book, assignment)),
        judged=len(papers),
        when=when(folder, course, papers, known),
        same=same_answers(course),
        limits={"nodes": LEAST_NODES, "words": LEAST_WORDS, "common": COMMON, "few": FEW},
    )
    path = folder.path / "reports" / f"{assignment}.html"
    private_folder(path.parent)
    write_whole(path, harmless(text).encode())
    return path


def _overridden(course: Class, found: Sequence[Overridden]) -> list[tuple[str, str, Overridden]]:
    """Return what counts of them, each with the names of the student and the task."""
    people = {one.id: one.name or one.id for one in course.roster}
    return [
        (people[one.student], course.holding(one.task).titles[one.task], one)
        for one in found
        if one.counts and one.student in people
    ]


def report_frame(folder: ClassFolder, book: "Engine", assignment: str) -> "pd.DataFrame":
    """Return the table of tasks, for a notebook; see `tasks.frame` for its columns.

    Parameters
    ----------
    folder, book, assignment
        As in `write_report`.
    """
    return frame(task_reports(gather(folder, book, assignment)))


def _template() -> "Template":
    made = page_environment(_HERE)
    made.filters |= {
        "points": shown,
        "percent": percent,
        "signed": signed,
        "code": _code,
        "names": _names,
    }
    return made.get_template("report.html.j2")


def percent(share: float) -> str:
    """Write a share as a whole percentage.

    Examples
    --------
    >>> [percent(one) for one in (0.5, 0.004, 0.996, 1.0)]
    ['50', '<1', '>99', '100']
    """
    if 0 < share < 0.005:
        return "<1"
    return ">99" if 0.995 <= share < 1 else f"{100 * share:.0f}"


def signed(number: float) -> str:
    """Write a correlation with two decimals and a true minus.

    Examples
    --------
    >>> signed(-0.5), signed(0.251), signed(-0.001)
    ('\N{MINUS SIGN}0.50', '0.25', '0.00')
    """
    text = f"{number:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "\N{MINUS SIGN}")


def _code(group: Group) -> "Markup":
    lines = group.source.splitlines()
    more = [f"[{len(lines) - _LINES} more lines]"] if len(lines) > _LINES else []
    return as_code("\n".join([*lines[:_LINES], *more]), python=group.kind == "code")


def _names(students: Sequence[object]) -> list[str]:
    return [getattr(one, "name", "") or getattr(one, "id", "") for one in students]
