from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.classroom.book import history, mark, marks
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.mark import GivenMark, MeanwhileError, mark_all
from mlops_lab.workbench.classroom.mark.give import points_from
from mlops_lab.workbench.classroom.model import Mark
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

HandIn = Callable[..., int]


def given_to(book: "Engine", submission: int) -> Mark | None:
    return marks(book, submission).get("why")


def test_marks_are_entered_with_who_gave_them(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    ada, bob = hand_in("ada", "a"), hand_in("bob", "b")
    both = [GivenMark(ada, "why", 2.5, "Half."), GivenMark(bob, "why", 0)]
    assert mark_all(folder, book, both, by="me") == 2
    mine = given_to(book, ada)
    assert mine is not None
    assert (mine.points, mine.comment, mine.by) == (2.5, "Half.", "me")
    assert [one.by for one in history(book, "marks")] == ["me", "me"]


def test_the_same_again_is_not_written(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    ada = hand_in("ada", "a")
    mark(book, ada, "why", 2, comment="Half.", by="me")
    assert mark_all(folder, book, [GivenMark(ada, "why", 2, "Half.")], by="you") == 0
    assert len(history(book, "marks")) == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (GivenMark(99, "why", 1), "no submission 99"),
        (GivenMark(1, "what", 1), "Nobody marks a task 'what' in 4.5; to mark are: why"),
        (GivenMark(1, "add-test", 1), "Nobody marks a task 'add-test'"),
        (GivenMark(1, "why", 4.5), "why: 4.5 points; a number from 0 to 4"),
        (GivenMark(1, "why", -1), "why: -1 points; a number from 0 to 4"),
        (GivenMark(1, "why", float("nan")), "why: nan points; a number from 0 to 4"),
    ],
)
def test_one_that_is_refused_keeps_all_out(
    folder: ClassFolder, book: "Engine", hand_in: HandIn, wrong: GivenMark, told: str
) -> None:
    hand_in("ada", "a")
    bob = hand_in("bob", "b")
    with pytest.raises(RefusedError) as caught:
        mark_all(folder, book, [GivenMark(bob, "why", 1), wrong], by="me")
    assert told in str(caught.value)
    assert given_to(book, bob) is None


def test_a_mark_that_was_not_seen_is_not_overwritten(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    ada = hand_in("ada", "a")
    mark(book, ada, "why", 1, comment="No.", by="you")
    with pytest.raises(MeanwhileError, match=r"you gave 1 points and the comment 'No\.'") as caught:
        mark_all(folder, book, [GivenMark(ada, "why", 3)], by="me")
    assert caught.value.mark == given_to(book, ada)
    seen = GivenMark(ada, "why", 3, before=caught.value.mark)
    assert mark_all(folder, book, [seen], by="me") == 1
    with pytest.raises(MeanwhileError, match="me gave 3 points"):
        mark_all(folder, book, [GivenMark(ada, "why", 4, before=seen.before)], by="you")


def test_a_submission_that_does_not_count_any_more_is_refused(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    first, second = hand_in("ada", "a"), hand_in("ada", "b", hours=1)
    with pytest.raises(RefusedError, match=f"{first} does not count any more: submission {second}"):
        mark_all(folder, book, [GivenMark(first, "why", 1)], by="me")


@pytest.mark.parametrize(
    "text", ["", "-1", "6.5", "six", "nan", "inf", "1e0", "1.2.3", "1,2,3", "²", "٣", "--", "."]
)
def test_points_that_are_no_points_are_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="a number from 0 to 6 is allowed"):
        points_from(text, 6)
