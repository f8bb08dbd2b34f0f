from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from mlops_lab.workbench.classroom.book import (
    add_release,
    add_submission,
    mark,
    put_students,
    record_result,
)
from mlops_lab.workbench.classroom.collect.keep import digest_of
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import STUDENT, Release
from mlops_lab.workbench.classroom.mark import comments, to_mark
from mlops_lab.workbench.classroom.mark.rubric import Line
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.release import make_release
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

HandIn = Callable[..., int]


def test_an_item_has_all_that_a_marker_needs(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    number = hand_in("ada", "Since it is so.")
    (item,) = to_mark(folder, book, "4.5")
    assert (item.submission, item.student, item.task, item.of) == (number, "ada", "why", 4)
    assert item.asked.title == "Task 3: say why"
    assert item.asked.question == "In *one* sentence."
    assert item.asked.rubric.lines == (
        Line("It names a reason.", 2.0),
        Line("It names a price.", 2.0),
    )
    assert item.asked.model == "Because it **pays**."
    assert (item.answer, item.asked.code, item.mark, item.done) == (
        "Since it is so.",
        False,
        None,
        False,
    )
    assert item.notes == ()


def test_the_latest_readable_submission_is_marked(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada", "first")
    second = hand_in("ada", "second", hours=1)
    hand_in("ada", "third", hours=2, problem="The file is empty.")
    hand_in("bob", "nothing", problem="The file is empty.")
    assert [(one.submission, one.answer) for one in to_mark(folder, book, "4.5")] == [
        (second, "second")
    ]


def test_what_is_marked_is_left_out_until_asked_for(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    ada, bob, cem = (hand_in(name, f"{name} says") for name in ("ada", "bob", "s3"))
    mark(book, ada, "why", 3, comment="Good.", by="me")
    missing = TaskResult("why", "missing", 0, 4, "There is no answer.")
    record_result(book, cem, [missing], by="a test")
    record_result(book, bob, [TaskResult("why", "to mark", None, 4)], by="a test")
    assert [one.submission for one in to_mark(folder, book, "4.5")] == [bob]
    again = {one.submission: one for one in to_mark(folder, book, "4.5", again=True)}
    assert {number: one.done for number, one in again.items()} == {ada: True, bob: False, cem: True}
    given = again[ada].mark
    assert given is not None
    assert (given.points, given.comment, given.by) == (3, "Good.", "me")


def test_the_order_is_stable_and_not_the_alphabet(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    names = [f"s{i:02}" for i in range(12)]
    put_students(book, [Student(name) for name in names], by="me")
    for name in names:
        hand_in(name, f"{name} says")
    first = [one.student for one in to_mark(folder, book, "4.5")]
    assert sorted(first) == names
    assert first != names
    mark(book, 1, "why", 1, by="me")
    assert [one.student for one in to_mark(folder, book, "4.5")] == [n for n in first if n != "s00"]


def test_nothing_written_is_told(folder: ClassFolder, book: "Engine", hand_in: HandIn) -> None:
    hand_in("ada", None)
    (item,) = to_mark(folder, book, "4.5")
    assert item.answer == ""
    assert item.notes == ("The answer is still as it was handed out, or empty.",)


def test_a_file_that_is_gone_or_changed_is_told_without_its_name(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    hand_in("ada", "as it was")
    (path,) = (folder.submitted / "4.5" / "ada").rglob("*.ipynb")
    path.write_bytes(path.read_bytes().replace(b"as it was", b"better"))
    (item,) = to_mark(folder, book, "4.5")
    assert item.answer == "better"
    assert item.notes == ("The file is not as it was collected: somebody changed it.",)
    path.unlink()
    (item,) = to_mark(folder, book, "4.5")
    assert item.notes == ("The submission cannot be read: No such file or directory.",)
    path.write_bytes(b"{")
    (item,) = to_mark(folder, book, "4.5")
    assert "not JSON" in item.notes[0]


def test_each_is_marked_by_its_own_release(
    folder: ClassFolder,
    book: "Engine",
    master: Path,
    release: Release,
    hand_in: HandIn,
    change_master: Callable[[str, str], None],
) -> None:
    hand_in("ada", "to the first")
    change_master('"points": 4', '"points": 6')
    newest = make_release(folder, master, force=True)
    assert newest.points == release.points + 2
    (item,) = to_mark(folder, book, "4.5")
    assert item.of == 4


def test_a_task_cell_and_a_marked_code_cell(
    folder: ClassFolder, book: "Engine", master: Path, hand_in: HandIn
) -> None:
    nb = nbformat.read(master, as_version=4)
    facts = {**nb.cells[-1].metadata["nbgrader"], "points": 2}
    task = {**facts, "grade_id": "draw", "task": True, "solution": False, "grade": False}
    text = "## Task 4: draw\n\nDraw it.\n\n### BEGIN MARK SCHEME\nOne point each\n- a\n- b\n"
    nb.cells += [
        nbformat.v4.new_markdown_cell(
            f"{text}### END MARK SCHEME", id="draw", metadata={"nbgrader": {**task, "locked": True}}
        ),
        nbformat.v4.new_markdown_cell("## Task 5: code (2 points)\n\nTwo.", id="task-5"),
        nbformat.v4.new_markdown_cell("Without *pandas*.", id="hint"),
        nbformat.v4.new_code_cell(
            "### BEGIN SOLUTION\nx = 2\n### END SOLUTION",
            id="code",
            metadata={"nbgrader": {**facts, "grade_id": "code"}},
        ),
    ]
    nbformat.write(nb, master)
    hand_in("ada", "first release")
    release = make_release(folder, master, force=True)
    add_release(book, release, by="me")
    content = (release.path / STUDENT).read_bytes().replace(b"# YOUR CODE HERE", b"x = 1  # mine")
    (folder.submitted / "x.ipynb").write_bytes(content)
    add_submission(
        book, assignment="4.5", release=2, student="bob", received=datetime.now(UTC),
        digest=digest_of(content), path="submitted/x.ipynb", by="me",
    )  # fmt: skip
    items = {(one.student, one.task): one for one in to_mark(folder, book, "4.5")}
    assert [task for _, task in items] == ["why", "why", "draw", "code"]
    draw, code = items["bob", "draw"], items["bob", "code"]
    assert (draw.asked.title, draw.asked.question) == ("Task 4: draw", "Draw it.")
    assert draw.asked.rubric.ticks == ("a (1)", "b (1)")
    assert (draw.answer, draw.asked.model) == ("", "")
    assert "no cell of its own for the answer" in draw.notes[-1]
    assert code.asked.code
    assert code.asked.question == "Two.\n\nWithout *pandas*."
    assert code.asked.model == "x = 2"
    assert "x = 1  # mine" in code.answer


def test_comments_come_back_the_most_used_first(book: "Engine", hand_in: HandIn) -> None:
    for name, said in {"ada": "No price.", "bob": "No price.", "s3": "A reason?"}.items():
        mark(book, hand_in(name, "x"), "why", 1, comment=said, by="me")
    assert comments(book, "4.5", "why") == ["No price.", "A reason?"]
    assert comments(book, "4.5", "add-test") == []
    assert comments(book, "4.6", "why") == []


@pytest.mark.usefixtures("release")
def test_an_assignment_that_was_not_released_is_refused(
    folder: ClassFolder, book: "Engine"
) -> None:
    with pytest.raises(RefusedError, match=r"There is no assignment '4\.6'"):
        to_mark(folder, book, "4.6")
