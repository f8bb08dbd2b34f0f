"""The CSV that Canvas's gradebook imports.

Canvas knows the file by the first columns, takes the row of points possible for what a new
assignment is worth, and finds a student by its own number in ID, else by SIS User ID, else by
SIS Login ID. It reads a number from the first digits of ID, so nothing else may be there.
"""

from mlops_lab.workbench.classroom.book import Student
from mlops_lab.workbench.classroom.export.cells import as_csv, guarded
from mlops_lab.workbench.classroom.export.sheet import Sheet
from mlops_lab.workbench.classroom.totals import shown

__all__ = ["canvas"]

_HEADER = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_POSSIBLE = "Points Possible"


def canvas(sheet: Sheet) -> str:
    """Write the CSV: a line a student, a column an assignment, the second row the points possible.

    Where all ids of the roster are numbers, as those that Canvas exports, they stand in ID;
    otherwise in SIS User ID and SIS Login ID, of which Canvas takes the one that it knows. An
    assignment that Canvas has already is found by a column called ``Title (number)``, as in
    Canvas's own export: `Sheet.names` gives it.
    """
    names = [sheet.column(one) for one in sheet.totals]
    possible = [shown(max((t.of for t in totals), default=0)) for totals in sheet.totals.values()]
    rows = [[*_HEADER, *map(guarded, names)], [f"    {_POSSIBLE}", "", "", "", "", *possible]]
    numbers = all(one.id.isdecimal() and one.id.isascii() for one in sheet.students)
    for place, student in enumerate(sheet.students):
        ids = (student.id, "", "") if numbers else ("", student.id, student.id)
        own = [totals[place] for totals in sheet.totals.values()]
        points = [sheet.points(one.total, one) for one in own]
        rows.append([guarded(_name(student)), *ids, "", *points])
    return as_csv(rows)


def _name(student: Student) -> str:
    """Give the name; one that Canvas would take for its row of points is not a name."""
    return student.id if not student.name or _POSSIBLE in student.name else student.name
