"""When an assignment is due, for whom: the class's time, and extensions of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.book.extensions import extensions
from mlops_lab.workbench.classroom.folder import ClassFolder

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["DueTimes", "due_times"]


@dataclass(frozen=True)
class DueTimes:
    """When an assignment is due.

    Attributes
    ----------
    common : datetime or None
        For all who have no extension; None where nothing is ever late.
    extended : mapping of str to datetime
        By student, where it is later than `common`.
    """

    common: datetime | None = None
    extended: Mapping[str, datetime] = field(default_factory=dict)

    def of(self, student: str) -> datetime | None:
        """Return a student's due time; None where nothing is ever late."""
        return self.extended.get(student, self.common)


def due_times(folder: ClassFolder, book: "Engine", assignment: str) -> DueTimes:
    """Read when an assignment is due.

    An extension that ends before the class's own due time, which was moved since, is none.
    """
    common = folder.due.get(assignment)
    if common is None:
        return DueTimes()
    given = {one.student: one.until for one in extensions(book, assignment)}
    times = {student: datetime.fromisoformat(until) for student, until in given.items()}
    return DueTimes(common, {student: one for student, one in times.items() if one > common})
