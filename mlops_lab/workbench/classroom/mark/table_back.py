"""Read a table of marks back: all of it, or nothing and why."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book import submissions
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.mark.give import GivenMark, mark_all, most_for, points_from
from mlops_lab.workbench.classroom.mark.rows import table_rows
from mlops_lab.workbench.classroom.mark.table import digest_of_mark
from mlops_lab.workbench.classroom.mark.todo import Item, to_mark
from mlops_lab.workbench.classroom.model import Submission
from mlops_lab.workbench.classroom.points import added
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Taken", "read_marks"]

# The others help the marker only: a spreadsheet may turn 4.5 into a date, or its user cut them.
_NEEDED = ("submission", "task", "points", "comment", "digest")
_MET = "met"  # tables from before it are taken too


@dataclass(frozen=True)
class Taken:
    """What came of a table: how many marks were written, were as before, and had no points."""

    written: int
    same: int
    empty: int


@dataclass(frozen=True)
class _Row:
    number: int  # as a spreadsheet counts, the header being 1
    submission: str
    task: str
    points: str
    comment: str
    digest: str
    met: str | None = None  # None where the table has no such column


def read_marks(
    folder: ClassFolder,
    book: "Engine",
    file: Path,
    by: str,
    *,
    assignment: str | None = None,
    extra: bool = False,
) -> Taken:
    """Take the marks of a table into the grade book, in one transaction.

    A row that is as it was written changes nothing, also where somebody has marked or handed in
    since; a row without points is left alone, unless its column ``met`` names lines of the rubric:
    then these add up.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    book : Engine
        From `open_book`.
    file : Path
        From `write_marks`, edited: commas, semicolons or tabs; decimal points or commas; as
        UTF-8, UTF-16 or in Windows' encoding.
    by : str
        Who marks.
    assignment : str, optional
        Refuse rows of any other.
    extra : bool
        Allow more points than a task has.

    Raises
    ------
    RefusedError
        With all rows that are wrong, each with its number; then nothing was written.
    """
    rows = list(_rows(file))
    known = {str(one.id): one for one in submissions(book)}
    items = _items(
        folder, book, {known[row.submission].assignment for row in rows if row.submission in known}
    )
    given, wrong, empty, same = [], [], 0, 0
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        try:
            _require_new(row, seen)
            one = _given(row, _item(row, items, known, assignment), by, extra=extra)
        except RefusedError as error:
            wrong.append(f"row {row.number}: {error}")
            continue
        empty += not (row.points or row.met)
        same += bool(row.points or row.met) and one is None
        given += [one] if one else []
    if wrong:
        raise RefusedError("\n".join([f"Nothing was taken from {file}.", *wrong]))
    written = mark_all(folder, book, given, by=by, extra=extra)
    return Taken(written, same + len(given) - written, empty)


def _rows(file: Path) -> Iterator[_Row]:
    made_by = "`mlops-lab class mark --csv` writes such a file."
    for number, cells in table_rows(file, _NEEDED, (_MET,), made_by=made_by):
        yield _Row(number, **cells)


def _items(
    folder: ClassFolder, book: "Engine", assignments: Iterable[str]
) -> Mapping[tuple[str, str], Item]:
    found = (item for one in sorted(assignments) for item in to_mark(folder, book, one, again=True))
    return {(str(item.submission), item.task): item for item in found}


def _require_new(row: _Row, seen: dict[tuple[str, str], int]) -> None:
    key = (row.submission, row.task)
    if key in seen:
        raise RefusedError(
            f"submission {row.submission}, task {row.task!r} is in row {seen[key]} already. "
            "Keep one of them."
        )
    seen[key] = row.number


def _item(
    row: _Row,
    items: Mapping[tuple[str, str], Item],
    known: Mapping[str, Submission],
    assignment: str | None,
) -> Item | None:
    """Find what a row is about; None where that counts no more and the row asks for nothing."""
    name = f"submission {row.submission}"
    if row.submission not in known:
        raise RefusedError(f"the grade book has no submission {row.submission!r}.")
    if assignment not in (None, known[row.submission].assignment):
        raise RefusedError(f"{name} is of {known[row.submission].assignment}, not {assignment}.")
    if (row.submission, row.task) in items:
        return items[row.submission, row.task]
    tasks = [task for submission, task in items if submission == row.submission]
    if tasks:
        raise RefusedError(f"{name} has no task {row.task!r} to mark; it has: {', '.join(tasks)}.")
    if not (row.points or row.met) or _as_written(row, _met(row, None)):
        return None
    raise RefusedError(
        f"{name} does not count any more, or its student has left, or it has nothing to mark. Take "
        "the row out, and write the table again for what counts now."
    )


def _as_written(row: _Row, met: tuple[int, ...] | None) -> bool:
    before = row.digest.rpartition("-")[2]
    try:
        return digest_of_mark(points_from(row.points), row.comment, met) == before
    except RefusedError:  # no points, or none that could have been written
        return False


def _met(row: _Row, item: Item | None) -> tuple[int, ...] | None:
    """Read which lines of the rubric are met; None where nobody said."""
    if row.met is None:
        return item.mark.met if item and item.mark else None
    if not row.met:
        return None
    words = re.split(r"[\s,;]+", row.met.casefold())
    if words in (["none"], ["0"]):
        return ()
    numbers = [int(word) if word.isdecimal() else 0 for word in words]
    most = len(item.asked.rubric.lines) if item else max(numbers)
    if not all(1 <= number <= most for number in numbers):
        some = f"numbers from 1 to {most} with blanks between, or none"
        allowed = some if most else "nothing, as the task has no such lines"
        raise RefusedError(f"{row.met!r} as the rubric's lines that are met; allowed: {allowed}.")
    return tuple(sorted(set(numbers)))


def _points(row: _Row, item: Item, met: tuple[int, ...] | None, *, extra: bool) -> float | None:
    """Return the points of a row, or those of its lines; None where there are neither."""
    rubric = item.asked.rubric
    if row.points or met is None:
        if not row.points or extra:
            return points_from(row.points) if row.points else None
        try:
            return points_from(row.points, most_for(item.of, item.mark))
        except RefusedError as error:
            raise RefusedError(f"{error} More takes --extra.") from error
    if not rubric.adds_up:
        raise RefusedError("lines are met and there are no points, and no line says what it gives.")
    return min(added(rubric.lines[number - 1].points or 0.0 for number in met), item.of)


def _given(row: _Row, item: Item | None, by: str, *, extra: bool) -> GivenMark | None:
    """Return what a row asks for; None where it asks for nothing."""
    if item is None:
        return None
    mark, met = item.mark, _met(row, item)
    if _as_written(row, met):
        return None
    points = _points(row, item, met, extra=extra)
    if points is None:
        if row.comment and mark is None:
            raise RefusedError("there is a comment and no points. Give points, or take it out.")
        return None
    answer, _, before = row.digest.partition("-")
    if answer != item.digest:
        raise RefusedError(
            "the answer is not the one that the row was written with. Write the table again and "
            "look at it."
        )
    now = "none" if mark is None else digest_of_mark(mark.points, mark.comment, mark.met)
    if mark is None or mark.by == by or now in (before, digest_of_mark(points, row.comment, met)):
        return GivenMark(item.submission, item.task, points, row.comment, mark, met)
    raise RefusedError(
        f"{mark.by} marked it meanwhile, with {mark.points:g} points. Empty the points of the row "
        "to keep that, or write the table again."
    )
