"""Full disks and folders that cannot be written: really full, really read-only."""

import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mlops_lab.data.cards import Card
from mlops_lab.data.errors import DataError
from mlops_lab.data.public import get_public, load_public
from mlops_lab.data.staging import staging
from mlops_lab.data.transport import Patience

SMALL_FILES_ONLY = """
import pickle, resource, sys
from mlops_lab.data.public import get_public
small = pickle.loads(bytes.fromhex(sys.argv[1]))
import requests, tqdm  # compiled now: their caches are files too
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
get_public(small)
"""

Mount = Callable[[Path, str], None]


@contextmanager
def mounting() -> Iterator[Mount]:
    """Mount small disks in memory, and take them away again."""
    mounted: list[Path] = []

    def mount(folder: Path, options: str) -> None:
        folder.mkdir(exist_ok=True)
        remount = "remount" in options
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("this computer has no mount command")
        if done.returncode and not remount:
            pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
        done.check_returncode()
        if not remount:
            mounted.append(folder)

    try:
        yield mount
    finally:
        for folder in mounted:
            subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def mount() -> Iterator[Mount]:
    with mounting() as ready:
        yield ready


def test_a_disk_that_is_full(
    mount: Mount,
    server: Any,
    answers: Any,
    small: Card,
    body: bytes,
    cache: Path,
    patience: Patience,
) -> None:
    assert len(body) > 16_384
    mount(cache, "size=16k")
    server.answers["/elec.csv"] = [answers.good(body)]
    with pytest.raises(DataError, match=r"no room .* \(No space left on device\); free some"):
        get_public(small, patience=patience)
    assert list(cache.iterdir()) == []
    assert len(server.asked) == 1  # asking again makes no room


def test_a_file_size_limit(
    server: Any, answers: Any, small: Card, body: bytes, cache: Path
) -> None:
    server.answers["/elec.csv"] = [answers.good(body)]
    done = subprocess.run(
        [sys.executable, "-c", SMALL_FILES_ONLY, pickle.dumps(small).hex()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "DataError: There is no room for the data in" in done.stderr
    assert "set MLOPS_LAB_DATA to a folder with room." in done.stderr
    assert list(cache.iterdir()) == []


def test_a_cache_below_a_regular_file(
    server: Any, small: Card, tmp_path: Path, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("MLOPS_LAB_DATA", str(tmp_path / "file" / "cache"))
    with pytest.raises(
        DataError, match=r"cannot be written \(.*file is a file, not a folder\); set MLOPS_LAB"
    ):
        load_public(small, patience=patience)
    assert server.asked == []  # nothing is downloaded that could not be kept


def test_a_read_only_cache_serves_what_it_has_and_takes_nothing(
    mount: Mount,
    server: Any,
    answers: Any,
    small: Card,
    body: bytes,
    cache: Path,
    patience: Patience,
) -> None:
    mount(cache, "size=1m")
    server.answers["/elec.csv"] = [answers.good(body)]
    get_public(small, patience=patience)
    mount(cache, "remount,ro")
    assert len(load_public(small, patience=patience).frame) == small.rows
    assert not get_public(small, patience=patience)

    mount(cache, "remount,rw")
    (cache / "electricity" / "elec.csv").unlink()
    mount(cache, "remount,ro")
    asked = len(server.asked)
    with pytest.raises(DataError, match=r"cannot be written \(Read-only file system\)"):
        load_public(small, patience=patience)
    assert len(server.asked) == asked


def test_staging_is_removed_whatever_happens(cache: Path) -> None:
    def interrupted() -> None:
        with staging(cache, "wine") as stage:
            (stage / "half").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(cache.iterdir()) == []


def test_other_errors_pass_through_staging_unchanged(cache: Path) -> None:
    with pytest.raises(ZeroDivisionError), staging(cache, "wine"):
        raise ZeroDivisionError
    assert list(cache.iterdir()) == []


def test_a_broken_link_as_cache_is_named(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.symlink_to(tmp_path / "gone")
    said = f"{cache} is a link to {tmp_path / 'gone'}, where there is no folder"
    with pytest.raises(DataError, match=re.escape(said)), staging(cache, "wine"):
        pass
