"""Fill the template for one student."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlops_lab.workbench.classroom.answers import Answers
from mlops_lab.workbench.classroom.book import marks, results
from mlops_lab.workbench.classroom.feedback.head import (
    due_text,
    late_text,
    points_text,
    preliminary_text,
    time_text,
)
from mlops_lab.workbench.classroom.feedback.page import parts
from mlops_lab.workbench.classroom.feedback.shown import harmless
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, load_release, read_student
from mlops_lab.workbench.classroom.lenient import UnreadableError
from mlops_lab.workbench.classroom.mark.asked import text_above
from mlops_lab.workbench.classroom.mark.rubric import Rubric, read_rubric
from mlops_lab.workbench.classroom.model import Student, Submission
from mlops_lab.workbench.classroom.pages import page_environment
from mlops_lab.workbench.classroom.submission import LostFileError, read_submission
from mlops_lab.workbench.classroom.titles import notebook_title, titles
from mlops_lab.workbench.classroom.totals import Total
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from jinja2 import Template
    from nbformat import NotebookNode
    from sqlalchemy import Engine

__all__ = ["renderer"]

_HERE = Path(__file__).parent


class _Given(NamedTuple):
    """What students got."""

    release: Release
    notebook: "NotebookNode"
    title: str
    titles: Mapping[str, str]
    rubrics: Mapping[str, Rubric]


def renderer(folder: ClassFolder, book: "Engine") -> Callable[[Total, Submission, Student], str]:
    """Return a function that writes the page of a student's total as HTML.

    Releases and the template are read once, however many pages there are.
    """
    template = _template()

    @cache
    def released(assignment: str, number: int) -> _Given:
        release = load_release(folder.frozen, assignment, number)
        nb = read_student(release)
        rubrics = {  # as the students got them: a scheme that was kept from them stays so
            task.grade_id: read_rubric(text_above(nb, task.grade_id))
            for task in release.tasks
            if task.manual
        }
        return _Given(release, nb, notebook_title(nb) or assignment, titles(nb), rubrics)

    def page(total: Total, submission: Submission, student: Student) -> str:
        given = released(submission.assignment, submission.release)
        answers, problem = _answers(folder, given, submission)
        done, marked = results(book, submission.id), marks(book, submission.id)
        text = template.render(
            course=folder.name,
            title=given.title,
            student=student,
            handed_in=time_text(datetime.fromisoformat(submission.received), folder.timezone),
            due=due_text(folder, total.assignment, total),
            late=late_text(folder, total),
            points=points_text(total),
            preliminary=preliminary_text(total),
            problem=problem,
            notes=answers.notes if answers else (),
            parts=parts(
                given.notebook, total.tasks, given.titles, done, marked, answers, given.rubrics,
                folder.markers,
            ),
        )  # fmt: skip
        return harmless(text)

    return page


def _template() -> "Template":
    return page_environment(_HERE).get_template("page.html.j2")


def _answers(
    folder: ClassFolder, given: _Given, submission: Submission
) -> tuple[Answers | None, str]:
    """Read the answers, or say why there are none."""
    try:
        found = read_submission(folder, submission, given.release, given.notebook)
    except LostFileError as error:
        raise RefusedError(
            f"{folder.path / submission.path}, handed in by {submission.student}, cannot be read: "
            f"{error} Put it back; feedback shows the answers in it."
        ) from error
    except UnreadableError as error:
        return None, submission.problem or str(error)
    return found, submission.problem
