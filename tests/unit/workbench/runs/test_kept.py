import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.kept import room, target

Make = Callable[..., Path]


def test_an_older_copy_of_a_run_is_replaced(make_notebook: Make, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    copy = tmp_path / "out" / "x.ipynb"
    copy.write_text(json.dumps({"metadata": {"papermill": {}}}))
    assert target(make_notebook(), "x", tmp_path / "out") == copy


@pytest.mark.parametrize("content", ['{"metadata": {}}', "{", "[]"])
def test_a_file_of_somebodys_own_is_not_replaced(
    make_notebook: Make, tmp_path: Path, content: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x.ipynb").write_text(content)
    with pytest.raises(RefusedError, match="was not made by a run"):
        target(make_notebook(), "x", tmp_path / "out")


def test_a_folder_in_place_of_the_copy_is_refused(make_notebook: Make, tmp_path: Path) -> None:
    (tmp_path / "out" / "x.ipynb").mkdir(parents=True)
    with pytest.raises(RefusedError, match="is a folder"):
        target(make_notebook(), "x", tmp_path / "out")


def test_the_sources_folder_is_refused_under_any_name(make_notebook: Make, tmp_path: Path) -> None:
    path = make_notebook()
    (tmp_path / "link").symlink_to(tmp_path)
    for out in (tmp_path, tmp_path / "link"):
        with pytest.raises(RefusedError, match="Name another folder"):
            target(path, "another_name", out)


def test_empty_folders_go_again_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    path = tmp_path / "old" / "new" / "newer" / "x.ipynb"
    with room(path):
        assert list(path.parent.iterdir()) == []
    assert list((tmp_path / "old").iterdir()) == []
    with room(path):
        path.write_text("")
    assert path.exists()


def test_ctrl_c_leaves_no_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), room(tmp_path / "out" / "x.ipynb"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_disk_takes_is_refused_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="cannot be written"), room(tmp_path / ("x" * 250)):
        pytest.fail("the run began")
