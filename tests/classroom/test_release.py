from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release, load_release, read_master, read_student
from mlops_lab.workbench.classroom.release import find_master, make_release
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook

Change = Callable[[str, str], None]


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_students_get_one_file_with_nothing_secret(folder: ClassFolder, release: Release) -> None:
    files = tree(folder.release)
    assert list(files) == ["4.5/05_sums_assignment.ipynb"]
    assert b"secret" not in files["4.5/05_sums_assignment.ipynb"]
    nb = read_notebook(folder.release / "4.5" / "05_sums_assignment.ipynb")
    assert nb == read_student(release)
    assert nb.metadata.mlops_lab == {"lesson": "4.5", "assignment": "4.5", "release": 1}


def test_the_master_is_frozen_whole(folder: ClassFolder, release: Release, master: Path) -> None:
    assert read_master(release) == read_notebook(master)
    assert sorted(tree(folder.frozen / "4.5")) == [
        "1/master.ipynb",
        "1/release.json",
        "1/student.ipynb",
    ]
    assert all(path.stat().st_mode & 0o222 == 0 for path in release.path.iterdir())


def test_releasing_again_unchanged_changes_nothing(
    folder: ClassFolder, release: Release, master: Path
) -> None:
    before = tree(folder.frozen)
    assert make_release(folder, master) == release
    assert tree(folder.frozen) == before


def test_a_changed_master_needs_force_and_is_the_next_release(
    folder: ClassFolder, release: Release, master: Path, change_master: Change
) -> None:
    before = tree(release.path)
    change_master("add(20, 22) == 42", "add(21, 22) == 43")
    with pytest.raises(RefusedError, match=r"4\.5 is out already, as release 1.*master is another"):
        make_release(folder, master)
    assert tree(folder.frozen / "4.5" / "1") == before
    second = make_release(folder, master, force=True)
    assert (second.number, load_release(folder.frozen, "4.5")) == (2, second)
    assert tree(folder.frozen / "4.5" / "1") == before
    assert "== 43" in str(read_master(second))
    assert "== 43" not in str(read_master(load_release(folder.frozen, "4.5", 1)))


@pytest.mark.usefixtures("release")
def test_later_edits_of_the_master_change_nothing(
    folder: ClassFolder, change_master: Change
) -> None:
    change_master("add(20, 22) == 42", "True")
    assert "add(20, 22) == 42" in str(read_master(load_release(folder.frozen, "4.5")))


def test_variants_give_each_student_a_file(folder: ClassFolder, master: Path) -> None:
    made = make_release(folder, master, students=["ada", "bob"], variant_seed=7)
    files = tree(folder.release / "4.5")
    assert sorted(files) == ["students/ada.ipynb", "students/bob.ipynb"]
    assert files["students/ada.ipynb"] != files["students/bob.ipynb"]
    own = read_notebook(folder.release / "4.5" / "students" / "ada.ipynb")
    assert own == read_student(made, "ada") != read_student(made, "bob")
    make_release(folder, master, students=["ada", "bob", "cem"], variant_seed=7)
    assert len(tree(folder.release)) == 3
    assert tree(folder.release / "4.5")["students/ada.ipynb"] == files["students/ada.ipynb"]


@pytest.mark.usefixtures("release")
def test_variants_replace_the_common_file(folder: ClassFolder, master: Path) -> None:
    with pytest.raises(RefusedError, match="variant seed is another"):
        make_release(folder, master, students=["ada"], variant_seed=7)
    made = make_release(folder, master, students=["ada"], variant_seed=7, force=True)
    assert made.number == 2
    assert list(tree(folder.release / "4.5")) == ["students/ada.ipynb"]


def test_a_refused_release_leaves_nothing(
    folder: ClassFolder, master: Path, change_master: Change
) -> None:
    change_master("### END SOLUTION", "### ENDS")
    with pytest.raises(RefusedError):
        make_release(folder, master)
    change_master("### ENDS", "### END SOLUTION")
    change_master("seed: int = 0", "size: int = 0")
    with pytest.raises(RefusedError):
        make_release(folder, master, variant_seed=1)
    assert not folder.frozen.exists()
    assert not folder.release.exists()


def test_a_master_is_found_by_lesson_or_path(folder: ClassFolder, master: Path) -> None:
    assert folder.course is not None
    for name in ("4.5", "sums", str(master)):
        assert find_master(name, folder.course).samefile(master)


def test_a_lesson_without_assignment_is_told(folder: ClassFolder, master: Path) -> None:
    master.with_name("06_more.ipynb").write_bytes(
        master.read_bytes().replace(b'"lesson": "4.5"', b'"lesson": "4.6"')
    )
    with pytest.raises(RefusedError, match=r"Lesson 4\.6 has no assignment. These have: 4\.5\."):
        find_master("4.6", folder.course)


def test_a_notebook_of_another_course_is_known_by_its_name(
    folder: ClassFolder, master: Path, tmp_path: Path
) -> None:
    other = tmp_path / "ps1.ipynb"
    other.write_bytes(master.read_bytes().replace(b'"mlops_lab"', b'"other"'))
    assert make_release(folder, other).assignment == "ps1"
    odd = tmp_path / "my set.ipynb"
    odd.write_bytes(other.read_bytes())
    with pytest.raises(RefusedError, match="'my set' cannot be an assignment's id"):
        make_release(folder, odd)


def test_a_folder_is_refused_with_the_commands_that_release_its_notebooks(
    tmp_path: Path, folder: ClassFolder
) -> None:
    place = tmp_path / "problem sets"
    place.mkdir()
    with pytest.raises(RefusedError, match="is a folder without notebooks"):
        find_master(str(place), folder.course)
    for name in ("two.ipynb", "one.ipynb"):
        (place / name).touch()
    with pytest.raises(RefusedError, match="an assignment here is one notebook") as refused:
        find_master(str(place), folder.course)
    commands = [f"`mlops-lab class release '{place}/{name}.ipynb'`" for name in ("one", "two")]
    assert ", ".join(commands) in str(refused.value)
