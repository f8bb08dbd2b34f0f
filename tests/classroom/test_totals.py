import doctest
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.classroom import titles as titles_module
from mlops_lab.workbench.classroom import totals as totals_module
from mlops_lab.workbench.classroom.book import add_submission, mark, record_result
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.classroom.release import make_release
from mlops_lab.workbench.classroom.totals import Total, shown, totals
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
PASSED, HALF = TaskResult("add-test", "passed", 2, 2), TaskResult("twice-test", "partial", 1.5, 3)
WAITS = TaskResult("why", "to mark", None, 4)


def hand_in(
    book: "Engine", student: str, *results: TaskResult, days: float = -1, **told: str
) -> int:
    number = add_submission(
        book, assignment="4.5", release=1, student=student, received=DUE + timedelta(days=days),
        digest="d", path=f"submitted/{student}", problem=told.get("problem", ""), by="a test",
    )  # fmt: skip
    record_result(book, number, results, by="a test")
    return number


def of_ada(folder: ClassFolder, book: "Engine") -> Total:
    return totals(folder, book, "4.5")[0]


@pytest.mark.usefixtures("release")
def test_all_of_the_roster_is_there_and_who_handed_in_nothing_has_no_points(
    folder: ClassFolder, book: "Engine"
) -> None:
    found = totals(folder, book, "4.5")
    assert [one.student for one in found] == ["ada", "bob", "s3"]
    for one in found:
        assert (one.state, one.points, one.total, one.of) == ("missing", None, None, 9)
        assert (one.submission, one.release, one.received) == (None, None, None)
        assert (one.complete, one.to_mark, one.to_grade) == (False, (), ())
        assert [task.points for task in one.tasks] == [None] * 3


@pytest.mark.usefixtures("release")
def test_a_total_is_complete_once_all_is_graded_and_marked(
    folder: ClassFolder, book: "Engine"
) -> None:
    number = hand_in(book, "ada", PASSED)
    told = of_ada(folder, book)
    assert (told.state, told.points, told.to_grade) == ("to grade", 2, ("twice-test", "why"))
    record_result(book, number, [HALF, WAITS], by="a test")
    told = of_ada(folder, book)
    assert (told.state, told.total, told.to_mark, told.to_grade) == ("to mark", 3.5, ("why",), ())
    mark(book, number, "why", 3, by="a teacher")
    told = of_ada(folder, book)
    assert (told.state, told.complete, told.total, told.of) == ("complete", True, 6.5, 9)
    assert [one.marked for one in told.tasks] == [False, False, True]
    assert [one.state for one in told.tasks] == ["passed", "partial", "to mark"]


@pytest.mark.usefixtures("release")
def test_zero_points_are_not_the_same_as_none(folder: ClassFolder, book: "Engine") -> None:
    nothing = [TaskResult(name, "missing", 0, 1) for name in ("add-test", "twice-test", "why")]
    hand_in(book, "ada", *nothing)
    told = of_ada(folder, book)
    assert (told.complete, told.points, told.total) == (True, 0, 0)


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize(
    ("days", "share"), [(-1, 1.0), (0, 1.0), (0.5, 0.9), (1.5, 0.8), (11, 0.0)]
)
def test_what_is_late_loses_a_share_of_its_total(
    folder: ClassFolder, book: "Engine", days: float, share: float
) -> None:
    hand_in(book, "ada", PASSED, HALF, days=days)
    told = of_ada(folder, book)
    assert told.share == pytest.approx(share)
    assert told.points == 3.5
    assert told.total == pytest.approx(3.5 * share)
    assert told.days_late == max(0.0, days)


@pytest.mark.usefixtures("release")
def test_the_latest_submission_with_answers_counts(folder: ClassFolder, book: "Engine") -> None:
    hand_in(book, "ada", PASSED, days=-3)
    second = hand_in(book, "ada", HALF, days=-2)
    hand_in(book, "ada", days=-1, problem="The file is empty.")
    told = of_ada(folder, book)
    assert (told.submission, told.points, told.problem) == (second, 1.5, "")


@pytest.mark.usefixtures("release")
def test_an_unreadable_file_says_why(folder: ClassFolder, book: "Engine") -> None:
    hand_in(book, "ada", problem="The file is empty.")
    told = of_ada(folder, book)
    assert (told.state, told.problem, told.points) == ("to grade", "The file is empty.", 0)


def test_points_are_those_of_the_release_that_was_answered(
    folder: ClassFolder,
    book: "Engine",
    release: Release,
    change_master: Callable[[str, str], None],
) -> None:
    hand_in(book, "ada", PASSED)
    change_master('"points": 2', '"points": 5')
    make_release(
        folder, next((folder.path.parent / "course").rglob("*_assignment.ipynb")), force=True
    )
    found = totals(folder, book, "4.5")
    assert [one.of for one in found] == [9, 12, 12]
    assert (found[0].release, found[0].tasks[0].of) == (release.number, 2)


def test_an_unknown_assignment_is_refused(folder: ClassFolder, book: "Engine") -> None:
    with pytest.raises(RefusedError, match=r"no assignment '9\.9'"):
        totals(folder, book, "9.9")


@pytest.mark.parametrize("points", [0.1 + 0.2, 10.0, 100, 0])
def test_points_are_shown_with_two_decimals_at_most(points: float) -> None:
    assert shown(points) == {0.1 + 0.2: "0.3", 10.0: "10", 100: "100", 0: "0"}[points]


@pytest.mark.parametrize("module", [titles_module, totals_module])
def test_examples_are_true(module: object) -> None:
    done = doctest.testmod(module)  # type: ignore[arg-type]  # a module
    assert done.attempted > 0
    assert done.failed == 0
