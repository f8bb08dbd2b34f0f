"""Write what is to mark as a table for a spreadsheet."""

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.mark.cells import guarded
from mlops_lab.workbench.classroom.mark.todo import Item, to_mark
from mlops_lab.workbench.classroom.model import Mark
from mlops_lab.workbench.classroom.names import write_whole
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["COLUMNS", "digest_of_mark", "met_text", "stamp", "write_marks"]

COLUMNS = (
    "assignment", "submission", "student", "task", "title", "points available", "rubric", "answer",
    "points", "comment", "met", "digest",
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # a spreadsheet may stop at one
_MOST = 32_000  # a spreadsheet's cell holds 32,767 characters


def write_marks(
    folder: ClassFolder,
    book: "Engine",
    assignment: str,
    file: Path,
    *,
    again: bool = False,
    anonymous: bool = False,
    force: bool = False,
) -> int:
    """Write a CSV with a line for each answer; `read_marks` takes it back with points in it.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    book : Engine
        From `open_book`.
    assignment : str
        Its id.
    file : Path
        Where to.
    again : bool
        Those too that are marked, with their points and comments.
    anonymous : bool
        Without the column of students.
    force : bool
        Replace a file that is there, though it may hold points that were not read yet.

    Returns
    -------
    int
        How many lines it has.

    Raises
    ------
    RefusedError
        When the file is there already, or the assignment was not released.
    """
    if file.exists() and not force:
        raise RefusedError(
            f"{file} is there already and may hold marks. Take another name, or --force."
        )
    items = to_mark(folder, book, assignment, again=again)
    columns = [name for name in COLUMNS if not (anonymous and name == "student")]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(_row(assignment, item) for item in items)
    # With the mark of UTF-8 at its beginning Excel reads accents as they are.
    write_whole(file, out.getvalue().encode("utf-8-sig", "replace"))
    return len(items)


def _row(assignment: str, item: Item) -> dict[str, str]:
    mark = item.mark
    row = {
        "assignment": assignment,
        "submission": str(item.submission),
        "student": item.student,
        "task": item.task,
        "title": item.asked.title,
        "points available": f"{item.of:g}",
        "rubric": "\n".join(f"{n}: {one}" for n, one in enumerate(item.asked.rubric.lines, 1)),
        "answer": _cut("\n".join([item.answer, *(f"[{note}]" for note in item.notes)]).strip("\n")),
        "met": "" if mark is None or mark.met is None else met_text(mark.met),
        "points": "" if mark is None else f"{mark.points:g}",
        "comment": "" if mark is None else mark.comment,
        "digest": stamp(item.digest, mark),
    }
    return {name: guarded(text) for name, text in row.items()}


def _cut(text: str) -> str:
    text = _CONTROL.sub("\ufffd", "\n".join(text.split("\r\n")))
    if len(text) <= _MOST:
        return text
    return f"{text[:_MOST]}\n[cut here: {len(text) - _MOST:,} characters more]"


def stamp(answer: str, mark: Mark | None) -> str:
    """Tell which answer and which mark a line was written with.

    Parameters
    ----------
    answer : str
        Its digest.
    mark : Mark or None
        What stood in the grade book.
    """
    given = "none" if mark is None else digest_of_mark(mark.points, mark.comment, mark.met)
    return f"{answer}-{given}"


def met_text(met: Sequence[int]) -> str:
    """Write the numbers of the rubric's lines that are met.

    Examples
    --------
    >>> met_text((1, 3)), met_text(())
    ('1 3', 'none')
    """
    return " ".join(map(str, met)) or "none"


def digest_of_mark(points: float, comment: str, met: Sequence[int] | None = None) -> str:
    r"""Return a short SHA-256 of points, comment and the lines of the rubric that are met.

    Line ends count alike, however a spreadsheet wrote them, and blanks around do not count.

    Examples
    --------
    >>> digest_of_mark(2, "No\r\nprice ") == digest_of_mark(2.0, "No\nprice")
    True
    """
    plain = "\n".join(comment.split("\r\n")).strip()
    told = f"{float(points):g}\n{plain}"
    if met is not None:
        told += f"\n{met_text(met)}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:10]
