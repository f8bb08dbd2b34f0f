import csv
import doctest
import io
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from mlops_lab.workbench.classroom.book import (
    add_submission,
    mark,
    put_students,
    record_result,
    students,
)
from mlops_lab.workbench.classroom.command import classroom
from mlops_lab.workbench.classroom.command_results import export_command
from mlops_lab.workbench.classroom.export import FORMATS, cells, export
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.roster import read_roster, write_roster
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

HandIn = Callable[..., int]
DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
ADA = ("ada", "Ada Lovelace", "ada@example.org")
BOB = ("bob", "Bob de Boer", "bob@example.org")


@pytest.fixture
def hand_in(book: "Engine", release: Release) -> HandIn:
    """Enter a submission with points for add, twice and why; None waits for a person."""

    def do(student: str, *points: float | None, days: float = -1.0) -> int:
        number = add_submission(
            book, assignment="4.5", release=release.number, student=student, digest="d",
            received=DUE + timedelta(days=days), path="p", by="a test",
        )  # fmt: skip
        known = [
            TaskResult(task.grade_id, "to mark" if got is None else "partial", got, task.points)
            for task, got in zip(release.tasks, points, strict=False)
        ]
        record_result(book, number, known, by="a test")
        return number

    return do


@pytest.fixture
def graded(hand_in: HandIn, folder: ClassFolder) -> ClassFolder:
    """Ada has 6.5 of 9, Bob 8 and is a day late, the third handed in nothing."""
    hand_in("ada", 2, 0.5, 4)
    hand_in("bob", 2, 2 + 2 / 3, 10 / 3, days=1)
    return folder


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_plain_table_has_a_line_for_each_student(graded: ClassFolder, book: "Engine") -> None:
    assert table(export(graded, book, "4.5")) == [
        ["id", "name", "email", "assignment", "received", "days late", "total", "of", "complete"],
        [*ADA, "4.5", "2026-11-30T12:00:00.000000+00:00", "0", "6.5", "9", "yes"],
        [*BOB, "4.5", "2026-12-02T12:00:00.000000+00:00", "1", "7.2", "9", "yes"],
        ["s3", "Çem Yildiz", "c.y@example.org", "4.5", "", "", "", "9", ""],
    ]


def test_each_task_may_have_a_column(graded: ClassFolder, book: "Engine") -> None:
    rows = table(export(graded, book, "4.5", tasks=True))
    assert [row[9:] for row in rows] == [
        ["add-test", "twice-test", "why"], ["2", "0.5", "4"], ["2", "2.67", "3.33"], ["", "", ""]
    ]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_who_handed_in_nothing_has_no_points_and_not_zero(
    graded: ClassFolder, book: "Engine", form: str
) -> None:
    place = {"csv": 6, "canvas": 5, "moodle": 2, "nbgrader": 9}[form]
    nothing = "-" if form == "moodle" else ""
    zero = "0.0" if form == "nbgrader" else "0"
    assert table(export(graded, book, "4.5", form))[-1][place] == nothing
    assert table(export(graded, book, "4.5", form, missing_as_zero=True))[-1][place] == zero


def test_canvas_reads_its_columns_its_points_and_its_students(
    graded: ClassFolder, book: "Engine"
) -> None:
    assert table(export(graded, book, ["4.5"], "canvas")) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "4.5"],
        ["    Points Possible", "", "", "", "", "9"],
        ["Ada Lovelace", "", "ada", "ada", "", "6.5"],
        ["Bob de Boer", "", "bob", "bob", "", "7.2"],
        ["Çem Yildiz", "", "s3", "s3", "", ""],
    ]


@pytest.mark.parametrize(
    ("ids", "written"),
    [("auto", ["", "ada", "ada"]), ("sis", ["", "ada", ""]), ("login", ["", "", "ada"])],
)
def test_ids_go_to_the_columns_that_are_named(
    graded: ClassFolder, book: "Engine", ids: str, written: list[str]
) -> None:
    assert table(export(graded, book, ["4.5"], "canvas", ids=ids))[2][1:4] == written


def test_numbers_of_the_university_are_not_taken_for_canvas_s(
    folder: ClassFolder, book: "Engine", release: Release
) -> None:
    from mlops_lab.workbench.classroom.book.tables import STUDENTS

    assert release.number == 1
    with book.begin() as connection:
        connection.execute(STUDENTS.delete())
    put_students(book, [Student("4711", "Ada")], by="a test")
    columns = {
        ids: table(export(folder, book, "4.5", "canvas", ids=ids, preliminary=True))[2][1:4]
        for ids in ("auto", "canvas", "sis")
    }
    assert columns == {
        "auto": ["4711", "", ""],
        "canvas": ["4711", "", ""],
        "sis": ["", "4711", ""],
    }


def test_ids_that_came_from_canvas_go_back_to_it_unchanged(
    folder: ClassFolder, book: "Engine", release: Release, tmp_path: Path
) -> None:
    from mlops_lab.workbench.classroom.book.tables import STUDENTS

    with book.begin() as connection:
        connection.execute(STUDENTS.delete())
    file = tmp_path / "canvas.csv"
    file.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Quiz (77)\n"
        "    Points Possible,,,,,10\n"
        '"Lovelace, Ada",100234,M-77,ada@uni.example,S1,9\n'
        '"Boer, Bob",9,M-78,bob@uni.example,S1,\n'
        '"Student, Test",5,,abc,S1,\n'
    )
    put_students(book, read_roster(file)[0], by="a test")
    number = add_submission(
        book, assignment="4.5", release=release.number, student="100234", received=DUE,
        digest="d", path="p", by="a test",
    )  # fmt: skip
    results = [TaskResult(task.grade_id, "partial", 1.25, task.points) for task in release.tasks]
    record_result(book, number, results, by="a test")
    back = export(folder, book, "4.5", "canvas", names={"4.5": "Sums (4711)"})
    assert table(back)[2:] == [
        ["Lovelace, Ada", "100234", "", "", "", "3.75"], ["Boer, Bob", "9", "", "", "", ""]
    ]  # fmt: skip
    frame = pd.read_csv(io.StringIO(back), dtype={"ID": "string"})
    assert list(frame.columns)[-1] == "Sums (4711)"
    assert frame["Sums (4711)"].tolist()[:2] == [9.0, 3.75]
    assert frame["Sums (4711)"].isna().tolist() == [False, False, True]
    assert frame["ID"].tolist()[1:] == ["100234", "9"]
    file.write_text(back)
    assert read_roster(file)[0] == students(book)


def test_no_name_is_taken_for_canvas_row_of_points(graded: ClassFolder, book: "Engine") -> None:
    put_students(book, [Student("ada", "Points Possible")], by="a test")
    rows = table(export(graded, book, "4.5", "canvas"))
    assert [row[0].strip() for row in rows].count("Points Possible") == 1
    assert rows[2][0] == "ada"


def test_moodle_has_a_dash_where_there_are_no_points(graded: ClassFolder, book: "Engine") -> None:
    assert table(export(graded, book, "4.5", "moodle")) == [
        ["ID number", "Email address", "4.5"],
        ["ada", "ada@example.org", "6.5"],
        ["bob", "bob@example.org", "7.2"],
        ["s3", "c.y@example.org", "-"],
    ]


def test_moodle_may_get_comments_and_they_are_only_text(
    graded: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    mark(book, hand_in("s3", 2, 3), "why", 1, comment="<script>a & b</script>", by="x")
    rows = table(export(graded, book, "4.5", "moodle", comments=True))
    assert rows[0][2:] == ["4.5", "4.5 (feedback)"]
    assert rows[1][3] == "Task 1: add: 2 of 2.\nTask 2: double: 0.5 of 3.\nTask 3: say why: 4 of 4."
    assert rows[3][3].endswith("say why: 1 of 4. &lt;script&gt;a &amp; b&lt;/script&gt;")


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_not_final_is_refused_with_how_much_is_lacking(
    graded: ClassFolder, book: "Engine", hand_in: HandIn, form: str
) -> None:
    number = hand_in("s3", 2)
    with pytest.raises(RefusedError, match=r"4\.5 is not final: 2 tasks to grade \(s3\)\."):
        export(graded, book, "4.5", form)
    hand_in("s3", 2, None, None, days=-0.5)
    with pytest.raises(RefusedError, match=r"2 tasks to mark \(s3\)\. .*--preliminary"):
        export(graded, book, (), form)
    place = {"csv": 6, "canvas": 5, "moodle": 2, "nbgrader": 9}[form]
    assert float(table(export(graded, book, form=form, preliminary=True))[-1][place]) == 2
    assert number > 0


def test_a_preliminary_line_says_so(graded: ClassFolder, book: "Engine", hand_in: HandIn) -> None:
    hand_in("s3", 2)
    rows = table(export(graded, book, preliminary=True))
    assert [row[8] for row in rows[1:]] == ["yes", "yes", "no"]


FORMULAS = (
    "=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\xa0=1", "\ufeff=1",
    "\u200b=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(1)", "x;=1+1", "x; =1+1",
    'x";=1+1', "x\t=1+1",
    "x\n=1+1", "x\r\n@y", "x\n\t \uff1d1", "x;\uff1d1",
)  # fmt: skip
# Where another sign than the comma divides, quotes do not hold a cell together.
BEGINNING = re.compile(r"(?:\A|[;\t\r\n])[\s\ufeff\u200b\"]*[=+\-@\uff1d\uff0b\uff0d\uff20]")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_taken_for_a_formula(
    graded: ClassFolder, book: "Engine", form: str, text: str
) -> None:
    put_students(book, [Student("ada", text, text)], by="a test")
    written = export(graded, book, "4.5", form)
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert [cell for row in rows for cell in row if cell != "-" and BEGINNING.search(cell)] == []
    assert len(rows) == (5 if form == "canvas" else 4)
    assert any("'" in cell for cell in rows[-3])


@pytest.mark.parametrize("form", FORMATS)
def test_points_are_written_as_they_were_given(
    folder: ClassFolder, book: "Engine", hand_in: HandIn, form: str
) -> None:
    """Binary arithmetic makes 14.999999999999998 of what is 15 on paper."""
    hand_in("ada", 1.1, 2.2, 3.3)
    hand_in("bob", 14.999999999999998, 0, 0)
    hand_in("s3", 0.1, 0.2, 2.375)
    place = {"csv": 6, "canvas": 5, "moodle": 2, "nbgrader": 9}[form]
    written = [float(row[place]) for row in table(export(folder, book, "4.5", form))[-3:]]
    assert written == [6.6, 15.0, 2.68]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_roster_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    file = tmp_path / "roster.csv"
    name = " ".join(text.split())  # a name is one line
    write_roster([Student("ada", f"{name} x")], file)
    assert not BEGINNING.search(next(iter(table(file.read_text("utf-8"))[1:]))[1])
    assert read_roster(file)[0] == [Student("ada", f"{name} x")]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"form": "xlsx"}, r"no format 'xlsx'\. Formats: csv, canvas, moodle, nbgrader\."),
        ({"assignments": ["4.6"]}, r"no assignment '4\.6'\. Did you mean 4\.5"),
        ({"form": "canvas", "tasks": True}, "format csv only, not in canvas"),
        ({"comments": True}, "format moodle only, not in csv"),
        ({"form": "canvas", "ids": "canvas"}, "Canvas's own ids are numbers, and the roster has"),
        ({"form": "moodle", "ids": "sis"}, "format canvas only, not in moodle"),
        ({"form": "canvas", "ids": "siss"}, r"no ids 'siss'\. Did you mean sis"),
        ({"names": {"1": "x"}}, "named for '1', which is not exported"),
        ({"names": {"4.5": " "}}, "' ' is not one"),
    ],
)
@pytest.mark.usefixtures("release")
def test_what_cannot_be_exported_is_refused(
    folder: ClassFolder, book: "Engine", told: dict[str, object], why: str
) -> None:
    with pytest.raises(RefusedError, match=why):
        export(folder, book, **told)  # type: ignore[arg-type]  # each as the case has it


def test_nothing_released_is_refused(folder: ClassFolder, book: "Engine") -> None:
    with pytest.raises(RefusedError, match="Nothing is released yet"):
        export(folder, book)


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_nbgrader_writes_the_same_table(
    graded: ClassFolder, book: "Engine", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.api import Gradebook
    from nbgrader.plugins import CsvExportPlugin

    here = str(Path(sys.executable).parent)  # where alembic is, which it calls
    monkeypatch.setenv("PATH", f"{here}{os.pathsep}{os.environ['PATH']}")
    points = {"ada": (6.5, 0.0, "2026-11-30 12:00"), "bob": (8.0, 0.8, "2026-12-02 12:00")}
    with Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}") as theirs:
        theirs.add_assignment("4.5", duedate="2026-12-01 12:00:00 UTC")
        theirs.add_notebook("p", "4.5")
        theirs.add_grade_cell("t", "p", "4.5", max_score=9, cell_type="code")
        for one in students(book):
            first, last = cells.first_and_last(one.name)
            theirs.add_student(one.id, first_name=first, last_name=last, email=one.email)
        for name, (score, penalty, time) in points.items():
            made = theirs.add_submission("4.5", name, timestamp=f"{time}:00 UTC")
            made.notebooks[0].late_submission_penalty = penalty
            theirs.find_grade("t", "p", "4.5", name).manual_score = score
        theirs.db.commit()
        CsvExportPlugin(to=str(tmp_path / "theirs.csv")).export(theirs)
    ours = export(graded, book, "4.5", "nbgrader", missing_as_zero=True)
    assert sorted(table(ours)) == sorted(table((tmp_path / "theirs.csv").read_text()))


def run(folder: ClassFolder, *words: str) -> Result:
    group = type(classroom)("class", commands={"export": export_command})
    assert isinstance(group, click.Group)
    return CliRunner().invoke(group, ["export", *words, "--class", str(folder.path)])


def test_the_command_writes_to_a_file_or_to_standard_output(
    graded: ClassFolder, book: "Engine", tmp_path: Path
) -> None:
    done = run(graded, "4.5")
    assert (done.exit_code, done.stdout) == (0, export(graded, book))
    file = tmp_path / "out.csv"
    words = ("--format", "canvas", "--column", "4.5", "Sums (1)", "-o", str(file))
    done = run(graded, *words)
    assert (done.exit_code, done.output) == (0, f"wrote {file}\n")
    assert file.read_text("utf-8") == export(graded, book, form="canvas", names={"4.5": "Sums (1)"})
    assert run(graded, "-o", str(tmp_path / "no" / "out.csv")).exit_code == 2
    assert run(graded, "-o", str(tmp_path)).exit_code == 2


def test_the_command_refuses_what_is_not_final(graded: ClassFolder, hand_in: HandIn) -> None:
    hand_in("s3", None, None, None)
    done = run(graded)
    assert done.exit_code == 2
    assert "3 tasks to mark (s3)" in done.stderr
    assert run(graded, "--preliminary").exit_code == 0


def test_the_command_knows_every_format() -> None:
    choice = next(one for one in export_command.params if one.name == "form").type
    assert isinstance(choice, click.Choice)
    assert list(choice.choices) == list(FORMATS)


def test_examples_are_true() -> None:
    done = doctest.testmod(cells)
    assert done.attempted > 0
    assert done.failed == 0
