"""More time for a student or a group: everything that knows of lateness goes by it."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from click.testing import CliRunner, Result

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.book import add_submission, history, record_result
from mlops_lab.workbench.classroom.book.extensions import end_extensions, extend, extensions
from mlops_lab.workbench.classroom.collect import collect
from mlops_lab.workbench.classroom.due import due_times
from mlops_lab.workbench.classroom.export import export
from mlops_lab.workbench.classroom.feedback import write_feedback
from mlops_lab.workbench.classroom.folder import ClassFolder, read_class
from mlops_lab.workbench.classroom.frozen import Release, read_student
from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.classroom.report import write_report
from mlops_lab.workbench.classroom.totals import totals
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
TASKS = [("add-test", 2.0), ("twice-test", 3.0), ("why", 4.0)]


@pytest.fixture
def handed(book: "Engine", release: Release) -> None:
    """What ada and bob have handed in a day and a half late, with all points."""
    for name in ("ada", "bob"):
        number = add_submission(
            book, assignment="4.5", release=release.number, student=name, digest=name, path="",
            received=DUE + timedelta(hours=36), by="a test",
        )  # fmt: skip
        told = [TaskResult(task, "passed", of, of) for task, of in TASKS]
        record_result(book, number, told, by="a test")


def run(folder: ClassFolder, *words: str) -> Result:
    place = str(folder.path)
    return CliRunner().invoke(main, ["class", "extend", "4.5", *words, "--class", place])


def of_all(folder: ClassFolder, book: "Engine") -> list[tuple[float, float]]:
    return [(round(one.total or 0, 9), one.days_late) for one in totals(folder, book, "4.5")]


@pytest.mark.usefixtures("handed")
def test_totals_pages_exports_and_reports_go_by_it(folder: ClassFolder, book: "Engine") -> None:
    late = (7.2, 1.5)
    assert of_all(folder, book)[:2] == [late, late]
    extend(book, "4.5", ["ada"], DUE + timedelta(hours=36), by="Eve")
    assert of_all(folder, book)[:2] == [(9, 0), late]
    extend(book, "4.5", ["ada"], DUE + timedelta(hours=24), by="Eve")
    assert of_all(folder, book)[0] == (8.1, 0.5)
    page = write_feedback(folder, book, "4.5", ["ada"]).pages[0].read_text(encoding="utf-8")
    assert "2 December 2026, 12:00 (UTC), extended for you" in page
    assert "12 hours late, which costs 10 percent" in page
    assert "8.1,9,yes" in export(folder, book, "4.5")
    rows = export(folder, book, "4.5", "nbgrader").splitlines()
    assert [row.split(",")[1] for row in rows[1:]] == [
        "2026-12-02 12:00:00", "2026-12-01 12:00:00", "2026-12-01 12:00:00"
    ]  # fmt: skip
    extend(book, "4.5", ["ada"], DUE + timedelta(hours=36), by="Eve")
    report = write_report(folder, book, "4.5").read_text(encoding="utf-8")
    assert "<dt>late</dt><dd>1</dd>" in report
    assert "1 student has an extension" in report
    end_extensions(book, "4.5", ["ada"], by="Eve")
    assert of_all(folder, book)[0] == late


def test_the_history_has_all_of_it_and_nothing_is_done_by_halves(book: "Engine") -> None:
    first, second = DUE + timedelta(days=1), DUE + timedelta(days=2)
    assert extend(book, "4.5", ["ada", "bob", "ada"], first, reason="Ill.", by="Eve") == 2
    assert extend(book, "4.5", ["ada"], first, reason="Ill.", by="Bob") == 0
    assert extend(book, "4.5", ["ada"], second, reason="Ill.", by="Bob") == 1
    with pytest.raises(RefusedError, match=r"s3 has no extension for 4\.5"):
        end_extensions(book, "4.5", ["ada", "s3"], by="Eve")
    assert [(one.student, one.by) for one in extensions(book, "4.5")] == [
        ("ada", "Bob"), ("bob", "Eve")
    ]  # fmt: skip
    end_extensions(book, "4.5", ["ada"], by="Eve")
    told = history(book, "extensions", "4.5/ada")
    assert [json.loads(one.new or "{}").get("until", "")[:10] for one in told] == [
        "2026-12-02", "2026-12-03", ""
    ]  # fmt: skip
    assert [one.by for one in told] == ["Eve", "Bob", "Eve"]
    assert json.loads(str(told[-1].old))["reason"] == "Ill."
    assert extensions(book, "4.6") == []


def test_a_due_time_that_moved_beyond_it_holds(folder: ClassFolder, book: "Engine") -> None:
    extend(book, "4.5", ["ada"], DUE + timedelta(days=1), by="Eve")
    file = folder.path / "class.yaml"
    file.write_text(file.read_text().replace("2026-12-01 12:00", "2026-12-05 12:00"))
    times = due_times(read_class(file), book, "4.5")
    assert times.of("ada") == times.of("bob") == DUE + timedelta(days=4)
    assert due_times(folder, book, "4.6").of("ada") is None


@pytest.mark.usefixtures("release")
def test_collecting_tells_of_it(
    folder: ClassFolder, book: "Engine", release: Release, tmp_path: Path
) -> None:
    extend(book, "4.5", ["ada", "s3"], DUE + timedelta(days=2), by="Eve")
    for name in ("ada", "bob"):
        file = tmp_path / "in" / name / "x.ipynb"
        file.parent.mkdir(parents=True)
        nbformat.write(read_student(release), file)
        os.utime(file, (DUE.timestamp() + 180,) * 2)
    lines = {one.student: one for one in collect(folder, book, tmp_path / "in", by="a test")}
    assert lines["ada"].state == "on time"
    assert "Extended until 2026-12-03 12:00 UTC." in lines["ada"].sentence
    assert lines["bob"].state == "late"
    assert "3 minutes after it was due" in lines["bob"].sentence
    assert lines["s3"].sentence == "Nothing was handed in. Extended until 2026-12-03 12:00 UTC."


def test_the_command_knows_groups_and_takes_back(folder: ClassFolder, book: "Engine") -> None:
    file = folder.path / "class.yaml"
    file.write_text(file.read_text() + '\ngroups:\n  evening: [bob, "s3"]\n  day: ada, bob\n')
    done = run(folder, "ada", "--group", "evening", "--until", "2026-12-05", "--reason", "Strike")
    assert done.exit_code == 0, done.output
    assert "ada                   until 5 December 2026, 23:59 (UTC), by " in done.stdout
    assert [one.student for one in extensions(book, "4.5")] == ["ada", "bob", "s3"]
    assert run(folder, "--group", "day", "--take-back").exit_code == 0
    (one,) = json.loads(run(folder, "--list", "--json").stdout)
    assert (one["student"], one["reason"]) == ("s3", "Strike")
    assert "Strike" in run(folder, "--list").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ada", "--until", "soon"], "--until 'soon' is no time"),
        (["ada", "--until", "2026-12-01 12:00"], "4.5 is due on 1 December 2026, 12:00"),
        (["adda", "--until", "2026-12-05"], "no student 'adda' on the roster. Did you mean ada?"),
        (["--group", "x", "--until", "2026-12-05"], "no group 'x'. class.yaml names: none"),
        (["--until", "2026-12-05"], "Nobody is named"),
        (["ada"], "Give --until TIME, --take-back or --list"),
        (["ada", "--take-back"], "ada has no extension"),
    ],
)
def test_what_is_refused(folder: ClassFolder, book: "Engine", words: list[str], told: str) -> None:
    done = run(folder, *words)
    assert (done.exit_code, told in done.output) == (2, True), done.output
    assert extensions(book) == []


def test_an_assignment_that_is_never_due_cannot_be_extended(folder: ClassFolder) -> None:
    words = ["class", "extend", "4.50", "ada", "--until", "2027", "--class", str(folder.path)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "class.yaml has no due time for '4.50', so nothing is late. Did you mean" in done.output
