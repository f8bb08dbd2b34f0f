"""The student's command: the receipt, printed and kept, and what stops it."""

import hashlib
import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release

from .client import stored
from .conftest import Start


@pytest.fixture
def own(
    folder: ClassFolder, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A student's copy, in the current folder, and a token in the environment."""
    handout = folder.release / release.assignment / release.notebook
    copy = tmp_path / "workspace" / handout.name
    copy.parent.mkdir()
    copy.write_bytes(handout.read_bytes())
    monkeypatch.chdir(copy.parent)
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "token-ada")
    return copy


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["submit", *words])


def test_the_receipt_is_printed_and_kept_and_the_same_again(
    folder: ClassFolder, start: Start, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start() as (url, _):
        monkeypatch.setenv("MLOPS_LAB_DESK", url)
        first, again = run("4.5"), run("4.5", "--json")
    content = own.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    assert first.exit_code == 0
    assert f"sha256 {digest}" in first.stdout
    (kept,) = (own.parent / "receipts").iterdir()
    assert json.loads(kept.read_text()) == json.loads(again.stdout)
    assert json.loads(kept.read_text())["sha256"] == digest
    assert stored(folder) == {"ada": [content]}


def test_a_desk_s_refusal_is_told(
    folder: ClassFolder, start: Start, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "token-eve")
    with start() as (url, _):
        monkeypatch.setenv("MLOPS_LAB_DESK", url)
        done = run()
    assert done.exit_code == 2
    assert "'eve' is not in the roster" in done.output
    assert stored(folder) == {}
    assert not (own.parent / "receipts").exists()


@pytest.mark.usefixtures("own")
def test_without_a_desk_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLOPS_LAB_DESK", raising=False)
    assert "MLOPS_LAB_DESK is not set" in run().output
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("MLOPS_LAB_DESK", f"http://127.0.0.1:{port}")
    done = run()
    assert done.exit_code == 1
    assert "cannot be reached (ConnectError). Submit again" in done.output
