"""Odd and honest submissions get exactly the points that their answers deserve."""

from collections.abc import Callable

import pytest

from .case import Case
from .conftest import CASES, Run


def states_and_points(graded: Run, one: Case) -> None:
    tasks = graded.tasks[one.name]
    told = {name: task.message for name, task in tasks.items()}
    assert {name: task.state for name, task in tasks.items()} == one.states, told
    assert {name: task.points for name, task in tasks.items()} == one.points, told


def what_the_student_reads(graded: Run, one: Case) -> None:
    tasks = graded.tasks[one.name]
    for name, words in one.says.items():
        assert words in tasks[name].message
    for task in tasks.values():
        assert task.message
        assert task.message[-1] in ".…" or task.state in ("failed", "error"), task.message


def what_collecting_says(graded: Run, one: Case) -> None:
    line = graded.lines[one.name]
    unreadable = one.manual == "unreadable"
    assert line.state == ("unreadable" if unreadable else "on time"), line
    assert one.note in line.sentence
    if not one.note:
        assert line.sentence.count(".") == 1, line.sentence  # when it was received, nothing else


@pytest.mark.parametrize("check", [states_and_points, what_the_student_reads, what_collecting_says])
def test_each_case(
    graded: Run, check: Callable[[Run, Case], None], subtests: pytest.Subtests
) -> None:
    for one in CASES:
        with subtests.test(one.name):
            check(graded, one)


def test_one_run_graded_all(graded: Run) -> None:
    assert [step.done for step in graded.steps] == list(range(len(CASES) + 1))
    assert graded.steps[-1].note == ""  # tests ran apart from the students' code
    assert len({one.name for one in CASES}) == len(CASES)


def test_what_all_import_was_imported_once(graded: Run) -> None:
    """Else each submission would import it again, and take a second more."""
    assert {"matplotlib.pyplot", "numpy", "pandas"} <= {*graded.modules}
