"""The grade book: who handed in what, what came of it, and who changed it when.

Importing this package does not import SQLAlchemy.
"""

from mlops_lab.workbench.classroom.book.open import open_book
from mlops_lab.workbench.classroom.book.read import (
    history,
    keys,
    marks,
    results,
    scores,
    students,
    submissions,
)
from mlops_lab.workbench.classroom.book.write import (
    add_release,
    add_submission,
    mark,
    put_students,
    record_result,
)

__all__ = [
    "add_release",
    "add_submission",
    "history",
    "keys",
    "mark",
    "marks",
    "open_book",
    "put_students",
    "record_result",
    "results",
    "scores",
    "students",
    "submissions",
]
