"""Points beyond the total: by a task that is for extra credit, and by a mark above the points."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbgrader.nbgraderformat import MetadataValidator

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.book import (
    add_release,
    add_submission,
    mark,
    put_students,
    record_result,
)
from mlops_lab.workbench.classroom.export import export
from mlops_lab.workbench.classroom.feedback import write_feedback
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, load_release, read_student
from mlops_lab.workbench.classroom.mark import read_marks, write_marks
from mlops_lab.workbench.classroom.mark.give import GivenMark, mark_all
from mlops_lab.workbench.classroom.mark.panel import panel
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.release import make_release
from mlops_lab.workbench.classroom.report import write_report
from mlops_lab.workbench.classroom.totals import totals
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

ALL = {"add-test": 2.0, "twice-test": 3.0, "why": 4.0}


def tag(master: Path, name: str, tags: object) -> None:
    """Give the master's cell of this name some tags."""
    nb = nbformat.read(master, as_version=4)
    (cell,) = [one for one in nb.cells if one.get("id") == name]
    cell.metadata["tags"] = tags
    nbformat.write(nb, master)


@pytest.fixture
def release(folder: ClassFolder, book: "Engine", master: Path) -> Release:
    """A release of 6 points, and 3 of extra credit."""
    tag(master, "twice-test", ["extra-credit"])
    made = make_release(folder, master)
    add_release(book, made, by="a test")
    return made


def hand_in(book: "Engine", release: Release, student: str, points: dict[str, float]) -> int:
    number = add_submission(
        book, assignment="4.5", release=release.number, student=student, digest=student,
        received=datetime(2026, 12, 1, 9, tzinfo=UTC), path="", by="a test",
    )  # fmt: skip
    told = [
        TaskResult(name, "passed", points.get(name, 0.0), of)
        for name, of in ALL.items() if name != "why"
    ]  # fmt: skip
    record_result(book, number, [*told, TaskResult("why", "to mark", None, 4.0)], by="a test")
    mark(book, number, "why", points.get("why", 0.0), by="Eve")
    return number


def run(folder: ClassFolder, *words: str) -> Result:
    return CliRunner().invoke(main, ["class", *words, "--class", str(folder.path)])


def test_it_comes_on_top_of_the_total_everywhere(
    folder: ClassFolder, book: "Engine", release: Release
) -> None:
    hand_in(book, release, "ada", ALL)
    hand_in(book, release, "bob", {"add-test": 2.0})
    assert release.points == load_release(folder.frozen, "4.5").points == 6
    assert [(one.total, one.of) for one in totals(folder, book, "4.5")] == [
        (9, 6), (2, 6), (None, 6)
    ]  # fmt: skip
    for form, told in {
        "csv": "9,6,yes", "canvas": "Points Possible,,,,,6", "moodle": ",9\n", "nbgrader": "9.0,6.0"
    }.items():  # fmt: skip
        assert told in export(folder, book, "4.5", form), form
    pages = write_feedback(folder, book, "4.5", ["ada"]).pages
    page = pages[0].read_text(encoding="utf-8")
    assert "9 of 6 points" in page
    assert "3 of 3 points, extra credit on top of the total" in page


def test_a_report_holds_when_all_have_more_than_the_total(
    folder: ClassFolder, book: "Engine", release: Release
) -> None:
    more = [Student(f"x{n}") for n in range(9)]
    put_students(book, more, by="a test")
    for n, one in enumerate(more):
        points = {**ALL, "add-test": 2.0 + n / 4, "twice-test": 3.0 - n / 4, "why": 4 + n}
        hand_in(book, release, one.id, points)
    page = write_report(folder, book, "4.5").read_text(encoding="utf-8")
    assert "9 to 17, of 6" in page
    assert "of 6 points: median 13" in page
    assert "nan" not in page


def test_an_assignment_of_extra_credit_alone_is_of_nothing(
    folder: ClassFolder, book: "Engine", master: Path
) -> None:
    for name in ("add-test", "twice-test", "why"):
        tag(master, name, ["extra-credit"])
    made = make_release(folder, master)
    add_release(book, made, by="a test")
    for number in range(6):
        put_students(book, [Student(f"x{number}")], by="a test")
        hand_in(book, made, f"x{number}", {})
    assert {one.of for one in totals(folder, book, "4.5")} == {0}
    assert "of 0" in write_report(folder, book, "4.5").read_text(encoding="utf-8")


def test_nbgrader_takes_the_sign_and_release_tells_of_it(folder: ClassFolder, master: Path) -> None:
    tag(master, "why", ["extra-credit", "other"])
    done = run(folder, "release", "4.5", "--no-check")
    assert "3 tasks, 5 points and 4 of extra credit." in done.stdout
    student = read_student(load_release(folder.frozen, "4.5"))
    MetadataValidator().validate_nb(student)
    assert [one.extra for one in load_release(folder.frozen, "4.5").tasks] == [False, False, True]


@pytest.mark.parametrize(
    ("name", "tags", "told"),
    [
        ("twice", ["extra-credit"], "has the tag 'extra-credit' and is not graded"),
        ("title", ["extra-credit"], "These have: add-test, twice-test, why"),
        ("twice-test", ["extra credit"], "has the tag 'extra credit'. Write it 'extra-credit'"),
        ("twice-test", ["Extra_Credit"], "has the tag 'Extra_Credit'. Write it 'extra-credit'"),
    ],
)
def test_a_sign_that_would_give_nothing_is_refused(
    folder: ClassFolder, master: Path, name: str, tags: object, told: str
) -> None:
    tag(master, name, tags)
    with pytest.raises(RefusedError) as error:
        make_release(folder, master)
    assert told in str(error.value)


def test_a_release_from_before_has_no_extra_credit(folder: ClassFolder, release: Release) -> None:
    file = release.path / "release.json"
    record = json.loads(file.read_text())
    for task in record["tasks"]:
        del task["extra"]
    file.chmod(0o644)
    file.write_text(json.dumps(record))
    assert load_release(folder.frozen, "4.5").points == 9


def test_a_mark_above_the_points_takes_extra(
    folder: ClassFolder, book: "Engine", release: Release, tmp_path: Path
) -> None:
    number = hand_in(book, release, "ada", ALL)
    file = tmp_path / "marks.csv"
    write_marks(folder, book, "4.5", file, again=True)
    file.write_text(file.read_text(encoding="utf-8-sig").replace(",4,,", ",5.5,Splendid,"))
    with pytest.raises(RefusedError, match=r"'5\.5' points; a number from 0 to 4 is allow"):
        read_marks(folder, book, file, "Eve")
    done = run(folder, "mark", "4.5", "--from", str(file), "--extra")
    assert "1 marked" in done.output
    assert totals(folder, book, "4.5")[0].total == 10.5
    again = tmp_path / "again.csv"
    write_marks(folder, book, "4.5", again, again=True)
    assert read_marks(folder, book, again, "Eve").same == 1, "what is there takes no --extra"
    assert run(folder, "mark", "4.5", "--extra").exit_code == 2
    with pytest.raises(RefusedError, match="from 0 to 4 is allowed"):
        mark_all(folder, book, [GivenMark(number, "why", 6)], by="Eve")


def test_the_panel_keeps_points_that_are_more_than_the_tasks(
    folder: ClassFolder, book: "Engine", release: Release
) -> None:
    hand_in(book, release, "ada", {**ALL, "why": 5.0})
    made = panel(folder, "4.5", again=True, by="Eve")
    made.form.comment.value = "Splendid."
    made.form.less.click()
    assert made.save()
    made.form.points.value = "6"
    with pytest.raises(RefusedError, match=r"from 0 to 4\.5 is allowed"):
        made.save()
    assert totals(folder, book, "4.5")[0].tasks[2].points == 4.5
