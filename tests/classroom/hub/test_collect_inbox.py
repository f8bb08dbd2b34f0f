"""What a desk took in is collected: by folder, with the receipt's time, each file once."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.classroom.book import submissions
from mlops_lab.workbench.classroom.collect import Collected, collect
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.hub.inbox import holding, store

if TYPE_CHECKING:
    from sqlalchemy import Engine

pytestmark = pytest.mark.usefixtures("release")
DAYS = [datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 3, tzinfo=UTC)]  # due between


def take(folder: ClassFolder, book: "Engine", only: str | None = None) -> list[Collected]:
    return collect(folder, book, folder.path / "inbox", assignment=only, by="a test")


@pytest.fixture
def handout(folder: ClassFolder) -> bytes:
    return next((folder.release / "4.5").glob("*.ipynb")).read_bytes()


def test_the_folder_and_the_receipt_decide(
    folder: ClassFolder, book: "Engine", handout: bytes
) -> None:
    with holding(inbox := folder.path / "inbox"):
        for student, day in zip(("ada", "s3"), DAYS, strict=True):
            store(inbox, "4.5", student, handout, day)
        store(inbox, "4.5", "eve", handout, DAYS[0])
        store(inbox, "9.9", "bob", handout, DAYS[0])
    told = {(one.student, one.state) for one in take(folder, book)}
    expected = {("ada", "on time"), ("s3", "late"), ("", "unplaced"), ("bob", "unplaced")}
    assert told == expected | {("bob", "missing")}
    found = {one.student: datetime.fromisoformat(one.received) for one in submissions(book, "4.5")}
    assert found == dict(zip(("ada", "s3"), DAYS, strict=True))
    again = {(one.student, one.state) for one in take(folder, book, "4.5")}
    assert again == {
        ("ada", "duplicate"),
        ("s3", "duplicate"),
        ("", "unplaced"),
        ("bob", "missing"),
    }


def test_the_last_of_many_counts(folder: ClassFolder, book: "Engine", handout: bytes) -> None:
    with holding(inbox := folder.path / "inbox"):
        for second in range(55):  # more than a student's folder from a platform may hold
            time = datetime(2026, 11, 1, 12, 0, second, tzinfo=UTC)
            store(inbox, "4.5", "ada", handout + b"\n" * second, time)
    states = [one.state for one in take(folder, book) if one.student == "ada"]
    assert states == ["replaced"] * 54 + ["on time"]


def test_a_file_that_was_changed_in_the_inbox_is_told(
    folder: ClassFolder, book: "Engine", handout: bytes
) -> None:
    with holding(inbox := folder.path / "inbox"):
        receipt = store(inbox, "4.5", "ada", handout, DAYS[0])
    (inbox / "4.5" / "ada" / receipt.file_name).write_bytes(handout + b" ")
    (line,) = [one for one in take(folder, book) if one.student == "ada"]
    assert line.state == "unreadable"
    assert "changed after the desk had stored it" in line.sentence
