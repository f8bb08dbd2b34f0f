"""Who changed what: `mlops-lab class history` tells it of the grade book."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.book import add_submission, record_result
from mlops_lab.workbench.classroom.book.extensions import end_extensions, extend
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.classroom.model import TaskResult

if TYPE_CHECKING:
    from sqlalchemy import Engine

DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)


def run(folder: ClassFolder, *words: str) -> Result:
    return CliRunner().invoke(main, ["class", "history", *words, "--class", str(folder.path)])


@pytest.fixture
def term(book: "Engine", release: Release) -> None:
    """Two submissions, a result that is computed again, an extension given and taken back."""
    numbers = {}
    for name in ("ada", "bob"):
        numbers[name] = add_submission(
            book, assignment="4.5", release=release.number, student=name, digest=name, path="",
            received=DUE, by="Eve",
        )  # fmt: skip
    for points in (1.0, 2.0):
        told = [TaskResult("add-test", "passed", points, 2.0)]
        record_result(book, numbers["ada"], told, by="Eve")
    extend(book, "4.5", ["ada"], datetime(2026, 12, 3, 12, tzinfo=UTC), by="Max", reason="ill")
    end_extensions(book, "4.5", ["ada"], by="Max")


@pytest.mark.usefixtures("term")
def test_a_student_s_changes_are_told_in_order_with_what_was_before(folder: ClassFolder) -> None:
    done = run(folder, "ada", "--assignment", "4.5")
    assert done.exit_code == 0, done.output
    told = [line.split("  ", 1)[1] for line in done.stdout.splitlines()]
    assert [line.split(":")[0] for line in told] == [
        "Eve  submissions  4.5 ada",
        "Eve  results  4.5 ada add-test",
        "Eve  results  4.5 ada add-test",
        "Max  extensions  4.5 ada",
        "Max  extensions  4.5 ada",
    ]
    assert "points 1" in told[1]
    assert told[2].endswith(": points 1 to 2")
    assert "reason ill" in told[3]
    assert told[4].endswith(": taken back")
    assert "bob" not in done.stdout


@pytest.mark.usefixtures("term")
def test_without_a_name_everything_is_told(folder: ClassFolder) -> None:
    done = run(folder, "--json")
    rows = json.loads(done.stdout)
    assert [one["id"] for one in rows] == sorted(one["id"] for one in rows)
    assert {one["what"] for one in rows} >= {"assignments", "students", "submissions", "results"}
    assert {one["student"] for one in rows if one["what"] == "submissions"} == {"ada", "bob"}


@pytest.mark.usefixtures("term")
def test_a_text_of_a_stranger_does_not_steer_the_terminal(
    folder: ClassFolder, book: "Engine"
) -> None:
    extend(book, "4.5", ["bob"], datetime(2026, 12, 5, tzinfo=UTC), by="Max", reason="\x1b[2J" * 40)
    done = run(folder, "bob")
    assert "\x1b" not in done.output
    assert max(map(len, done.stdout.splitlines())) < 250


@pytest.mark.usefixtures("term")
def test_a_name_that_is_no_student_s_is_refused(folder: ClassFolder) -> None:
    done = run(folder, "adda")
    assert done.exit_code == 2
    assert "no student 'adda' on the roster. Did you mean ada?" in done.output
