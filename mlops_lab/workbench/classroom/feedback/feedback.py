"""Write the pages: whole, and only where something changed."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book import students as roster_of
from mlops_lab.workbench.classroom.book import submissions
from mlops_lab.workbench.classroom.book.rows import no_student
from mlops_lab.workbench.classroom.feedback.render import renderer
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.model import Submission
from mlops_lab.workbench.classroom.names import private_folder, write_whole
from mlops_lab.workbench.classroom.totals import totals
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Feedback", "write_feedback"]


@dataclass(frozen=True)
class Feedback:
    """What was written.

    Attributes
    ----------
    folder : Path
        Where the pages are.
    pages : tuple of Path
        One for each student who handed something in.
    changed : tuple of Path
        Those among them that are new or have another content than before.
    preliminary : tuple of str
        Students whose total is not final.
    missing : tuple of str
        Students who handed in nothing; they have no page.
    left : tuple of Path
        Pages of nobody on the roster, left as they were.
    """

    folder: Path
    pages: tuple[Path, ...]
    changed: tuple[Path, ...]
    preliminary: tuple[str, ...]
    missing: tuple[str, ...]
    left: tuple[Path, ...]


def write_feedback(
    folder: ClassFolder,
    book: "Engine",
    assignment: str,
    students: Collection[str] | None = None,
) -> Feedback:
    """Write ``feedback/<assignment>/<student>.html`` for those who handed something in.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    book : Engine
        From `open_book`.
    assignment : str
        Its id.
    students : collection of str, optional
        Only for these ids; for all by default.

    Returns
    -------
    Feedback
        A page that would be as it is already is not written again.

    Raises
    ------
    RefusedError
        When there is no such assignment or student, or a submission's file is gone.
    """
    from tqdm import tqdm

    people = {one.id: one for one in roster_of(book)}
    for name in students or ():
        if name not in people:
            raise no_student(name, people)
    everyone = totals(folder, book, assignment)
    chosen = [one for one in everyone if students is None or one.student in students]
    handed: dict[int | None, Submission] = {one.id: one for one in submissions(book, assignment)}
    there = [one for one in chosen if one.submission in handed]
    page, changed = renderer(folder, book), []
    place = _place(folder, assignment)
    for one in tqdm(there, unit="page", leave=False, delay=2, disable=None):  # on a terminal only
        text = page(one, handed[one.submission], people[one.student])
        if _put(path := place / f"{one.student}.html", text.encode()):
            changed.append(path)
    return Feedback(
        folder=place,
        pages=tuple(place / f"{one.student}.html" for one in there),
        changed=tuple(changed),
        preliminary=tuple(one.student for one in there if not one.complete),
        missing=tuple(one.student for one in chosen if one.submission not in handed),
        left=tuple(sorted(path for path in place.glob("*.html") if path.stem not in people)),
    )


def _place(folder: ClassFolder, assignment: str) -> Path:
    place = folder.path / "feedback" / assignment
    try:
        private_folder(place)
    except OSError as error:
        raise RefusedError(f"The folder {place} cannot be made: {error.strerror}.") from error
    return place


def _put(path: Path, content: bytes) -> bool:
    if path.is_file() and path.read_bytes() == content:
        return False
    write_whole(path, content)
    return True
