"""Points in place of computed ones: for a reason, kept with the answer, and taken back."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.book import (
    add_release,
    add_submission,
    history,
    mark,
    marks,
    open_book,
    put_students,
    record_result,
    scores,
)
from mlops_lab.workbench.classroom.export import export
from mlops_lab.workbench.classroom.feedback import write_feedback
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.mark import to_mark
from mlops_lab.workbench.classroom.mark.override import Override, override_all
from mlops_lab.workbench.classroom.mark.overrides import overrides
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.report import write_report
from mlops_lab.workbench.classroom.totals import totals
from mlops_lab.workbench.runs.errors import RefusedError

from .conftest import HandIn

if TYPE_CHECKING:
    from sqlalchemy import Engine

FAILED = [
    TaskResult("add-test", "failed", 0.0, 2.0, "No."),
    TaskResult("twice-test", "passed", 3.0, 3.0),
    TaskResult("why", "to mark", None, 4.0),
]
WHY = "A right *way* that the tests miss."


@pytest.fixture
def submission(book: "Engine", hand_in: HandIn) -> int:
    """What ada has handed in: one task failed, one passed, one to mark. Bob's is the same."""
    numbers = [hand_in(name, "Because.") for name in ("ada", "bob")]
    for number in numbers:
        record_result(book, number, FAILED, by="a test")
    return numbers[0]


def give(folder: ClassFolder, book: "Engine", *given: Override, extra: bool = False) -> None:
    override_all(folder, book, "4.5", given, extra=extra, by="Eve")


def points(book: "Engine", student: str = "ada") -> dict[str, float | None]:
    return {one.task: one.points for one in scores(book, "4.5", student)}


def run(folder: ClassFolder, *words: str) -> Result:
    return CliRunner().invoke(
        main, ["class", words[0], "4.5", *words[1:], "--class", str(folder.path)]
    )


def test_it_counts_is_told_with_its_reason_and_is_taken_back(
    folder: ClassFolder, book: "Engine", submission: int
) -> None:
    before = points(book)
    give(folder, book, Override("ada", "add-test", 1.5, WHY))
    assert points(book) == {**before, "add-test": 1.5}
    assert points(book, "bob") == before
    (one,) = overrides(folder, book, "4.5")
    assert (one.student, one.computed, one.points, one.of, one.by) == ("ada", 0, 1.5, 2, "Eve")
    assert not [item for item in to_mark(folder, book, "4.5", again=True) if item.task != "why"]
    give(folder, book, Override("ada", "add-test", None, "It was wrong."))
    assert points(book) == before
    assert overrides(folder, book, "4.5") == []
    given, back = history(book, "marks", f"{submission}/add-test")
    assert (given.old, json.loads(str(given.new))["comment"]) == (None, WHY)
    assert json.loads(str(back.old))["points"] == 1.5
    assert (json.loads(str(back.new)), back.by) == ({"comment": "It was wrong."}, "Eve")


def test_student_instructor_and_export_read_the_reason(
    folder: ClassFolder, book: "Engine", submission: int
) -> None:
    mark(book, submission, "why", 4, by="Eve")
    give(folder, book, Override("ada", "add-test", 2, WHY))
    page = write_feedback(folder, book, "4.5", ["ada"]).pages[0].read_text(encoding="utf-8")
    assert "Changed by a person" in page
    assert "The tests gave 0; a person's points count instead." in page.replace("&#39;", "'")
    assert "A right <em>way</em> that the tests miss." in page
    assert "Reason for the points by <bdi>Eve</bdi>" in page
    assert "9 of 9 points" in page
    report = write_report(folder, book, "4.5").read_text(encoding="utf-8")
    assert WHY in report
    assert "Ada Lovelace" in report.partition("<h3>Overridden</h3>")[2]
    table = export(folder, book, "4.5", "moodle", comments=True, preliminary=True)
    assert WHY in table
    assert ",9," in table


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Override("adda", "add-test", 1, WHY), "no student 'adda' on the roster. Did you mean"),
        (Override("s3", "add-test", 1, WHY), "s3 has handed in nothing for 4.5"),
        (Override("ada", "add-tst", 1, WHY), "no task 'add-tst' in 4.5. Did you mean"),
        (Override("ada", "why", 1, WHY), "why is marked by a person"),
        (Override("ada", "add-test", 2.5, WHY), "2.5 points; a number from 0 to 2 is allowed, and"),
        (Override("ada", "add-test", -1, WHY), "-1 points; a number from 0 up is allowed"),
        (Override("ada", "add-test", float("nan"), WHY), "nan points; a number from 0 up"),
        (Override("ada", "add-test", 1, " \n"), "there is no reason"),
        (Override("ada", "add-test", None), "ada has no override of add-test in 4.5"),
        (Override("bob", "add-test", 1, WHY), "bob, add-test is there twice"),
    ],
)
def test_what_is_refused_leaves_the_others_out_too(
    folder: ClassFolder, book: "Engine", submission: int, given: Override, told: str
) -> None:
    lines = len(history(book))
    with pytest.raises(RefusedError) as error:
        give(folder, book, Override("bob", "add-test", 1, WHY), given)
    assert told in str(error.value)
    assert len(history(book)) == lines
    assert not marks(book, submission)


def test_more_points_than_the_task_has_take_extra(
    folder: ClassFolder, book: "Engine", submission: int
) -> None:
    mark(book, submission, "why", 4, by="Eve")
    give(folder, book, Override("ada", "add-test", 3, WHY), extra=True)
    assert (totals(folder, book, "4.5")[0].total, totals(folder, book, "4.5")[0].of) == (10, 9)


def test_the_command_gives_lists_and_takes_back(
    folder: ClassFolder, book: "Engine", submission: int
) -> None:
    done = run(folder, "override", "ada", "add-test", "--points", "1,5", "--reason", WHY)
    assert done.exit_code == 0, done.output
    assert "ada                   add-test: 0 -> 1.5 of 2" in done.output
    assert marks(book, submission)["add-test"].points == 1.5
    assert WHY in run(folder, "override", "--list").stdout
    (one,) = json.loads(run(folder, "override", "--list", "--json").stdout)
    assert (one["student"], one["points"], one["reason"]) == ("ada", 1.5, WHY)
    done = run(folder, "override", "ada", "add-test", "--take-back")
    assert "1.5 -> 0 of 2, as the tests say" in done.output
    for words, told in {
        ("ada", "add-test", "--points", "1"): "there is no reason",
        ("ada", "add-test", "--points", "inf", "--reason", WHY): "'inf' points",
        ("ada", "--points", "1"): "A student and a task are needed",
        ("ada", "add-test"): "Give either --points or --take-back",
        (): "Give a student and a task",
        ("ada", "add-test", "--list"): "one of them",
    }.items():
        done = run(folder, "override", *words)
        assert (done.exit_code, told in done.output) == (2, True), done.output


def test_a_table_gives_many_or_none_and_takes_them_back(
    folder: ClassFolder, book: "Engine", submission: int, tmp_path: Path
) -> None:
    file = tmp_path / "many.csv"
    rows = "Student;Task;Points;Reason\nada;add-test;1,5;Late bus\nbob;add-test;{};Same\n"
    file.write_text(rows.format("two"))
    done = run(folder, "override", "--from", str(file))
    assert (done.exit_code, "row 3: 'two' points" in done.output) == (2, True), done.output
    file.write_text(rows.format("3"))
    done = run(folder, "override", "--from", str(file))
    assert "Nothing was changed.\nrow 3: bob, add-test: 3 points" in done.output
    assert not marks(book, submission)
    done = run(folder, "override", "--from", str(file), "--extra")
    assert done.exit_code == 0, done.output
    assert (points(book)["add-test"], points(book, "bob")["add-test"]) == (1.5, 3)
    done = run(folder, "override", "--from", str(file), "--take-back", "--reason", "A mistake.")
    assert done.exit_code == 0, done.output
    assert (points(book)["add-test"], points(book, "bob")["add-test"]) == (0, 0)


def test_postgresql_does_the_same(folder: ClassFolder, release: Release, postgresql: str) -> None:
    with open_book(postgresql) as other:
        put_students(other, [Student("ada"), Student("bob")], by="a test")
        add_release(other, release, by="a test")
        number = add_submission(
            other, assignment="4.5", release=release.number, student="ada", digest="d", path="",
            received=datetime(2026, 12, 1, 9, tzinfo=UTC), by="a test",
        )  # fmt: skip
        record_result(other, number, FAILED, by="a test")
        give(folder, other, Override("ada", "add-test", 3, WHY), extra=True)
        assert points(other)["add-test"] == 3
        with pytest.raises(RefusedError, match="bob has handed in nothing"):
            give(folder, other, Override("ada", "add-test", 1, WHY), Override("bob", "x", 1, WHY))
        assert points(other)["add-test"] == 3
        give(folder, other, Override("ada", "add-test", None))
        assert (points(other)["add-test"], overrides(folder, other, "4.5")) == (0, [])
        assert len(history(other, "marks")) == 2
