import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.classroom.book import history, mark, marks
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.mark import Taken, read_marks, write_marks
from mlops_lab.workbench.classroom.mark.cells import guarded, unguarded
from mlops_lab.workbench.classroom.mark.table import COLUMNS
from mlops_lab.workbench.classroom.model import Mark
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

HandIn = Callable[..., int]
Row = dict[str, str]
FORMULA = "=HYPERLINK(\"http://elsewhere.example\")\nÜber; all, 'so'"


@pytest.fixture
def table(folder: ClassFolder, book: "Engine", hand_in: HandIn, tmp_path: Path) -> Path:
    """The answers of ada (1), bob (2) and s3 (3), written as a table."""
    for name in ("ada", "bob", "s3"):
        hand_in(name, FORMULA if name == "bob" else f"{name} says so.")
    file = tmp_path / "marks.csv"
    assert write_marks(folder, book, "4.5", file) == 3
    return file


def read(file: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def write(file: Path, rows: list[Row], delimiter: str = ",", encoding: str = "utf-8") -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    file.write_bytes(out.getvalue().encode(encoding))


def edit(file: Path, told: dict[str, Row]) -> None:
    """Change the rows of these submissions."""
    write(file, [{**row, **told.get(row["submission"], {})} for row in read(file)])


def given(book: "Engine", submission: int) -> tuple[float, str, str] | None:
    found: Mark | None = marks(book, submission).get("why")
    return None if found is None else (found.points, found.comment, found.by)


def refusal(folder: ClassFolder, book: "Engine", file: Path) -> str:
    before = len(history(book, "marks"))
    with pytest.raises(RefusedError) as caught:
        read_marks(folder, book, file, "me")
    assert len(history(book, "marks")) == before
    return str(caught.value)


def test_the_table_has_what_a_marker_needs(table: Path) -> None:
    rows = {row["student"]: row for row in read(table)}
    assert tuple(rows["ada"]) == COLUMNS
    ada = rows["ada"]
    assert (ada["assignment"], ada["submission"], ada["task"]) == ("4.5", "1", "why")
    assert (ada["title"], ada["points available"]) == ("Task 3: say why", "4")
    assert (ada["answer"], ada["points"], ada["comment"]) == ("ada says so.", "", "")
    assert rows["bob"]["answer"] == f"'{FORMULA}"
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")


def test_anonymous_has_no_students(folder: ClassFolder, book: "Engine", table: Path) -> None:
    write_marks(folder, book, "4.5", table, anonymous=True, force=True)
    assert [name for name in COLUMNS if name != "student"] == list(read(table)[0])
    edit(table, {"1": {"points": "2"}})
    assert read_marks(folder, book, table, "me").written == 1


def test_marks_come_back(folder: ClassFolder, book: "Engine", table: Path) -> None:
    edit(table, {"1": {"points": "2,5", "comment": "Half."}, "2": {"points": "0"}})
    assert read_marks(folder, book, table, "me") == Taken(written=2, same=0, empty=1)
    assert [given(book, n) for n in (1, 2, 3)] == [(2.5, "Half.", "me"), (0, "", "me"), None]
    assert read_marks(folder, book, table, "me") == Taken(written=0, same=2, empty=1)
    assert len(history(book, "marks")) == 2
    edit(table, {"1": {"points": "3"}})
    assert read_marks(folder, book, table, "me") == Taken(written=1, same=1, empty=1)


def test_what_a_spreadsheet_does_to_a_file(
    folder: ClassFolder, book: "Engine", table: Path
) -> None:
    rows = read(table)
    for row, points in zip(rows, ("1", "2,5", "4,0"), strict=True):
        row.update({"assignment": "04. Mai", "points": points, "comment": "Über\r\nalles"})
    for delimiter, encoding in ((";", "cp1252"), ("\t", "utf-16"), (";", "utf-8-sig")):
        write(table, rows, delimiter, encoding)
        taken = read_marks(folder, book, table, "me")
        assert taken.written + taken.same == 3
    numbers = [int(row["submission"]) for row in rows]
    wanted = [(points, "Über\nalles", "me") for points in (1, 2.5, 4)]
    assert [given(book, n) for n in numbers] == wanted
    assert len(history(book, "marks")) == 3


def test_columns_in_another_order_and_cut_ones_are_read(
    folder: ClassFolder, book: "Engine", table: Path
) -> None:
    keep = ("Points", "comment", "DIGEST", "task", "submission")
    rows = [{name: row[name.casefold()] for name in keep} | {"mine": "x"} for row in read(table)]
    rows[0]["Points"] = "3"
    write(table, rows)
    assert read_marks(folder, book, table, "me").written == 1


WRONG: list[tuple[Row, str]] = [
    ({"submission": "99"}, "the grade book has no submission '99'."),
    ({"submission": ""}, "the grade book has no submission ''."),
    ({"task": "add-test"}, "submission 1 has no task 'add-test' to mark; it has: why."),
    ({"points": "4.5"}, "'4.5' points; a number from 0 to 4 is allowed."),
    ({"points": "-1"}, "'-1' points; a number from 0 to 4 is allowed."),
    ({"points": "nan"}, "'nan' points; a number from 0 to 4 is allowed."),
    ({"points": "two"}, "'two' points; a number from 0 to 4 is allowed."),
    ({"points": "", "comment": "Why?"}, "there is a comment and no points."),
    ({"digest": "d000-none"}, "the answer is not the one that the row was written with."),
]


@pytest.mark.parametrize(("change", "told"), WRONG)
def test_one_wrong_row_keeps_all_out(
    folder: ClassFolder, book: "Engine", table: Path, change: Row, told: str
) -> None:
    edit(table, {"3": {"points": "1"}, "1": {"points": "2", **change}})
    said = refusal(folder, book, table)
    assert told in said
    assert said.startswith(f"Nothing was taken from {table}.\nrow ")
    assert len(said.splitlines()) == 2


def test_a_row_that_is_there_twice_is_named(
    folder: ClassFolder, book: "Engine", table: Path
) -> None:
    first, *rest = read(table)
    write(table, [first, *rest, {**first, "points": "1"}])
    assert "row 5: submission" in refusal(folder, book, table)
    assert "is in row 2 already" in refusal(folder, book, table)


def test_all_wrong_rows_are_named(folder: ClassFolder, book: "Engine", table: Path) -> None:
    edit(table, {str(n): {"points": f"{n}0"} for n in (1, 2, 3)})
    said = refusal(folder, book, table).splitlines()
    assert [line.split(":")[0] for line in said[1:]] == ["row 2", "row 3", "row 4"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"submission,task,points,digest\n1,why,2,x\n", "no column 'comment'"),
        (b"submission,task,points,points,comment,digest\n", "more than one column 'points'"),
        (b'submission,task,points,comment,digest\n"' + b"x" * 200_000, "field larger than"),
    ],
)
def test_a_file_that_is_no_table_of_marks_is_refused(
    folder: ClassFolder, book: "Engine", table: Path, content: bytes, told: str
) -> None:
    table.write_bytes(content)
    assert told in refusal(folder, book, table)


def test_a_file_that_is_not_there_is_refused(
    folder: ClassFolder, book: "Engine", tmp_path: Path
) -> None:
    assert "cannot be read" in refusal(folder, book, tmp_path / "none.csv")


def test_an_answer_handed_in_again_is_named(
    folder: ClassFolder, book: "Engine", table: Path, hand_in: HandIn
) -> None:
    hand_in("ada", "Better.", hours=1)
    edit(table, {"1": {"points": "2"}})
    assert "submission 1 does not count any more" in refusal(folder, book, table)
    edit(table, {"1": {"points": ""}, "2": {"points": "1"}})
    assert read_marks(folder, book, table, "me") == Taken(written=1, same=0, empty=2)


def test_an_answer_that_changed_on_the_disk_is_named(
    folder: ClassFolder, book: "Engine", table: Path
) -> None:
    (path,) = (folder.submitted / "4.5" / "ada").rglob("*.ipynb")
    path.write_bytes(path.read_bytes().replace(b"ada says so.", b"ada says more."))
    edit(table, {"1": {"points": "2"}})
    assert "the answer is not the one" in refusal(folder, book, table)


def test_a_mark_given_meanwhile_is_kept_or_named(
    folder: ClassFolder, book: "Engine", table: Path
) -> None:
    mark(book, 1, "why", 3, comment="Old.", by="you")
    write_marks(folder, book, "4.5", table, again=True, force=True)
    mark(book, 1, "why", 4, comment="New.", by="you")
    edit(table, {"2": {"points": "2"}})
    assert read_marks(folder, book, table, "me") == Taken(written=1, same=1, empty=1)
    assert given(book, 1) == (4, "New.", "you")
    edit(table, {"1": {"points": "2"}})
    assert "you marked it meanwhile, with 4 points" in refusal(folder, book, table)
    edit(table, {"1": {"points": ""}})
    assert read_marks(folder, book, table, "me") == Taken(written=0, same=1, empty=2)


def test_my_own_marks_can_be_changed_by_an_old_table(
    folder: ClassFolder, book: "Engine", table: Path
) -> None:
    mark(book, 1, "why", 3, by="me")
    edit(table, {"1": {"points": "2"}})
    assert read_marks(folder, book, table, "me").written == 1


def test_a_table_that_is_there_is_not_replaced(
    folder: ClassFolder, book: "Engine", table: Path
) -> None:
    before = table.read_bytes()
    with pytest.raises(RefusedError, match="is there already and may hold marks"):
        write_marks(folder, book, "4.5", table)
    assert table.read_bytes() == before


def test_rows_of_another_assignment_are_refused(
    folder: ClassFolder, book: "Engine", table: Path
) -> None:
    with pytest.raises(RefusedError, match=r"row 2: submission \d is of 4\.5, not 4\.6"):
        read_marks(folder, book, table, "me", assignment="4.6")


@pytest.mark.parametrize(
    "comment",
    ["=1+1", "- no price", "'=x", "''", "-5", "@all", "'tis", "x;=1+1", "x;'=1", "x\n=1", "x\t=1",
     "\uff1d1+1", "x;\uff0b1", "Good:\n- one\n- two", "- 1;\n'\t=2"],
)  # fmt: skip
def test_comments_come_back_as_they_were(
    folder: ClassFolder, book: "Engine", table: Path, comment: str
) -> None:
    mark(book, 1, "why", 3, comment=comment, by="you")
    write_marks(folder, book, "4.5", table, again=True, force=True)
    (row,) = (row for row in read(table) if row["submission"] == "1")
    assert not re.search(r"(\A|[;\t\n])[\s\"]*([=+@\uff1d\uff0b]|- )", row["comment"])
    edit(table, {"1": {"points": "2"}})
    read_marks(folder, book, table, "me")
    assert given(book, 1) == (2, comment, "me")


@pytest.mark.parametrize(
    "text",
    ["=a", "+a", "-a", "@a", "\ta", "\ra", "'=a", "''-a", "-1", "a=b", "", "x;=a", "x;'=a",
     "x; ''\uff1da", "x\n\t=a", ";;=a;", "\t\t=a", "'", "';'=", "\n'\n=", "\uff20a\r\n\uff0db"],
)  # fmt: skip
def test_the_guard_has_a_way_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "@", "\t", "\r"))


def test_signs_that_end_a_table_are_replaced(
    folder: ClassFolder, book: "Engine", hand_in: HandIn, tmp_path: Path
) -> None:
    hand_in("ada", "a\0b\x1ac\r\nd\re")
    write_marks(folder, book, "4.5", tmp_path / "marks.csv")
    assert read(tmp_path / "marks.csv")[0]["answer"] == "a\ufffdb\ufffdc\nd\ufffde"


def test_a_very_long_answer_is_cut_in_the_table_alone(
    folder: ClassFolder, book: "Engine", hand_in: HandIn, tmp_path: Path
) -> None:
    number = hand_in("ada", "word " * 10_000)
    file = tmp_path / "marks.csv"
    write_marks(folder, book, "4.5", file)
    assert "[cut here: " in read(file)[0]["answer"]
    assert len(read(file)[0]["answer"]) < 32_767
    edit(file, {str(number): {"points": "1"}})
    assert read_marks(folder, book, file, "me").written == 1
