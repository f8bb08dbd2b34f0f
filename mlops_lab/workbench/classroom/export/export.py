"""Gather totals, refuse what is not final, and write them in one of the formats."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.classroom.book import students as roster_of
from mlops_lab.workbench.classroom.export.canvas import IDS, canvas
from mlops_lab.workbench.classroom.export.comments import comments_on
from mlops_lab.workbench.classroom.export.moodle import moodle
from mlops_lab.workbench.classroom.export.nbgrader import nbgrader
from mlops_lab.workbench.classroom.export.plain import plain
from mlops_lab.workbench.classroom.export.sheet import Sheet
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import releases
from mlops_lab.workbench.classroom.totals import MISSING, Total, totals
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["FORMATS", "export"]

FORMATS: Mapping[str, Callable[[Sheet], str]] = {
    "csv": plain,
    "canvas": canvas,
    "moodle": moodle,
    "nbgrader": nbgrader,
}
_NAMED = 5


def export(
    folder: ClassFolder,
    book: "Engine",
    assignments: str | Sequence[str] = (),
    form: str = "csv",
    *,
    tasks: bool = False,
    comments: bool = False,
    missing_as_zero: bool = False,
    preliminary: bool = False,
    names: Mapping[str, str] | None = None,
    ids: str = "auto",
) -> str:
    """Write the totals of a class as CSV.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    book : Engine
        From `open_book`.
    assignments : str or sequence of str
        Ids; all that were released when none is given.
    form : str
        One of `FORMATS`.
    tasks : bool
        Add a column for each task; ``csv`` only.
    comments : bool
        Add a column of what came of each task, with people's comments; ``moodle`` only.
    missing_as_zero : bool
        Give those who handed in nothing 0 points rather than none.
    preliminary : bool
        Export totals too of which tasks are still to be graded or marked; what is known counts.
    names : mapping of str to str, optional
        What an assignment's column is called, where not by its id.
    ids : str
        Which of Canvas's columns the ids of the roster are from, one of `IDS`; ``canvas`` only.

    Returns
    -------
    str
        CSV with points after lateness, two decimals at most. Text that a spreadsheet would take
        for a formula has an apostrophe in front.

    Raises
    ------
    RefusedError
        For an unknown assignment or format, for totals that are not final, and for ids that
        Canvas could not take for what they are said to be.
    """
    if form not in FORMATS:
        hint = did_you_mean(form, FORMATS)
        raise RefusedError(f"There is no format {form!r}.{hint} Formats: {', '.join(FORMATS)}.")
    if tasks and form != "csv":
        raise RefusedError(f"Columns for tasks are in the format csv only, not in {form}.")
    if comments and form != "moodle":
        raise RefusedError(f"Columns for comments are in the format moodle only, not in {form}.")
    if ids not in IDS:
        raise RefusedError(f"There are no ids {ids!r}.{did_you_mean(ids, IDS)} {', '.join(IDS)}.")
    if ids != "auto" and form != "canvas":
        raise RefusedError(
            f"Which ids are meant is asked in the format canvas only, not in {form}."
        )
    given = [assignments] if isinstance(assignments, str) else assignments
    chosen = list(dict.fromkeys(given or (one.assignment for one in releases(folder.frozen))))
    if not chosen:
        raise RefusedError("Nothing is released yet: `mlops-lab class release` does it.")
    found = {one: totals(folder, book, one) for one in chosen}
    _require_names(names or {}, chosen)
    if not preliminary:
        _require_final(found)
    return FORMATS[form](
        Sheet(
            students=roster_of(book),
            totals=found,
            due=folder.due,
            names=names or {},
            tasks=tasks,
            comments=comments_on(folder, book, found) if comments else {},
            missing_as_zero=missing_as_zero,
            ids=ids,
        )
    )


def _require_names(names: Mapping[str, str], chosen: Sequence[str]) -> None:
    for one in names:
        if one not in chosen:
            raise RefusedError(
                f"A column is named for {one!r}, which is not exported. Exported are: "
                f"{', '.join(chosen)}.{did_you_mean(one, chosen)}"
            )
    called = [names.get(one, one) for one in chosen]
    for name in called:
        if not name.strip() or called.count(name) > 1:
            raise RefusedError(f"Each column needs a name of its own; {name!r} is not one.")


def _require_final(found: Mapping[str, Sequence[Total]]) -> None:
    told = [text for name, totals in found.items() if (text := _lacking(name, totals))]
    if told:
        raise RefusedError(
            f"{' '.join(told)} Grade and mark them first, or give --preliminary to export what "
            "is known so far."
        )


def _lacking(name: str, totals: Sequence[Total]) -> str:
    open_ = [one for one in totals if one.state != MISSING and not one.complete]
    if not open_:
        return ""
    mark, grade = sum(len(x.to_mark) for x in open_), sum(len(x.to_grade) for x in open_)
    counts = ((mark, "to mark"), (grade, "to grade"))
    what = " and ".join(f"{n} {'task' if n == 1 else 'tasks'} {how}" for n, how in counts if n)
    who = ", ".join(one.student for one in open_[:_NAMED])
    more = f" and {len(open_) - _NAMED} more" if len(open_) > _NAMED else ""
    return f"{name} is not final: {what} ({who}{more})."
