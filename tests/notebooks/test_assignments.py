"""The student's version of each assignment fails its tasks, only with NotImplementedError.

The master, with its solutions, is run by nbval like any lesson: there every assertion passes.
"""

from pathlib import Path

import pytest
import samples
import student
from changes import Change, add, source, swap
from nbformat import NotebookNode
from rules.reading import course_notebooks, is_assignment, read

ROOT = Path(__file__).parents[2] / "notebooks"
MASTERS = [path for path in course_notebooks(ROOT) if is_assignment(path)]


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_student_version_shows_no_answer(path: Path) -> None:
    assert student.traces(read(path), student.student_version(read(path))) == []


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_student_version_only_lacks_the_answers(path: Path, tmp_path: Path) -> None:
    executed = student.run(student.student_version(read(path)), str(tmp_path))
    assert student.problems(executed) == []


def after(change: Change, folder: Path) -> list[str]:
    """Break the sample's master and say what is wrong with its student version."""
    nb = samples.good_assignment()
    change(nb)
    return student.problems(student.run(student.student_version(nb), str(folder)))


def nothing(nb: NotebookNode) -> None:
    """Leave the sample as it is."""


NAME_ERROR = "fails with NameError; only NotImplementedError may"
BROKEN: list[tuple[Change, list[str]]] = [
    (nothing, []),
    (source("test-1", "assert True, 'no'"), ["cell test-1 passes before the task is done"]),
    (source("add-1", "### BEGIN SOLUTION\nx\n### END SOLUTION"), [f"cell test-1 {NAME_ERROR}"]),
    (add("add-1", samples.code("use", "add_1(1)")), ["cell use fails and belongs to no task"]),
]


@pytest.mark.parametrize(("change", "told"), BROKEN, ids=["good", "lax", "top-level", "use"])
def test_a_student_version_is_judged(change: Change, told: list[str], tmp_path: Path) -> None:
    assert after(change, tmp_path) == told


def test_the_sample_leaves_no_trace() -> None:
    nb = samples.good_assignment()
    assert student.traces(nb, student.student_version(nb)) == []


def test_a_trace_is_found() -> None:
    nb = samples.good_assignment()
    leaked = samples.good_assignment()
    swap("task-1", "Do it.", "return x + 1")(leaked)
    assert student.traces(nb, student.student_version(leaked)) == ["return x + 1"]
    assert "BEGIN SOLUTION" in student.traces(nb, nb)
