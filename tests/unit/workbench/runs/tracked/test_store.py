"""What is refused before anything runs, and what leaves the machine: nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.tracked.store import connect

NOBODY = "http://127.0.0.1:9"


def test_where_no_server_answers_it_says_which_and_what_to_do() -> None:
    with pytest.raises(
        RefusedError, match=r"127\.0\.0\.1:9: no MLflow tracking server answers"
    ) as told:
        connect(NOBODY)
    assert "nothing was run" in str(told.value)
    assert "mlflow server --port 5000" in str(told.value)


def test_a_password_is_not_told() -> None:
    with pytest.raises(RefusedError, match=r"http://…@127\.0\.0\.1:9: no MLflow") as told:
        connect("http://me:secret@127.0.0.1:9")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("uri", ["localhost:5000", "runs", "ftp://there", ""])
def test_what_is_no_address_is_refused(uri: str) -> None:
    with pytest.raises(RefusedError, match=f"--mlflow {uri}: an address begins with one of http,"):
        connect(uri)


def test_without_mlflow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(RefusedError, match=r"--mlflow: .* Run: pip install 'mlops-lab\[track\]'"):
        connect(NOBODY)


PROGRAM = """\
import os, socket, sys, threading
from pathlib import Path

for name in ("PYTEST_CURRENT_TEST", "CI"):  # MLflow counts nobody where it sees these
    os.environ.pop(name, None)
asked = []
socket.getaddrinfo = lambda *words, **more: asked.append(words) or []
socket.socket.connect = lambda self, address: asked.append(address)
before = dict(os.environ)

from mlops_lab.workbench.runs.sweeps.table import Done
from mlops_lab.workbench.runs.tracked.entry import RESULT, Entry
from mlops_lab.workbench.runs.tracked.store import connect

store = connect(Path(sys.argv[1]).as_uri())
entry = Entry("tiny", "one", Done("passed", 1.0, 1, None, {"seed": 0}), {RESULT: "1"})
assert not store.has(entry)
store.write(entry)
assert store.has(entry)
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join(2)
assert dict(os.environ) == before
print(asked)
"""


def test_no_request_leaves_the_machine_and_the_environment_stays(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, str(tmp_path / "runs")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["runs"]
