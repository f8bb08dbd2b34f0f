import hashlib
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import timedelta
from typing import TYPE_CHECKING

import nbformat
import pytest

from mlops_lab.workbench.classroom.book import add_submission, record_result
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, read_student
from mlops_lab.workbench.classroom.model import TaskResult

if TYPE_CHECKING:
    from sqlalchemy import Engine

LONG = """\
def add(a, b):
    # every step by itself
    {total} = 0
    for {each} in (a, b):
        if {each} is None:
            continue
        {total} = {total} + {each} * {factor}
    return {total} if {total} == {total} else float("nan")
"""
HandIn = Callable[..., int]


@pytest.fixture
def long() -> Callable[..., str]:
    """Return an answer that is long enough to be compared."""
    return lambda total="total", each="each", factor=1: LONG.format(
        total=total, each=each, factor=factor
    )


@pytest.fixture
def hand_in(folder: ClassFolder, book: "Engine", release: Release) -> HandIn:
    """Hand in a student's answers, and record points or whole results."""

    def give(
        student: str,
        answers: Mapping[str, str] | None = None,
        points: Mapping[str, float | TaskResult | None] | None = None,
        *,
        hours: float = -1.0,
        problem: str = "",
    ) -> int:
        nb = deepcopy(read_student(release))
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            cell.source = (answers or {}).get(name, cell.source)
        content = nbformat.writes(nb).encode()
        path = folder.submitted / release.assignment / student / "answers.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        number = add_submission(
            book, assignment=release.assignment, release=release.number, student=student,
            received=folder.due[release.assignment] + timedelta(hours=hours),
            digest=hashlib.sha256(content).hexdigest(),
            path=path.relative_to(folder.path).as_posix(), problem=problem, by="a test",
        )  # fmt: skip
        of = {task.grade_id: task.points for task in release.tasks}
        told = [
            each if isinstance(each, TaskResult) else _result(task, each, of[task])
            for task, each in (points or {}).items()
        ]
        record_result(book, number, told, by="a test")
        return number

    return give


def _result(task: str, points: float | None, of: float) -> TaskResult:
    if points is None:
        return TaskResult(task, "to mark", None, of)
    return TaskResult(task, "passed" if points == of else "failed", points, of, "Said 1.")
