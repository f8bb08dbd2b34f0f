"""The answers of a submission that is kept in the class folder, read in one way by all."""

import hashlib
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.answers import Answers, answers_from
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.lenient import UnreadableError, lenient_read
from mlops_lab.workbench.classroom.model import Submission

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["LostFileError", "is_as_collected", "read_submission"]


class LostFileError(UnreadableError):
    """A file that was kept cannot be read any more; the message is the system's reason."""


def read_submission(
    folder: ClassFolder, one: Submission, release: Release, student: "NotebookNode"
) -> Answers:
    """Read the answers out of a kept submission.

    Parameters
    ----------
    folder : ClassFolder
        The class.
    one : Submission
        From the grade book.
    release : Release
        What it answers.
    student : NotebookNode
        Its student version, from `read_student`, which takes time: once for a class.

    Returns
    -------
    Answers

    Raises
    ------
    LostFileError
        When the file is gone or may not be read.
    UnreadableError
        When nothing of it was kept, or no answer can be read from it.
    """
    if not one.path:
        raise UnreadableError(one.problem)
    try:
        content = (folder.path / one.path).read_bytes()
    except OSError as error:  # in full it would name the file, and so the student
        raise LostFileError(f"{error.strerror}.") from error
    return answers_from(student, release.answers, lenient_read(content))


def is_as_collected(folder: ClassFolder, one: Submission) -> bool:
    """Tell whether the file of a submission is still what was handed in."""
    content = (folder.path / one.path).read_bytes()
    return hashlib.sha256(content).hexdigest() == one.digest
