"""The CSV that Canvas's gradebook imports.

Canvas knows the file by the first columns, takes the row of points possible for what a new
assignment is worth, and finds a student by its own number in ID, else by SIS User ID, else by
SIS Login ID. It reads a number from the first digits of ID, so nothing else may be there.
"""

from collections.abc import Mapping, Sequence

from mlops_lab.workbench.classroom.export.cells import as_csv, guarded
from mlops_lab.workbench.classroom.export.sheet import Sheet
from mlops_lab.workbench.classroom.model import Student
from mlops_lab.workbench.classroom.totals import shown
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["IDS", "canvas"]

IDS: Mapping[str, Sequence[int]] = {"auto": (), "canvas": (0,), "sis": (1,), "login": (2,)}
"""Which of the columns ID, SIS User ID and SIS Login ID the ids of the roster go to."""

_HEADER = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_POSSIBLE = "Points Possible"


def canvas(sheet: Sheet) -> str:
    """Write the CSV: a line a student, a column an assignment, the second row the points possible.

    `Sheet.ids` says which of Canvas's columns the ids of the roster are from. By default they
    stand in ID where all are numbers, as those that Canvas exports, and otherwise in SIS User ID
    and SIS Login ID, of which Canvas takes the one that it knows. An assignment that Canvas has
    already is found by a column called ``Title (number)``, as in Canvas's own export:
    `Sheet.names` gives it.
    """
    names = [sheet.column(one) for one in sheet.totals]
    possible = [shown(max((t.of for t in totals), default=0)) for totals in sheet.totals.values()]
    rows = [[*_HEADER, *map(guarded, names)], [f"    {_POSSIBLE}", "", "", "", "", *possible]]
    places = _places(sheet)
    for place, student in enumerate(sheet.students):
        ids = [student.id if column in places else "" for column in range(3)]
        own = [totals[place] for totals in sheet.totals.values()]
        points = [sheet.points(one.total, one) for one in own]
        rows.append([guarded(_name(student)), *ids, "", *points])
    return as_csv(rows)


def _places(sheet: Sheet) -> Sequence[int]:
    words = [one.id for one in sheet.students if not (one.id.isdecimal() and one.id.isascii())]
    if sheet.ids == "canvas" and words:
        raise RefusedError(
            f"Canvas's own ids are numbers, and the roster has {words[0]!r}. Import its gradebook "
            "as the roster, or take --ids sis or --ids login."
        )
    return IDS[sheet.ids] or ((1, 2) if words else (0,))


def _name(student: Student) -> str:
    """Return the name; one that Canvas would take for its row of points is not a name."""
    return student.id if not student.name or _POSSIBLE in student.name else student.name
