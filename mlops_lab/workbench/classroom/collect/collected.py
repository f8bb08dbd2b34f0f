"""What becomes of what is collected: a line a file, or a student of whom there is none."""

from dataclasses import dataclass

__all__ = [
    "DUPLICATE", "LATE", "LEFT", "MISSING", "ON_TIME", "OVER", "REPLACED", "UNPLACED", "UNREADABLE",
    "Collected",
]  # fmt: skip

ON_TIME, LATE, DUPLICATE, REPLACED = "on time", "late", "duplicate", "replaced"
MISSING, UNREADABLE, UNPLACED, LEFT = "missing", "unreadable", "unplaced", "left"
OVER = "too much"


@dataclass(frozen=True)
class Collected:
    """What became of one file, or that a student has handed in nothing.

    Attributes
    ----------
    state : str
        ``on time``, ``late``, ``duplicate``, ``replaced``, ``missing``, ``unreadable``, ``left``
        of who has left the class, ``unplaced``, a file of nobody or for nothing known, or
        ``too much``, files that are over the bounds of one student.
    student, assignment : str
        Ids; empty when not known.
    sentence : str
        Why.
    source : str
        The file's path in what was collected; empty for what is missing.
    submission : int or None
        Its number in the grade book.
    """

    state: str
    student: str
    assignment: str
    sentence: str
    source: str = ""
    submission: int | None = None
