"""The inbox: whole files, receipts, and kills in the middle of a write."""

import hashlib
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mlops_lab.workbench.hub.inbox import receipts, store
from mlops_lab.workbench.runs.errors import RefusedError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from mlops_lab.workbench.hub.inbox import store
left = int(sys.argv[2])
def count(frame, event, arg):
    global left
    if event == "line" and frame.f_code.co_filename.endswith(("inbox.py", "names.py", "files.py")):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return count
sys.settrace(count)
store(Path(sys.argv[1]), "2.6", "ada", b"second", datetime(2026, 3, 2, tzinfo=UTC))
"""


def test_the_name_of_the_file_is_the_receipt(tmp_path: Path) -> None:
    receipt = store(tmp_path, "2.6", "ada", b"one", NOW)
    file = tmp_path / "2.6" / "ada" / receipt.file_name
    assert file.read_bytes() == b"one"
    assert file.name == f"20260301T120000000000Z_{hashlib.sha256(b'one').hexdigest()}.ipynb"
    assert receipts(tmp_path, "2.6", "ada") == [receipt]
    assert receipts(tmp_path, "2.6", "bob") == []


def test_the_same_bytes_get_the_same_receipt(tmp_path: Path) -> None:
    first = store(tmp_path, "2.6", "ada", b"one", NOW)
    assert store(tmp_path, "2.6", "ada", b"one", NOW + timedelta(hours=1)) == first
    second = store(tmp_path, "2.6", "ada", b"two", NOW + timedelta(hours=2))
    assert receipts(tmp_path, "2.6", "ada") == [first, second]


@pytest.mark.parametrize("name", ["..", "a/b", "", "-x"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RefusedError, match="cannot be a folder's name"):
        store(tmp_path, "2.6", name, b"one", NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", range(4, 84, 4))
def test_a_kill_leaves_nothing_half_written(tmp_path: Path, moment: int) -> None:
    first = store(tmp_path, "2.6", "ada", b"first", NOW)
    ran = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(moment)], check=False)
    assert ran.returncode == -signal.SIGKILL
    store(tmp_path, "2.6", "ada", b"second", NOW + timedelta(days=2))
    kept = receipts(tmp_path, "2.6", "ada")
    assert kept[0] == first
    assert len(kept) == 2
    folder = tmp_path / "2.6" / "ada"
    assert [(folder / one.file_name).read_bytes() for one in kept] == [b"first", b"second"]
