from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.classroom.book import history, mark, marks, put_students
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.mark import Panel, panel
from mlops_lab.workbench.classroom.model import Mark, Student
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

HandIn = Callable[..., int]
HOSTILE = "**so** ![x](http://elsewhere.example/x.png) <script>alert(1)</script>"


@pytest.fixture
def three(folder: ClassFolder, hand_in: HandIn) -> Panel:
    for name in ("ada", "bob", "s3"):
        hand_in(name, f"{name.upper()} says so.")
    return panel(folder, "4.5", by="me")


def given(book: "Engine", shown: Panel, at: int) -> Mark | None:
    item = shown.items[at]
    return marks(book, item.submission).get(item.task)


def test_it_shows_the_task_and_the_answer(three: Panel) -> None:
    form, item = three.form, three.items[0]
    assert "1 of 3" in form.progress.value
    assert "Task 3: say why (4 points)" in form.question.value
    assert "<em>one</em>" in form.question.value
    assert "Two points each" in form.rubric.value
    assert [tick.description for tick in form.ticks] == [
        "It names a reason. (2)",
        "It names a price. (2)",
    ]
    assert item.answer in form.answer.value
    assert "3 words" in form.answer.value
    assert "<strong>pays</strong>" in form.model.value
    assert form.points.value == ""


def test_names_are_hidden_until_asked_for(three: Panel) -> None:
    form, item = three.form, three.items[0]
    assert form.who.value == f"submission {item.submission}"
    everything = " ".join(w.value for w in (form.question, form.answer, form.notes, form.progress))
    assert f"({item.student})" not in everything
    form.names.value = True
    assert item.student in form.who.value
    form.next.click()
    assert three.items[1].student in form.who.value
    form.names.value = False
    assert form.who.value == f"submission {three.items[1].submission}"


def test_ticking_fills_in_the_points_and_next_saves(three: Panel, book: "Engine") -> None:
    form = three.form
    form.ticks[0].value = True
    assert form.points.value == "2"
    form.ticks[1].value = True
    assert form.points.value == "4"
    form.ticks[0].value = False
    form.comment.value = "No reason."
    assert given(book, three, 0) is None
    form.next.click()
    mine = given(book, three, 0)
    assert mine is not None
    assert (mine.points, mine.comment, mine.by) == (2, "No reason.", "me")
    assert "2 of 3" in form.progress.value
    assert "1 marked" in form.progress.value
    assert (form.points.value, form.comment.value) == ("", "")
    assert not any(tick.value for tick in form.ticks)
    form.previous.click()
    assert (form.points.value, form.comment.value) == ("2", "No reason.")


def test_save_and_previous_save_too(three: Panel, book: "Engine") -> None:
    form = three.form
    form.points.value = "1,5"
    form.save.click()
    assert "Saved." in form.said.value
    assert three.at == 0
    form.next.click()
    form.points.value = "0"
    form.previous.click()
    points = [one and one.points for one in (given(book, three, at) for at in range(3))]
    assert points == [1.5, 0, None]


def test_nothing_typed_is_nothing_saved(three: Panel, book: "Engine") -> None:
    for _ in range(5):
        three.form.next.click()
    assert three.at == 2
    assert "That was the last one. 3 of 3 still to mark." in three.form.said.value
    three.form.previous.click()
    assert three.at == 1
    assert history(book, "marks") == []


def test_skip_saves_nothing_and_keeps_what_was_typed(three: Panel, book: "Engine") -> None:
    form = three.form
    form.ticks[1].value = True
    form.comment.value = "Hm."
    form.skip.click()
    assert (three.at, form.points.value, form.comment.value) == (1, "", "")
    assert history(book, "marks") == []
    form.previous.click()
    assert (form.points.value, form.comment.value, form.ticks[1].value) == ("2", "Hm.", True)
    form.next.click()
    assert given(book, three, 0) is not None


@pytest.mark.parametrize("typed", ["4.5", "-1", "many", "nan"])
def test_points_out_of_range_are_refused(three: Panel, book: "Engine", typed: str) -> None:
    three.form.points.value = typed
    for button in (three.form.next, three.form.previous, three.form.save):
        button.click()
        assert three.at == 0
        assert "a number from 0 to 4 is allowed" in three.form.said.value
        assert three.form.points.value == typed
    assert history(book, "marks") == []


def test_a_comment_without_points_is_refused(three: Panel, book: "Engine") -> None:
    three.form.comment.value = "Well."
    three.form.next.click()
    assert three.at == 0
    assert "Points are missing. Give 0 to 4 points" in three.form.said.value
    three.form.points.value = "1"
    three.form.save.click()
    three.form.points.value = ""
    three.form.next.click()
    assert "A mark can be changed, not taken back." in three.form.said.value
    assert len(history(book, "marks")) == 1


def test_steps_of_half_a_point_stay_in_range(three: Panel) -> None:
    form = three.form
    seen = []
    for button in (form.less, form.more, form.more, *[form.more] * 8, form.less):
        button.click()
        seen.append(form.points.value)
    assert seen[:3] == ["0", "0.5", "1"]
    assert seen[-2:] == ["4", "3.5"]


def test_comments_are_offered_again(three: Panel) -> None:
    form = three.form
    assert form.earlier.layout.display == "none"
    form.points.value, form.comment.value = "1", "Name a price."
    form.next.click()
    assert form.earlier.layout.display is None
    form.comment.value = "Nearly."
    form.earlier.value = "Name a price."
    assert form.comment.value == "Nearly.\nName a price."
    assert form.earlier.value == ""


def test_what_somebody_else_gave_meanwhile_is_shown_on_arrival(
    three: Panel, book: "Engine"
) -> None:
    mark(book, three.items[1].submission, "why", 3, comment="Mine.", by="you")
    three.form.next.click()
    assert (three.form.points.value, three.form.comment.value) == ("3", "Mine.")
    assert "you marked this at" in three.form.said.value


@pytest.fixture
def clash(three: Panel, book: "Engine") -> Panel:
    """Somebody else gives 3 points while 1 is typed."""
    three.form.points.value = "1"
    mark(book, three.items[0].submission, "why", 3, comment="Theirs.", by="you")
    three.form.next.click()
    return three


def test_a_mark_given_meanwhile_is_not_overwritten(clash: Panel, book: "Engine") -> None:
    form = clash.form
    assert "marked meanwhile: you gave 3 points" in form.said.value
    for button in (form.next, form.previous, form.save):
        button.click()
        assert (clash.at, form.points.value) == (0, "1")
    theirs = given(book, clash, 0)
    assert theirs is not None
    assert theirs.by == "you"
    assert (form.mine.layout.display, form.theirs.layout.display) == (None, None)


def test_mine_can_be_kept(clash: Panel, book: "Engine") -> None:
    clash.form.mine.click()
    mine = given(book, clash, 0)
    assert mine is not None
    assert (mine.points, mine.by) == (1, "me")
    assert clash.form.mine.layout.display == "none"


def test_theirs_can_be_taken(clash: Panel, book: "Engine") -> None:
    clash.form.theirs.click()
    assert (clash.form.points.value, clash.form.comment.value) == ("3", "Theirs.")
    clash.form.next.click()
    assert clash.at == 1
    assert len(history(book, "marks")) == 1


def test_a_draft_that_was_skipped_meets_the_other_mark(clash: Panel, book: "Engine") -> None:
    clash.form.skip.click()
    clash.form.previous.click()
    assert clash.form.points.value == "1"
    clash.form.next.click()
    assert "marked meanwhile: you gave 3 points" in clash.form.said.value
    assert len(history(book, "marks")) == 1


def test_an_answer_handed_in_again_is_not_marked_any_more(
    three: Panel, book: "Engine", hand_in: HandIn
) -> None:
    hand_in(three.items[0].student, "Better.", hours=1)
    three.form.points.value = "1"
    three.form.next.click()
    assert "does not count any more" in three.form.said.value
    assert history(book, "marks") == []


def test_hostile_text_is_only_text(folder: ClassFolder, book: "Engine", hand_in: HandIn) -> None:
    put_students(book, [Student("bob", "<script>alert(2)</script>")], by="me")
    number = hand_in("bob", HOSTILE)
    mark(book, number, "why", 1, comment=HOSTILE, by="<b onclick=alert(3)>")
    shown = panel(folder, "4.5", again=True)
    shown.form.names.value = True
    shown.form.points.value = "<script>alert(4)</script>"
    shown.form.next.click()
    for widget in (shown.form.answer, shown.form.who, shown.form.said, shown.form.question):
        assert "<script" not in widget.value
        assert "<img" not in widget.value
    assert "&lt;script&gt;alert(4)" in shown.form.said.value
    assert "<strong>so</strong>" in panel(folder, "4.5", again=True).form.answer.value


def test_nothing_to_mark_is_said(folder: ClassFolder, three: Panel) -> None:
    for _ in range(3):
        three.form.points.value = "4"
        three.form.next.click()
    assert "None of 3 still to mark." in three.form.said.value
    empty = panel(folder.path, "4.5")
    assert empty.form.progress.value == "Nothing is to mark in 4.5."
    assert all(entry.disabled for entry in empty.form.entries)


def test_all_that_can_be_pressed_has_a_label(three: Panel) -> None:
    assert all(entry.description for entry in three.form.entries)


def test_a_wrong_folder_or_assignment_is_refused(three: Panel, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="There is no assignment"):
        panel(three._folder, "4.6")
    with pytest.raises(RefusedError, match="No class found"):
        panel(tmp_path, "4.5")


def test_an_error_of_any_kind_is_shown(three: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("mlops_lab.workbench.classroom.mark.give.mark_all", broken)
    three.form.points.value = "1"
    three.form.next.click()
    assert "Not saved. OSError(&#x27;the disk is full" in three.form.said.value
    assert (three.at, three.form.points.value) == (0, "1")
