"""A kernel's memory: seen, and held under a ceiling."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.report import complaint, line
from mlops_lab.workbench.runs.run import run
from mlops_lab.workbench.runs.watch import Watch

Make = Callable[..., Path]
GROW = "held = b'x' * 400_000_000\nimport time\ntime.sleep({})"
CHILD = """\
import subprocess, sys
code = "held = b'x' * 300_000_000; import time; time.sleep(5)"
subprocess.run([sys.executable, "-c", code])
"""


def test_the_peak_is_seen(make_notebook: Make) -> None:
    done = run(make_notebook(GROW.format(3)))
    assert done.state == "passed"
    assert 400_000_000 < done.memory < 700_000_000
    assert f"{done.memory / 2**20:,.0f} MB" in line(done)


def test_what_the_kernel_started_counts(make_notebook: Make) -> None:
    assert run(make_notebook(CHILD)).memory > 300_000_000


def test_a_kernel_that_passes_the_ceiling_is_ended(make_notebook: Make) -> None:
    done = run(make_notebook("1", GROW.format(600), "never = 1"), ceiling=300_000_000, timeout=120)
    assert (done.state, done.findings) == ("out of memory", ())
    assert done.error is not None
    assert (done.error.ename, done.error.cell) == ("MemoryCeiling", 3)
    assert "passed its memory ceiling" in complaint(done)


def test_a_kernel_below_the_ceiling_is_left_alone(make_notebook: Make) -> None:
    assert run(make_notebook(GROW.format(3)), ceiling=2_000_000_000).state == "passed"


def test_ctrl_c_before_the_watch_has_begun_is_not_hidden_by_another_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(_: threading.Thread) -> None:
        raise KeyboardInterrupt

    watch = Watch()
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        watch.begin(os.getpid())
    watch.end()
