"""What every format is written from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mlops_lab.workbench.classroom.model import Student
from mlops_lab.workbench.classroom.totals import MISSING, Total, shown

__all__ = ["Sheet"]


@dataclass(frozen=True)
class Sheet:
    """Totals that may be exported.

    Attributes
    ----------
    students : sequence of Student
        The roster.
    totals : mapping of str to sequence of Total
        By assignment; in the order of `students`.
    due : mapping of str to datetime
        As in the class.
    names : mapping of str to str
        What an assignment's column is called, where not by its id.
    tasks : bool
        Whether each task has a column too.
    comments : mapping
        What came of each task, as HTML, by assignment and student; empty for no such columns.
    missing_as_zero : bool
        Whether those who handed in nothing have 0 points rather than none.
    ids : str
        Which of Canvas's numbers the ids of the roster are.
    """

    students: Sequence[Student]
    totals: Mapping[str, Sequence[Total]]
    due: Mapping[str, datetime] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    tasks: bool = False
    comments: Mapping[tuple[str, str], str] = field(default_factory=dict)
    missing_as_zero: bool = False
    ids: str = "auto"

    def points(self, points: float | None, total: Total) -> str:
        """Write points of a total; empty where there are none."""
        if total.state == MISSING and self.missing_as_zero:
            return "0"
        return "" if points is None else shown(points)

    def column(self, assignment: str) -> str:
        """Tell what an assignment's column is called."""
        return self.names.get(assignment, assignment)
