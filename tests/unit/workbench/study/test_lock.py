"""One at a time in a workspace, and locks that their owners left behind."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.study.lock import BusyError, hold

DIE = """
import os, sys
from pathlib import Path
from mlops_lab.workbench.study.lock import hold
with hold(Path(sys.argv[1]), "lab"):
    os._exit(9)
"""


def test_a_second_is_told_who_has_it(tmp_path: Path) -> None:
    with hold(tmp_path, "lab") as stale:
        assert stale == ""
        with pytest.raises(BusyError, match=f"`mlops-lab lab`, process {os.getpid()}") as caught:
            hold(tmp_path, "update").__enter__()
    assert caught.value.doing == "lab"
    with hold(tmp_path, "update") as stale:
        assert stale == ""


def test_a_lock_of_a_dead_process_is_removed_and_told(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", DIE, str(tmp_path)], check=False)
    assert done.returncode == 9
    with hold(tmp_path, "lab") as stale:
        assert stale.startswith("An earlier `mlops-lab lab` (process ")
        assert stale.endswith("its lock was removed.")


@pytest.mark.parametrize("left", ["{", "[]", "7", '{"pid": 1}'])
def test_a_lock_that_is_half_written_is_no_obstacle(tmp_path: Path, left: str) -> None:
    (tmp_path / "lock").write_text(left)
    with hold(tmp_path, "lab"):
        assert json.loads((tmp_path / "lock").read_text())["pid"] == os.getpid()


def test_another_machine_is_named(tmp_path: Path) -> None:
    with hold(tmp_path, "lab"):
        path = tmp_path / "lock"
        path.write_text(json.dumps({**json.loads(path.read_text()), "host": "desk-4"}))
        with pytest.raises(BusyError, match="on desk-4, since"):
            hold(tmp_path, "lab").__enter__()


def test_a_lock_of_another_users_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    with pytest.raises(RefusedError, match=r"is the workspace of \w+.*--workspace ~/mlops-lab"):
        hold(tmp_path / ".mlops-lab", "lab").__enter__()


def test_a_file_system_without_locks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", without)
    with pytest.raises(RefusedError, match="cannot lock files"):
        hold(tmp_path, "lab").__enter__()
