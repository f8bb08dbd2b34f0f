from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.folder import ClassFolder, find_class, read_class, start_class
from mlops_lab.workbench.runs.errors import RefusedError


def written(folder: Path, text: str) -> Path:
    file = folder / "class.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_new_class_is_read_back(tmp_path: Path) -> None:
    made = start_class(tmp_path / "k", 'Otto\'s "best": class', timezone="Europe/Berlin")
    assert made == read_class(tmp_path / "k" / "class.yaml")
    assert (made.name, made.due, made.course) == ('Otto\'s "best": class', {}, None)
    assert made.gradebook == f"sqlite:///{tmp_path / 'k' / 'gradebook.db'}"


def test_a_class_is_not_made_twice(tmp_path: Path) -> None:
    start_class(tmp_path, "one")
    with pytest.raises(RefusedError, match="is a class already"):
        start_class(tmp_path, "two")
    assert read_class(tmp_path / "class.yaml").name == "one"


def test_a_class_is_found_from_a_folder_inside_it(
    folder: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = folder.path / "submitted" / "4.5"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert find_class() == folder


def test_no_class_is_told(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="mlops-lab class init"):
        find_class(tmp_path)


def test_times_are_read_in_the_zone_and_ids_stay_text(tmp_path: Path) -> None:
    text = "name: x\ntimezone: Europe/Berlin\ndue:\n  4.10: 2026-12-01 12:00\n  4.1: 2026-07-01\n"
    assert read_class(written(tmp_path, text)).due == {
        "4.10": datetime(2026, 12, 1, 11, tzinfo=UTC),
        "4.1": datetime(2026, 7, 1, 21, 59, tzinfo=UTC),
    }


def test_groups_are_lists_or_lines_and_ids_stay_text(tmp_path: Path) -> None:
    text = "name: x\ngroups:\n  a: [007, s1]\n  b: s1, s2 1e3\n  c:\n    - x\n    - y\n"
    assert read_class(written(tmp_path, text)).groups == {
        "a": ("007", "s1"), "b": ("s1", "s2", "1e3"), "c": ("x", "y")
    }  # fmt: skip


def test_a_course_is_seen_from_the_file(tmp_path: Path) -> None:
    found = read_class(written(tmp_path, "name: x\ncourse: ../notebooks\n")).course
    assert found is not None
    assert found.resolve() == (tmp_path.parent / "notebooks").resolve()


def test_the_short_postgresql_url_names_the_driver(tmp_path: Path) -> None:
    file = written(tmp_path, "name: x\ngradebook: postgresql://me@host/db\n")
    assert read_class(file).gradebook == "postgresql+psycopg://me@host/db"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("course: x\n", "has no name"),
        ("name: ''\n", "has no name"),
        ("- name\n", "line 1: the file takes one `key: value` a line"),
        ("name: [x\n", "is not valid YAML"),
        ("name: x\nnmae: y\n", "line 2: there is no key 'nmae'. Did you mean name?"),
        ("name: x\nname: y\n", "line 2: 'name' is there twice"),
        ("name: [x]\n", "line 1: name takes one value"),
        ("name: x\ngradebook: mysql://h/d\n", "line 2: gradebook is 'mysql://h/d'; allowed"),
        ("name: x\ntimezone: Europe/Berln\n", "line 2: timezone is 'Europe/Berln'; allowed is a"),
        ("name: x\ndue:\n  4.5: tomorrow\n", "line 3: due: 4.5 is 'tomorrow'; allowed is a time"),
        ("name: x\ndue:\n  ../5: 2026-01-01\n", "line 3: due: ../5"),
        ("name: x\ndue: soon\n", "line 2: due:  takes one"),
        ("name: x\nlate:\n  percent_a_day: 101\n", "line 3: late: percent_a_day is '101'"),
        ("name: x\nlate:\n  at_most_percent: -1\n", "line 3: late: at_most_percent is '-1'"),
        ("name: x\ngroups:\n  a: []\n", "line 3: groups: a is ''; allowed is ids such as"),
        ("name: x\ngroups:\n  a: {b: c}\n", "line 3: groups: a takes one value"),
        ("name: x\nlate:\n  accept_days: nan\n", "line 3: late: accept_days is 'nan'"),
        ("name: x\nlate:\n  percent: 1\n", "line 3: there is no key late: 'percent'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_class(written(tmp_path, text))
    assert told.replace("due:  takes", "due: takes") in str(caught.value).replace("  ", " ")


def test_a_password_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        read_class(written(tmp_path, "name: x\ngradebook: mysql://me:hush@h/d\n"))
    assert "hush" not in str(caught.value)
