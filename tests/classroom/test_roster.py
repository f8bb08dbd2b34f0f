import csv
import io
from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.model import Student
from mlops_lab.workbench.classroom.roster import read_roster, write_roster
from mlops_lab.workbench.runs.errors import RefusedError

ADA = Student("ada", "Ada Lovelace", "ada@x.org")


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "students.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(
    "text",
    [
        "id,name,email\nada,Ada Lovelace,ada@x.org\n",
        "\ufeffID,Name,E-mail\r\n ada , Ada Lovelace ,ada@x.org\r\n\r\n",
        "Email address;Username;First name;Last name\nada@x.org;ada;Ada;Lovelace\n",
        '"First name","Last name","ID number","Email address"\nAda,Lovelace,ada,ada@x.org\n',
        "Student\tEmail\tStudent ID\nAda Lovelace\tada@x.org\tada\n",
        "surname,given name,student_id,mail,group\nLovelace,Ada,ada,ada@x.org,3\n",
    ],
    ids=["plain", "bom", "semicolons", "moodle", "tabs", "more"],
)
def test_usual_exports_are_read(tmp_path: Path, text: str) -> None:
    assert read_roster(written(tmp_path, text)) == ([ADA], [])


def test_a_spreadsheet_s_line_on_separators_is_followed(tmp_path: Path) -> None:
    for text in (
        "sep=;\nid;name;email\nada;Ada Lovelace;ada@x.org\n",
        "sep=|\r\nid|name|email\r\nada|Ada Lovelace|ada@x.org\r\n",
        '"sep=,"\nid,name,email\nada,Ada Lovelace,ada@x.org\n',
    ):
        assert read_roster(written(tmp_path, text)) == ([ADA], [])


def test_titles_and_totals_are_left_out_and_told(tmp_path: Path) -> None:
    text = (
        "Machine learning, autumn 2026;;\nList of 2026-11-30;;\n\nid;name;email\n"
        "ada;Ada Lovelace;ada@x.org\n;;\nTotal;1;\nPrinted by: the office;;\n"
    )
    found, notes = read_roster(written(tmp_path, text))
    assert found == [ADA]
    assert notes == [
        "Left out above the header: Machine learning, autumn 2026; List of 2026-11-30.",
        "Left out below the students: Total 1; Printed by: the office.",
    ]


def test_a_student_may_be_called_like_a_footer(tmp_path: Path) -> None:
    file = written(tmp_path, "id,name\ntotal,Tom Otal\nsum,Su Mei\n")
    assert [one.id for one in read_roster(file)[0]] == ["total", "sum"]


@pytest.mark.parametrize("number", ["1.2E+07", "1,2e+07", "4E11"])
def test_an_id_that_a_spreadsheet_rounded_is_refused(tmp_path: Path, number: str) -> None:
    with pytest.raises(RefusedError, match=r"row 3: a spreadsheet has rounded the id"):
        read_roster(written(tmp_path, f'id;name\n1;A\n"{number}";B\n'))


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("mac_roman", "Jürgen Müller"),
        ("mac_roman", "José Núñez"),
        ("cp437", "Jürgen Müller"),
        ("cp1251", "Иван Петров"),
        ("cp932", "山田太郎"),
    ],
)
def test_an_encoding_that_makes_nonsense_is_refused_until_it_is_told(
    tmp_path: Path, encoding: str, name: str
) -> None:
    file = written(tmp_path, f"id,name\na,{name}\n".encode(encoding))
    with pytest.raises(RefusedError, match="is not in UTF-8, and read as Latin-1 it has"):
        read_roster(file)
    assert read_roster(file, encoding) == ([Student("a", name)], [])


def test_a_wrong_encoding_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, "id,name\na,Müller\n".encode("cp1252"))
    with pytest.raises(RefusedError, match="There is no encoding 'latin-x'"):
        read_roster(file, "latin-x")
    with pytest.raises(RefusedError, match="is not in utf-8"):
        read_roster(file, "utf-8")
    assert "such as Müller" in read_roster(file)[1][0]


def test_rows_that_are_no_students_of_a_canvas_gradebook_are_left_out(tmp_path: Path) -> None:
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Drift (12)\n"
        ",,,,,Manual Posting\n    Points Possible,,,,,30\n"
        '"Lovelace, Ada",4711,u1,ada@x.org,A,\nTest Student,98,,,A,\n"Student, Test",99,,,A,\n'
    )
    assert read_roster(written(tmp_path, text)) == ([Student("4711", "Lovelace, Ada")], [])


def test_a_canvas_gradebook_is_read(tmp_path: Path) -> None:
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Drift (12)\n"
        "    Points Possible,,,,,30\n"
        '"Lovelace, Ada",4711,u1,ada@x.org,A,\n'
        '"Student, Test",99,,,A,\n'
    )
    assert read_roster(written(tmp_path, text))[0] == [Student("4711", "Lovelace, Ada")]


@pytest.mark.parametrize(("encoding", "notes"), [("cp1252", 1), ("utf-16", 0), ("utf-8", 0)])
def test_encodings_are_handled_and_told(tmp_path: Path, encoding: str, notes: int) -> None:
    content = "id,name\nj1,Jürgen Müller\n".encode(encoding)
    students, told = read_roster(written(tmp_path, content))
    assert students == [Student("j1", "Jürgen Müller")]
    assert len(told) == notes


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("id,name\n", "a header and no students"),
        ("name,group\nAda,3\n", "has no column with ids: it has 'name', 'group'"),
        ("id,id\n1,2\n", "more than one column 'id'"),
        ("id,name\na,A\n,B\n", "row 3: the id is empty"),
        ("id,name\na,A\n\nA,B\n", "row 4: the id 'A' is in row 2 already"),
        ("id,name\n../x,A\n", "row 2: the id '../x' cannot be a folder's name"),
        ("id\na b\n", "row 2: the id 'a b' cannot"),
    ],
)
def test_what_is_wrong_is_told_with_its_row(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_roster(written(tmp_path, text))
    assert told in str(caught.value)


def test_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="cannot be read"):
        read_roster(tmp_path / "no.csv")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    students = [ADA, Student("b", 'Bob "B", jr.', "")]
    file = tmp_path / "out.csv"
    assert write_roster(students, file) == file.read_text()
    assert read_roster(file)[0] == students


def test_a_spreadsheet_gets_no_formula() -> None:
    assert write_roster([Student("a", "=1+1")]) == "id,name,email\na,'=1+1,\n"


def test_a_lone_carriage_return_begins_no_row() -> None:
    text = write_roster([Student("ada", "Ada\r=1+1", "a@x")])
    assert "\r" not in text
    assert len(list(csv.reader(io.StringIO(text)))) == 2
