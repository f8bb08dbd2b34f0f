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
from mlops_lab.workbench.kernels.forked import ForkUnavailableError
from mlops_lab.workbench.runs.many import Job, run_many
from mlops_lab.workbench.runs.run import run
from tests.processes import ENDINGS, ENOUGH, left

Make = Callable[..., Path]
pytestmark = pytest.mark.skipif(
    platform.system() != "Linux", reason="processes are found by their environment, in /proc"
)
PROGRAM = (sys.executable, "-m", "mlops_lab.cli")
TWENTY = [0.4 * i for i in range(1, 21)]
SOME = [1.5, 4.0]


def marked(mark: str) -> Iterator[int]:
    """Yield the processes whose environment has a mark: what a command started, however."""
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and mark.encode() in (place / "environ").read_bytes():
                yield int(place.name)
        except OSError:
            continue  # it has ended, or is somebody else's


@pytest.mark.parametrize("command", ["run", "sweep", "report"])
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
        "report": ["report", str(tmp_path / "ran"), "-o"],
    }[command]
    if command == "report":  # it has no processes of its own, and is to stay so
        run(make_notebook("1", name="ran.ipynb"), out=tmp_path / "ran")
    for number, moment in enumerate(moments):
        for how, end in ENDINGS:
            out = [] if command == "run" else [str(tmp_path / f"{number}{how}{end.__name__}")]
            assert left([*PROGRAM, *words, *out], moment, how, end) == []


@pytest.mark.parametrize("command", ["run", "run two", "sweep"])
def test_an_early_ctrl_c_is_one_sentence_and_leaves_nothing(
    make_notebook: Make, tmp_path: Path, command: str
) -> None:
    notebooks = [str(make_notebook("while True: pass", name=f"{i}.ipynb")) for i in range(2)]
    points = ["-p", "shift", "0:1:0.25", "-j", "2", "-o", str(tmp_path / "out")]
    words = {
        "run": ["run", notebooks[0]],
        "run two": ["run", *notebooks],
        "sweep": ["sweep", notebooks[0], *points],
    }[command]
    mark = uuid.uuid4().hex
    # As in a terminal: what forks its kernels is its own child, not the template of a parallel run.
    alone = {name: one for name, one in os.environ.items() if name != templates.ADDRESS}
    # What was started in the background of a script ignores it, and so would what it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    one = subprocess.Popen(
        [*PROGRAM, *words],
        env=alone | {"MLOPS_LAB_TEST_MARK": mark}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    signal.signal(signal.SIGINT, before)
    try:
        while not psutil.Process(one.pid).children():  # the first that it starts still imports
            assert one.poll() is None
            time.sleep(0.005)
        os.killpg(one.pid, signal.SIGINT)  # as a terminal does
        _, said = one.communicate(timeout=ENOUGH)
    finally:
        one.kill()
        one.wait()
    assert said.count("Stopped. No kernel runs on, and nothing is half-written.") == 1
    assert "Traceback" not in said
    assert one.returncode == 130
    until = time.monotonic() + ENOUGH
    while (found := list(marked(mark))) and time.monotonic() < until:
        time.sleep(0.1)
    assert found == []
    assert not (tmp_path / "out").exists()


def test_a_command_that_is_told_to_end_says_so(make_notebook: Make) -> None:
    notebook = make_notebook("from pathlib import Path\nPath('begun').touch()\nwhile True: pass")
    words = [*PROGRAM, "run", str(notebook)]
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
        raise ForkUnavailableError("no template can be started (no space left)")

    monkeypatch.setattr(templates, "_start", refuse)
    monkeypatch.delenv(templates.ADDRESS, raising=False)
    notebook = make_notebook("1")
    found = list(run_many([Job(notebook), Job(notebook, {"shift": 1.0})], workers=1))
    assert [getattr(one, "state", "lost") for one in found] == ["passed", "passed"]
