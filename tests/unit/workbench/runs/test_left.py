"""Whatever ends a command, and whenever, leaves none of the processes that it started."""

import os
import platform
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from mlops_lab.workbench.kernels import templates
from mlops_lab.workbench.kernels.forked import ColdError
from mlops_lab.workbench.runs.many import Job, run_many

Make = Callable[..., Path]
pytestmark = pytest.mark.skipif(
    platform.system() != "Linux", reason="processes are found by their environment, in /proc"
)
ENOUGH = 120  # seconds; what has not ended by then will not
TWENTY = [0.4 * i for i in range(1, 21)]
SOME = [1.5, 4.0]
ENDINGS = [(signal.SIGTERM, os.kill), (signal.SIGKILL, os.kill), (signal.SIGKILL, os.killpg)]


def marked(mark: str) -> Iterator[int]:
    """Give the processes whose environment has a mark: what a command started, however."""
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and mark.encode() in (place / "environ").read_bytes():
                yield int(place.name)
        except OSError:
            continue  # it has ended, or is somebody else's


def left(words: list[str], moment: float, how: int, end: Callable[[int, int], None]) -> list[str]:
    """Start a command, end it after some seconds, and give what runs on then."""
    mark = uuid.uuid4().hex
    environment = {**os.environ, "MLOPS_LAB_TEST_MARK": mark}
    quiet = subprocess.DEVNULL
    command = [sys.executable, "-m", "mlops_lab.cli", *words]
    process = subprocess.Popen(
        command, env=environment, stdout=quiet, stderr=quiet, start_new_session=True
    )
    time.sleep(moment)  # wherever it is by then
    end(process.pid, how)
    process.wait(ENOUGH)
    until = time.monotonic() + ENOUGH
    while (found := list(marked(mark))) and time.monotonic() < until:
        time.sleep(0.1)
    names = []
    for pid in found:
        names.append(" ".join(psutil.Process(pid).cmdline()))
        os.kill(pid, signal.SIGKILL)
    return names


@pytest.mark.parametrize("command", ["run", "sweep"])
@pytest.mark.parametrize(
    "moments", [SOME, pytest.param(TWENTY, marks=pytest.mark.exhaustive)], ids=["some", "twenty"]
)
def test_nothing_is_left_of_a_command_that_was_ended(
    make_notebook: Make, tmp_path: Path, command: str, moments: list[float]
) -> None:
    notebook = make_notebook("import numpy\nwhile True: pass")
    words = {
        "run": ["run", str(notebook)],
        "sweep": ["sweep", str(notebook), "-p", "shift", "0:1:0.25", "-j", "2", "-o"],
    }[command]
    for number, moment in enumerate(moments):
        for how, end in ENDINGS:
            out = [str(tmp_path / f"{number}{how}{end.__name__}")] if command == "sweep" else []
            assert left([*words, *out], moment, how, end) == []


def test_a_command_that_is_told_to_end_says_so(make_notebook: Make) -> None:
    notebook = make_notebook("from pathlib import Path\nPath('begun').touch()\nwhile True: pass")
    words = [sys.executable, "-m", "mlops_lab.cli", "run", str(notebook)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, cwd=notebook.parent) as one:
        while not (notebook.parent / "begun").exists():
            assert one.poll() is None
            time.sleep(0.05)
        one.send_signal(signal.SIGTERM)
        _, said = one.communicate(timeout=ENOUGH)
    assert one.returncode == 128 + signal.SIGTERM
    assert "Stopped. No kernel runs on" in said
    assert "Traceback" not in said


def test_a_template_that_cannot_be_started_costs_no_run(
    make_notebook: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise ColdError("no template can be started (no space left)")

    monkeypatch.setattr(templates, "_start", refuse)
    monkeypatch.delenv(templates.ADDRESS, raising=False)
    notebook = make_notebook("1")
    found = list(run_many([Job(notebook), Job(notebook, {"shift": 1.0})], workers=1))
    assert [getattr(one, "state", "lost") for one in found] == ["passed", "passed"]
