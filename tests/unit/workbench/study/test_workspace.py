"""Where a workspace is, and which folders are refused."""

import json
import os
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.study.workspace import find_workspace, open_workspace, read_workspace


def test_it_is_made_in_the_current_folder(home: Path, course: Path) -> None:
    assert find_workspace(None, course) == home / "workspace"


@pytest.mark.usefixtures("home")
def test_in_a_checkout_it_is_made_beside_the_course(course: Path) -> None:
    (course.parent / "pyproject.toml").touch()
    assert find_workspace(None, course) == course.resolve().parent / "workspace"


@pytest.mark.parametrize("inside", [".", "workspace", "workspace/4_deployment"])
def test_it_is_found_from_inside_and_from_beside(
    home: Path, course: Path, inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_workspace(home / "workspace").remember()
    (home / inside).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(home / inside)
    assert find_workspace(None, course) == home / "workspace"


def test_one_that_is_named_is_taken(home: Path, course: Path) -> None:
    open_workspace(home / "workspace").remember()
    assert find_workspace(Path("other"), course) == home / "other"


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("where", ["", "4_deployment", ".."])
def test_the_masters_are_no_workspace(course: Path, where: str) -> None:
    with pytest.raises(RefusedError, match="notebooks stay as they are"):
        find_workspace(course / where, course)


def test_one_that_may_not_be_written_to_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = home / "hers"
    root.mkdir()
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != root and real(path, mode))
    with pytest.raises(RefusedError, match=r"hers belongs to \w+.*--workspace ~/mlops-lab"):
        open_workspace(root)


def test_a_file_in_its_place_is_refused(home: Path) -> None:
    (home / "workspace").write_text("")
    with pytest.raises(RefusedError, match="is a file, not a folder"):
        open_workspace(home / "workspace")


def test_one_of_a_newer_version_is_refused(home: Path) -> None:
    space = open_workspace(home / "workspace")
    space.remember()
    path = space.hidden / "workspace.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 2, "version": "9.1"}))
    with pytest.raises(RefusedError, match=r"last used with MLOps Lab 9\.1"):
        open_workspace(space.root)


@pytest.mark.parametrize("record", ["", "[]", '{"format": 1}', '{"format": "x", "version": ""}'])
def test_a_damaged_record_is_told(home: Path, record: str) -> None:
    space = open_workspace(home / "workspace")
    (space.hidden / "workspace.json").write_text(record)
    with pytest.raises(RefusedError, match=r"workspace\.json is damaged.*Remove it"):
        open_workspace(space.root)


def test_reading_makes_nothing(home: Path) -> None:
    assert read_workspace(home / "nowhere").version == ""
    assert not (home / "nowhere").exists()
