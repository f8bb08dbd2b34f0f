"""Read and write the roster: who is in the class, as Canvas, Moodle or a spreadsheet tell it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mlops_lab.workbench.classroom.export.cells import as_csv, guarded
from mlops_lab.workbench.classroom.formulas import unguarded
from mlops_lab.workbench.classroom.model import Student
from mlops_lab.workbench.classroom.names import is_safe_name, write_whole
from mlops_lab.workbench.classroom.roster_text import decoded, footers, table
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["read_roster", "require_same_case", "write_roster"]

# The first column of these that is there is taken. Left out on purpose: Canvas's "Section".
_ID = ("id", "student id", "student", "sis user id", "sis login id", "id number", "idnumber",
       "username", "user name", "login", "matriculation number", "user id")  # fmt: skip
_EMAIL = ("email", "email address", "e mail", "e mail address", "mail")
_NAME = ("name", "full name", "student name", "display name", "student")
_FIRST = ("first name", "firstname", "given name", "forename")
_LAST = ("last name", "lastname", "surname", "family name")
_ROUNDED = re.compile(r"\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_CANVAS = ("id", "sis user id", "sis login id")  # id is what its submissions are named by


def read_roster(file: Path, encoding: str | None = None) -> tuple[list[Student], list[str]]:
    """Read a roster.

    Parameters
    ----------
    file : Path
        CSV with a header; commas, semicolons, tabs or what a first line ``sep=`` says; UTF-8
        with or without BOM, UTF-16 as Excel writes it, or Latin-1, which is told. Titles above
        the header, totals and remarks below the students, and Canvas's rows of points, posting
        and test students are left out.
    encoding : str, optional
        What the file is written in, where it is none of these.

    Returns
    -------
    list of Student
        In the order of the file.
    list of str
        What was unusual, a sentence each.

    Raises
    ------
    RefusedError
        For a file without an id column or without students, of which nothing tells the encoding,
        and, with the row, for an empty or repeated id, one that a spreadsheet has rounded, or one
        that cannot be a folder's name.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RefusedError(f"{file} cannot be read: {error.strerror}.") from error
    text, notes = decoded(content, file, encoding)
    rows, left_out = table(text, file, _is_header)
    columns, canvas = _columns(rows[0][1], file), _is_canvas(rows[0][1])
    if below := footers(rows):
        told = "; ".join(" ".join(filter(None, map(str.strip, row))) for _, row in rows[-below:])
        left_out.append(f"Left out below the students: {told}.")
        rows = rows[:-below]
    found: dict[str, int] = {}
    students = []
    for number, row in rows[1:]:
        cells = [*(unguarded(cell).strip() for cell in row), *[""] * (len(rows[0][1]) - len(row))]
        if canvas and _is_canvas_extra(cells, columns):
            continue
        student = _student(cells, columns)
        _require_good(student.id, found, f"{file}, row {number}")
        found[student.id.casefold()] = number
        students.append(student)
    if not students:
        raise RefusedError(f"{file} has a header and no students.")
    return students, [*notes, *left_out]


def _plain(header: Sequence[str]) -> list[str]:
    return [" ".join(re.sub(r"[^\w]|_", " ", cell.casefold()).split()) for cell in header]


def _is_header(row: Sequence[str]) -> bool:
    """Tell a header from a title: it names ids, and something else or nothing."""
    return not {*_ID}.isdisjoint(_plain(row))


def _columns(header: Sequence[str], file: Path) -> Mapping[str, int | None]:
    plain = _plain(header)
    twice = {name for name in plain if name and plain.count(name) > 1}

    def first(names: Iterable[str]) -> int | None:
        wanted = next((name for name in names if name in plain), None)
        if wanted in twice:
            raise RefusedError(f"{file} has more than one column {wanted!r}. Keep one.")
        return plain.index(wanted) if wanted is not None else None

    columns = {
        "id": first(_CANVAS if _is_canvas(header) else _ID),
        "name": first(_NAME),
        "email": first(_EMAIL),
        "first": first(_FIRST),
        "last": first(_LAST),
    }
    if columns["name"] == columns["id"]:
        columns["name"] = None
    if columns["id"] is None:
        raise RefusedError(
            f"{file} has no column with ids: it has {', '.join(map(repr, header))}. "
            f"Call one of them id, or one of: {', '.join(_ID[1:])}."
        )
    return columns


def _is_canvas(header: Sequence[str]) -> bool:
    return {"student", "id", "section"} <= {*_plain(header)}


def _is_canvas_extra(cells: Sequence[str], columns: Mapping[str, int | None]) -> bool:
    """Tell rows of the gradebook itself: points possible, how grades are posted, a test student.

    Of a real student Canvas always writes the number.
    """
    name, number = cells[columns["name"] or 0], cells[columns["id"] or 0]
    return not number or name in ("Points Possible", "Student, Test", "Test Student")


def _student(cells: Sequence[str], columns: Mapping[str, int | None]) -> Student:
    def at(name: str) -> str:
        place = columns[name]
        return "" if place is None else cells[place]

    name = at("name") or f"{at('first')} {at('last')}".strip()
    return Student(id=at("id"), name=name, email=at("email"))


def _require_good(name: str, found: Mapping[str, int], where: str) -> None:
    if not name:
        raise RefusedError(f"{where}: the id is empty.")
    if _ROUNDED.fullmatch(name):
        raise RefusedError(
            f"{where}: a spreadsheet has rounded the id to {name!r}, and its digits are gone. "
            "Export the list again, with ids as text."
        )
    if not is_safe_name(name):
        raise RefusedError(
            f"{where}: the id {name!r} cannot be a folder's name. Use letters, digits and . _ @ + -"
        )
    if name.casefold() in found:
        raise RefusedError(f"{where}: the id {name!r} is in row {found[name.casefold()]} already.")


def require_same_case(students: Iterable[Student], known: Iterable[Student]) -> None:
    """Refuse ids that differ from known ones in upper and lower case only.

    On macOS and Windows they would share a folder, and they are most likely one person.
    """
    folded = {one.id.casefold(): one.id for one in known}
    for student in students:
        if (old := folded.get(student.id.casefold(), student.id)) != student.id:
            raise RefusedError(f"The id {student.id!r} is in the roster as {old!r}. Use that.")


def write_roster(students: Iterable[Student], file: Path | None = None) -> str:
    """Write the roster as CSV with id, name and email, to a file as well when one is given.

    Text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    rows = [[guarded(one) for one in (s.id, s.name, s.email)] for s in students]
    text = as_csv([["id", "name", "email"], *rows])
    if file is not None:
        write_whole(file, text.encode("utf-8"))
    return text
