"""Who leaves the class stands in no list any more, and nothing of theirs is lost."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from click.testing import CliRunner, Result

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.book import (
    add_submission,
    history,
    mark,
    marks,
    put_students,
    record_result,
    results,
    students,
    submissions,
)
from mlops_lab.workbench.classroom.book.gone import come_back, gone, leave
from mlops_lab.workbench.classroom.collect import collect
from mlops_lab.workbench.classroom.collect.keep import digest_of, keep
from mlops_lab.workbench.classroom.export import FORMATS, export
from mlops_lab.workbench.classroom.feedback import write_feedback
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import STUDENT, Release, read_student
from mlops_lab.workbench.classroom.grade import counting, grade
from mlops_lab.workbench.classroom.mark import to_mark
from mlops_lab.workbench.classroom.mark.override import Override, override_all
from mlops_lab.workbench.classroom.model import Student, TaskResult
from mlops_lab.workbench.classroom.report import write_report
from mlops_lab.workbench.classroom.totals import totals
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

ADA, BOB, CEM = "ada", "bob", "s3"


@pytest.fixture
def handed(folder: ClassFolder, book: "Engine", release: Release) -> dict[str, int]:
    """What ada and bob have handed in: tested, with an answer to mark."""
    numbers, content = {}, (release.path / STUDENT).read_bytes()
    content = content.replace(b'"Because."', b'"So."').replace(b"YOUR ANSWER HERE", b"So.")
    time = datetime(2026, 12, 1, 9, tzinfo=UTC)
    for name in (ADA, BOB):
        path = keep(folder.submitted, "4.5", name, time, "x.ipynb", content)
        numbers[name] = add_submission(
            book, assignment="4.5", release=1, student=name, digest=digest_of(content),
            received=time, path=path.relative_to(folder.path).as_posix(), by="a test",
        )  # fmt: skip
        told = [TaskResult("add-test", "passed", 2, 2), TaskResult("twice-test", "failed", 0, 3)]
        record_result(
            book, numbers[name], [*told, TaskResult("why", "to mark", None, 4)], by="a test"
        )
    return numbers


def run(folder: ClassFolder, *words: str, answer: str | None = None) -> Result:
    place = str(folder.path)
    return CliRunner().invoke(main, ["class", *words, "--class", place], input=answer)


def test_who_left_stands_in_no_list_and_comes_back_with_all(
    folder: ClassFolder, book: "Engine", handed: dict[str, int]
) -> None:
    mark(book, handed[BOB], "why", 3, by="Eve")
    override_all(folder, book, "4.5", [Override(BOB, "twice-test", 1, "So.")], by="Eve")
    write_feedback(folder, book, "4.5")
    before = {form: export(folder, book, "4.5", form, preliminary=True) for form in FORMATS}
    lines = len(history(book))
    leave(book, [BOB], by="Eve")
    assert [one.id for one in students(book)] == [ADA, CEM]
    assert [one.student for one in totals(folder, book, "4.5")] == [ADA, CEM]
    for form in FORMATS:
        assert BOB not in export(folder, book, "4.5", form, preliminary=True), form
    report = write_report(folder, book, "4.5").read_text(encoding="utf-8")
    assert "<dt>on the roster</dt><dd>2</dd>" in report
    assert "<dt>handed in</dt><dd>1</dd>" in report
    assert "Bob de Boer" not in report
    assert {one.student for one in to_mark(folder, book, "4.5", again=True)} == {ADA}
    assert [one.student for one in counting(book, "4.5")] == [ADA]
    page = folder.path / "feedback" / "4.5" / "bob.html"
    assert write_feedback(folder, book, "4.5").left == (page,)
    with pytest.raises(RefusedError, match=r"bob left the class: .* roster back bob"):
        list(grade(folder, book, "4.5", by="a test", students=[BOB]))
    come_back(book, [BOB], by="Eve")
    after = {form: export(folder, book, "4.5", form, preliminary=True) for form in FORMATS}
    assert after == before
    assert set(marks(book, handed[BOB])) == {"why", "twice-test"}
    assert len(results(book, handed[BOB])) == 3
    told = history(book)[lines:]
    assert [(one.what, one.key, one.by) for one in told] == [("students", BOB, "Eve")] * 2


def test_what_they_hand_in_later_is_kept_and_told(
    folder: ClassFolder, book: "Engine", release: Release, tmp_path: Path
) -> None:
    leave(book, [BOB, CEM], by="Eve")
    for name in (ADA, BOB):
        file = tmp_path / "in" / name / "x.ipynb"
        file.parent.mkdir(parents=True)
        nbformat.write(read_student(release), file)
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    lines = collect(folder, book, tmp_path / "in", received=noon, by="a test")
    assert [(one.student, one.state) for one in lines] == [(ADA, "on time"), (BOB, "left")]
    assert lines[1].sentence.endswith("bob has left the class, so it is kept and not graded.")
    (one,) = submissions(book, "4.5", BOB)
    assert (folder.path / one.path).is_file()


def test_all_or_none_leave_and_come_back(book: "Engine") -> None:
    with pytest.raises(RefusedError, match=r"no student 'adda' on the roster\. Did you mean ada"):
        leave(book, [BOB, "adda"], by="Eve")
    with pytest.raises(RefusedError, match="bob has not left"):
        come_back(book, [BOB], by="Eve")
    assert gone(book) == {}
    leave(book, [BOB, BOB], by="Eve")
    with pytest.raises(RefusedError, match=r"bob has left on \d{4}-\d\d-\d\d already"):
        leave(book, [ADA, BOB], by="Eve")
    assert list(gone(book)) == [BOB]
    put_students(book, [Student(BOB, "Robert")], by="Eve")
    assert list(gone(book)) == [BOB], "a new name takes nobody back"


def roster(folder: ClassFolder, *ids: str) -> str:
    file = folder.path / "students.csv"
    file.write_text("id,name\n" + "".join(f"{one},\n" for one in ids))
    return str(file)


def test_a_complete_roster_shows_who_is_gone_before_it_writes(
    folder: ClassFolder, book: "Engine"
) -> None:
    leave(book, [CEM], by="Eve")
    words = ["roster", "import", roster(folder, ADA, CEM, "dov"), "--complete"]
    asked = run(folder, *words, answer="n\n")
    assert "1 not in students.csv, so they leave: bob\n1 come back: s3\n" in asked.stderr
    assert "Nothing was written" in asked.stderr
    assert [one.id for one in students(book)] == [ADA, BOB]
    done = run(folder, *words, answer="y\n")
    assert "1 new, 0 changed, 2 as they were" in done.stdout
    assert [one.id for one in students(book)] == [ADA, "dov", CEM]
    again = run(folder, *words)
    assert (again.exit_code, again.stderr) == (0, ""), "nothing to ask"
    assert (
        run(folder, "roster", "import", roster(folder, ADA), "--complete", "--yes").exit_code == 0
    )
    assert [one.id for one in students(book)] == [ADA]


def test_a_roster_that_is_not_complete_takes_nobody_out_or_back(
    folder: ClassFolder, book: "Engine"
) -> None:
    leave(book, [BOB], by="Eve")
    done = run(folder, "roster", "import", roster(folder, ADA, BOB))
    assert "in students.csv, and have left: bob" in done.stderr
    assert "not in students.csv, and kept: s3" in done.stderr
    assert [one.id for one in students(book)] == [ADA, CEM]


def test_the_commands_take_out_and_back_and_list(folder: ClassFolder, book: "Engine") -> None:
    assert run(folder, "roster", "leave", BOB, CEM).stdout == "left: bob, s3\nin the class: 1\n"
    assert "1 students, 2 have left" in run(folder, "roster", "list").stderr
    left = json.loads(run(folder, "roster", "list", "--left", "--json").stdout)
    assert [one["id"] for one in left] == [BOB, CEM]
    rows = csv.reader(io.StringIO(run(folder, "roster", "export").stdout))
    assert [row[0] for row in rows] == ["id", ADA]
    assert "in the class: 2" in run(folder, "roster", "back", BOB).stdout
    assert [one.id for one in students(book)] == [ADA, BOB]
    assert run(folder, "roster", "back", BOB).exit_code == 2


def test_a_group_of_which_somebody_left_is_extended_without_them(
    folder: ClassFolder, book: "Engine"
) -> None:
    file = folder.path / "class.yaml"
    file.write_text(file.read_text() + "\ngroups:\n  evening: [ada, bob]\n")
    leave(book, [BOB], by="Eve")
    done = run(folder, "extend", "4.5", "--group", "evening", "--until", "2026-12-05")
    assert done.exit_code == 0, done.output
    assert "left the class, so left out: bob" in done.stderr
    assert "1 with an extension" in done.stderr
