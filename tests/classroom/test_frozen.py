from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import (
    Release,
    Task,
    content_digest,
    load_release,
    read_master,
    releases,
    tasks_of,
)
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook


def test_a_release_knows_its_tasks_and_answers(release: Release) -> None:
    assert release.tasks == (
        Task("add-test", 2, manual=False),
        Task("twice-test", 3, manual=False),
        Task("why", 4, manual=True),
    )
    assert release.answers == ("add", "twice", "why")
    assert release.points == 9


def test_a_release_is_loaded_as_it_was_made(folder: ClassFolder, release: Release) -> None:
    assert load_release(folder.frozen, "4.5") == release == load_release(folder.frozen, "4.5", 1)


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize(
    ("name", "number", "told"),
    [
        ("4.6", None, "There is no assignment '4.6'. Did you mean 4.5? Released are: 4.5."),
        ("4.5", 2, "There is no release 2 of 4.5. Released are: 4.5."),
    ],
)
def test_what_is_not_released_is_told(
    folder: ClassFolder, name: str, number: int | None, told: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        load_release(folder.frozen, name, number)
    assert str(caught.value) == told


def test_nothing_released_is_told(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="Nothing is released yet"):
        load_release(tmp_path, "4.5")


def test_a_frozen_master_that_was_changed_is_refused(release: Release) -> None:
    file = release.path / "master.ipynb"
    file.chmod(0o644)
    file.write_text(file.read_text().replace("== 42", "== 43"))
    with pytest.raises(RefusedError, match="was changed after it was frozen"):
        read_master(release)


@pytest.mark.parametrize("text", ["{", "{}", "[]", '{"assignment": "4.5", "tasks": [1]}'])
def test_a_damaged_record_is_told(folder: ClassFolder, release: Release, text: str) -> None:
    file = release.path / "release.json"
    file.chmod(0o644)
    file.write_text(text)
    with pytest.raises(RefusedError, match=r"release\.json is damaged"):
        releases(folder.frozen)


def test_outputs_do_not_change_the_digest(master: Path) -> None:
    nb = read_notebook(master)
    digest = content_digest(nb)
    nb.cells[3].outputs, nb.cells[3].execution_count = [], 7
    assert content_digest(nb) == digest
    nb.cells[3].source += " "
    assert content_digest(nb) != digest


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"points": 2', '"points": -1', "'add-test' has -1 points"),
        ('"points": 2', '"points": true', "'add-test' has True points"),
        ('"points": 2', '"points": NaN', "'add-test' has nan points"),
        ('"grade": true', '"grade": false', "No cell is graded"),
        ('"grade_id": "twice"', '"grade_id": "add"', "Two cells have the grade_id 'add'"),
    ],
)
def test_tasks_that_make_no_sense_are_refused(
    master: Path, change_master: Callable[[str, str], None], old: str, new: str, told: str
) -> None:
    change_master(old, new)
    with pytest.raises(RefusedError, match=told):
        tasks_of(read_notebook(master))
