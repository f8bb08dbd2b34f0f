"""The grade book: who handed in what, what came of it, and who changed it when.

Importing this package does not import SQLAlchemy.
"""

from mlops_lab.workbench.classroom.book.open import open_book
from mlops_lab.workbench.classroom.book.read import (
    Change,
    Score,
    Submission,
    history,
    keys,
    scores,
    students,
    submissions,
)
from mlops_lab.workbench.classroom.book.write import (
    Student,
    TaskResult,
    add_release,
    add_submission,
    mark,
    put_students,
    record_result,
)

__all__ = [
    "Change",
    "Score",
    "Student",
    "Submission",
    "TaskResult",
    "add_release",
    "add_submission",
    "history",
    "keys",
    "mark",
    "open_book",
    "put_students",
    "record_result",
    "scores",
    "students",
    "submissions",
]
