import csv
import io
from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.book.write import Student
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
