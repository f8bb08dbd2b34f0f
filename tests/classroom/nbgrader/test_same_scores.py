"""Courses that were made for nbgrader get the same scores here, task by task."""

from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.grade import grade
from mlops_lab.workbench.runs.errors import RefusedError

from .conftest import Results, Scores, isolation, released
from .courses import ABOVE, ALONE, APART, BESIDE, COURSES
from .notebook import Course, Submission, answer, check

HANDED_IN = [(course, who) for course in COURSES for who in course.submissions]
every = pytest.mark.parametrize(
    ("course", "who"), HANDED_IN, ids=[f"{course.name}-{who}" for course, who in HANDED_IN]
)
Ours = tuple[Results, dict[str, str]]


@every
def test_ours_gives_what_answers_deserve(course: Course, who: str, ours: Ours) -> None:
    tasks = ours[0][course.name][who]
    assert {name: task.points for name, task in tasks.items()} == course.submissions[who].points, {
        name: task.message for name, task in tasks.items()
    }


@every
def test_nbgrader_gives_the_same(course: Course, who: str, theirs: Scores) -> None:
    one = course.submissions[who]
    assert theirs[course.name][who] == {**one.points, **one.wrongly}


def test_where_nbgrader_is_wrong_we_are_not() -> None:
    for course, who in HANDED_IN:
        one = course.submissions[who]
        assert all(one.points[name] != wrong for name, wrong in one.wrongly.items())


@pytest.mark.parametrize("course", APART, ids=lambda one: one.name)
def test_runs_apart(course: Course, ours: Ours) -> None:
    assert ours[1][course.name] == ""


@pytest.mark.parametrize("course", BESIDE, ids=lambda one: one.name)
def test_runs_beside_and_says_so(course: Course, ours: Ours) -> None:
    assert ours[1][course.name].startswith("Tests ran beside the student's code.")
    for tasks in ours[0][course.name].values():
        for task in tasks.values():
            assert task.message.endswith("Tests ran beside the student's code.")


@pytest.mark.parametrize("what", list(ALONE), ids=lambda what: what.replace(" ", "-"))
def test_each_of_them_needs_that(what: str, tmp_path: Path) -> None:
    if isolation():
        pytest.skip(isolation())
    course = Course("alone", ALONE[what], {"nobody": Submission()})
    with released(course, tmp_path) as (folder, book):
        steps = list(grade(folder, book, course.name, by="a test"))
    assert steps[-1].note.startswith("Tests ran beside the student's code.")
    assert [task.points for task in steps[-1].tasks] == [0] * len(steps[-1].tasks)


def test_nbgrader_refuses_credit_above_the_points(theirs: Scores) -> None:
    # Its own words: partial credit cannot be greater than maximum points for cell.
    assert theirs[ABOVE.name]["right"] == {"refused": None}


@pytest.mark.parametrize("credit", ["'0.5'", "-1", "float('nan')", "7"])
def test_a_master_that_ends_with_no_credit_is_refused(credit: str, tmp_path: Path) -> None:
    """Nbgrader warns of all but the last, and gives everybody full points."""
    if isolation():
        pytest.skip(isolation())
    cells = (answer("two", "\ndef two():\n    # solution\n    return 2\n"), check("odd", 1, credit))
    course = Course("odd", cells, {"nobody": Submission()})
    refused = pytest.raises(RefusedError, match=r"own solutions fail its tests: odd .*is credit")
    with released(course, tmp_path) as (folder, book), refused:
        list(grade(folder, book, course.name, by="a test"))


def test_tests_that_nbgrader_would_write_are_refused(tmp_path: Path) -> None:
    """Here they would be comments, which everybody passes."""
    cells = (*ALONE["stdout"], check("auto", 2, "x = 1\n### HASHED AUTOTEST hello('Ada')"))
    with (
        pytest.raises(RefusedError, match="AUTOTEST"),
        released(Course("auto", cells, {}), tmp_path),
    ):
        pytest.fail("it was released")
