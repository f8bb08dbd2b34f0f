from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.course import (
    find_course,
    find_notebook,
    find_notebooks,
    lesson_paths,
    lessons,
    misnamed,
)
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.lesson import read_lesson

CARD = "# 4.5 Drift\n\nYou can tell.\n\n| | |\n|---|---|\n| Minutes | 25 |"
Make = Callable[..., Path]


@pytest.fixture
def course(make_notebook: Make, tmp_path: Path) -> Path:
    make_notebook(name="notebooks/4_deployment/10_serving.ipynb", lesson="4.10")
    make_notebook(name="notebooks/4_deployment/05_drift.ipynb", lesson="4.5", heading=CARD)
    make_notebook(name="notebooks/4_deployment/05_drift_assignment.ipynb", lesson="4.5")
    make_notebook(name="notebooks/2_data/01_labels.ipynb", lesson="2.1")
    make_notebook(name="notebooks/2_data/scratch.ipynb")
    return tmp_path / "notebooks"


def test_lessons_are_sorted_by_number_and_leave_assignments_out(course: Path) -> None:
    assert list(lesson_paths(course)) == ["2.1", "4.5", "4.10"]


def test_a_lesson_tells_its_title_and_minutes(course: Path) -> None:
    drift = lessons(course)[1]
    assert (drift.id, drift.title, drift.minutes, drift.course) == (
        "4.5",
        "Drift",
        25,
        "4_deployment",
    )


def test_the_minutes_of_two_sittings_are_added(make_notebook: Make) -> None:
    path = make_notebook(heading=CARD.replace("25", "**25 + 20**"))
    assert read_lesson(path).minutes == 45


def test_a_lesson_without_card_has_its_file_name_and_no_minutes(course: Path) -> None:
    assert (lessons(course)[0].title, lessons(course)[0].minutes) == ("01_labels", None)


def test_the_course_is_found_from_a_folder_inside_it(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course / "4_deployment")
    assert find_course() == course


def test_a_folder_without_lessons_is_no_course(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="No course found"):
        find_course(tmp_path)


@pytest.mark.parametrize("name", ["4.5", "drift", "05_drift", "4.5_drift"])
def test_a_lesson_is_found_by_id_and_by_name(course: Path, name: str) -> None:
    assert find_notebook(name, course).name == "05_drift.ipynb"


def test_an_unknown_lesson_names_the_closest_and_the_list(course: Path) -> None:
    with pytest.raises(RefusedError, match=r"(?s)Did you mean drift\?.*4\.10  10_serving"):
        find_notebook("drfit", course)


def test_a_name_of_two_lessons_is_refused(course: Path, make_notebook: Make) -> None:
    make_notebook(name="notebooks/2_data/02_drift.ipynb")
    with pytest.raises(RefusedError, match="more than one lesson"):
        find_notebook("drift", course)


def test_two_files_with_one_id_are_refused(course: Path, make_notebook: Make) -> None:
    make_notebook(name="notebooks/2_data/01_other.ipynb")
    with pytest.raises(RefusedError, match=r"both lesson 2\.1"):
        lesson_paths(course)


def test_metadata_that_disagrees_with_the_place_is_refused(make_notebook: Make) -> None:
    path = make_notebook(name="notebooks/1_introduction/01_scope.ipynb", lesson="1.2")
    with pytest.raises(RefusedError, match=r"lesson 1\.1 belongs.*says 1\.2"):
        lessons(path.parents[1])


def test_a_broken_lesson_is_named(course: Path) -> None:
    (course / "2_data" / "03_broken.ipynb").write_text("{")
    with pytest.raises(RefusedError, match=r"03_broken\.ipynb is not a readable notebook"):
        lessons(course)


def test_a_missing_file_names_the_closest(course: Path) -> None:
    with pytest.raises(RefusedError, match=r"Did you mean 05_drift\.ipynb"):
        find_notebook(str(course / "4_deployment" / "05_drfit.ipynb"))


def test_a_notebooks_folder_without_lessons_is_passed_by(
    course: Path, make_notebook: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_notebook(name="notebooks/4_deployment/notebooks/2_mine/scratch.ipynb")
    monkeypatch.chdir(course / "4_deployment")
    assert find_course() == course


def test_the_folder_that_was_searched_is_named(course: Path) -> None:
    with pytest.raises(RefusedError, match=f"no lesson 'nothing' in {course}"):
        find_notebook("nothing", course)
    (course / "empty" / "1_first").mkdir(parents=True)
    with pytest.raises(RefusedError, match="empty holds no lessons at all"):
        find_notebook("4.5", course / "empty")


def test_notebooks_with_other_names_are_listed_apart(course: Path, make_notebook: Make) -> None:
    make_notebook(name="notebooks/4_deployment/.ipynb_checkpoints/x.ipynb")
    make_notebook(name="notebooks/.hidden/x.ipynb")
    make_notebook(name="notebooks/3-models/01_first.ipynb")
    make_notebook(name="notebooks/2_data/07_loud.IPYNB")
    assert [path.name for path in misnamed(course)] == [
        "07_loud.IPYNB",
        "scratch.ipynb",
        "01_first.ipynb",
    ]


def test_a_folder_that_is_gone_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(RefusedError, match="current folder is gone"):
        find_course()


def test_patterns_name_several_lessons_once(
    make_notebook: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = tmp_path / "notebooks"
    for name in ("1_introduction/02_scoping", "4_deployment/01_serving", "4_deployment/05_drift"):
        make_notebook(name=f"notebooks/{name}.ipynb")
    monkeypatch.chdir(tmp_path)

    def found(*words: str) -> list[str]:
        return [path.stem for path in find_notebooks(words, course)]

    assert found("4.*") == ["01_serving", "05_drift"]
    assert found("drift", "*", "4.5") == ["05_drift", "02_scoping", "01_serving"]
    assert found("*sc*", "notebooks/4*/*.ipynb") == ["02_scoping", "01_serving", "05_drift"]
    with pytest.raises(RefusedError, match=r"Nothing matches '9\.\*'"):
        found("4.5", "9.*")
