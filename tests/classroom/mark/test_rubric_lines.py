"""Which lines of a rubric are met: from the panel and from a table, to the student's page."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.classroom.book import mark, marks, open_book
from mlops_lab.workbench.classroom.feedback import write_feedback
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.mark import panel, read_marks, write_marks
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

HandIn = Callable[..., int]
Row = dict[str, str]
BOTH = ["It names a reason. (2)", "It names a price. (2)"]


def read(file: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def write(file: Path, rows: list[Row]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(out.getvalue(), encoding="utf-8")


def lines(folder: ClassFolder, book: "Engine", student: str = "ada") -> list[str]:
    """Return the lines of the rubric on a student's page, as a reader sees them."""
    write_feedback(folder, book, "4.5")
    page = (folder.path / "feedback" / "4.5" / f"{student}.html").read_text(encoding="utf-8")
    found = re.findall(r"<li class=\"(?:open|good|bad)\">(.*?)</li>", page)
    return [re.sub("<[^>]+>", "", one) for one in found]


def test_lines_that_were_ticked_are_on_the_page_as_met(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    number = hand_in("ada", "It pays.")
    assert lines(folder, book) == []  # nobody has marked it
    shown = panel(folder, "4.5", by="me")
    shown.form.ticks[1].value = True
    shown.form.save.click()
    assert marks(book, number)["why"].met == (2,)
    assert lines(folder, book) == [f"{BOTH[0]} not met", f"{BOTH[1]} met"]
    again = panel(folder, "4.5", again=True, by="me")
    assert [tick.value for tick in again.form.ticks] == [False, True]
    assert not again.changed
    again.form.ticks[1].value = False
    again.form.points.value = "2"
    again.form.save.click()
    assert marks(book, number)["why"].met == ()
    assert lines(folder, book) == [f"{one} not met" for one in BOTH]


def test_points_without_a_tick_say_nothing_of_lines(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    number = hand_in("ada", "It pays.")
    shown = panel(folder, "4.5", by="me")
    shown.form.points.value = "3"
    shown.form.save.click()
    assert marks(book, number)["why"].met is None
    assert lines(folder, book) == BOTH


def test_lines_of_a_table_are_on_the_page_too(
    folder: ClassFolder, book: "Engine", hand_in: HandIn, tmp_path: Path
) -> None:
    for student in ("ada", "bob", "s3"):
        hand_in(student, "It pays.")
    file = tmp_path / "marks.csv"
    write_marks(folder, book, "4.5", file)
    rows = {row["student"]: row for row in read(file)}
    assert rows["ada"]["rubric"] == f"1: {BOTH[0]}\n2: {BOTH[1]}"
    rows["ada"]["met"] = "2"  # which is what gives the points
    rows["bob"].update(met="2, 1", points="3,5")
    rows["s3"].update(met="none", points="0")
    write(file, list(rows.values()))
    assert read_marks(folder, book, file, "me").written == 3
    found = [marks(book, int(rows[name]["submission"]))["why"] for name in ("ada", "bob", "s3")]
    assert [(one.points, one.met) for one in found] == [(2, (2,)), (3.5, (1, 2)), (0, ())]
    assert lines(folder, book) == [f"{BOTH[0]} not met", f"{BOTH[1]} met"]
    assert lines(folder, book, "bob") == [f"{one} met" for one in BOTH]
    assert read_marks(folder, book, file, "me").same == 3
    write_marks(folder, book, "4.5", file, again=True, force=True)
    assert sorted(row["met"] for row in read(file)) == ["1 2", "2", "none"]
    assert read_marks(folder, book, file, "somebody else").written == 0


def test_a_table_without_the_column_leaves_lines_as_they_are(
    folder: ClassFolder, book: "Engine", hand_in: HandIn, tmp_path: Path
) -> None:
    number, file = hand_in("ada", "It pays."), tmp_path / "marks.csv"
    mark(book, number, "why", 2, met=(1,), by="me")
    write_marks(folder, book, "4.5", file, again=True)
    write(
        file, [{n: v for n, v in row.items() if n not in ("met", "rubric")} for row in read(file)]
    )
    assert read_marks(folder, book, file, "me").same == 1
    rows = [{**row, "points": "3"} for row in read(file)]
    write(file, rows)
    assert read_marks(folder, book, file, "me").written == 1
    assert (marks(book, number)["why"].points, marks(book, number)["why"].met) == (3, (1,))


@pytest.mark.parametrize(
    ("met", "said"),
    [
        ("3", "'3' as the rubric's lines that are met; allowed: numbers from 1 to 2"),
        ("0 1", "allowed: numbers from 1 to 2 with blanks between, or none"),
        ("first", "'first' as the rubric's lines"),
    ],
)
def test_lines_that_are_not_there_are_refused(
    folder: ClassFolder, book: "Engine", hand_in: HandIn, tmp_path: Path, met: str, said: str
) -> None:
    number, file = hand_in("ada", "It pays."), tmp_path / "marks.csv"
    write_marks(folder, book, "4.5", file)
    write(file, [{**row, "met": met, "points": "1"} for row in read(file)])
    with pytest.raises(RefusedError, match=re.escape(said)):
        read_marks(folder, book, file, "me")
    assert marks(book, number) == {}


def test_a_book_from_before_lines_were_kept_is_opened_and_keeps_its_marks(
    folder: ClassFolder, book: "Engine", hand_in: HandIn
) -> None:
    from sqlalchemy import text

    number = hand_in("ada", "It pays.")
    mark(book, number, "why", 2, by="me")
    with book.begin() as connection:
        connection.execute(text("ALTER TABLE marks DROP COLUMN met"))
    with open_book(folder.gradebook) as opened:
        (kept,) = marks(opened, number).values()
        assert (kept.points, kept.met) == (2, None)
        mark(opened, number, "why", 4, met=(1, 2), by="me")
        assert marks(opened, number)["why"].met == (1, 2)
