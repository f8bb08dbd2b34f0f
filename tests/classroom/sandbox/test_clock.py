"""Limits of time on a machine that others keep busy."""

import os
import subprocess
import sys
import time

import pytest

from mlops_lab.workbench.classroom.sandbox import Sandbox, State
from mlops_lab.workbench.classroom.sandbox.clock import (
    MOST_TIMES,
    Deadline,
    Patience,
    processor_seconds,
)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return a clock whose only reading can be set."""
    reading = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: reading[0])
    return reading


def test_what_is_computed_counts_and_what_passes_counts_a_tenth(now: list[float]) -> None:
    used = [7.0]
    deadline = Deadline(5, lambda: used[0], more=1)
    assert deadline.left() == 6
    now[0], used[0] = 120.0, 9.0
    assert deadline.left() == 4
    now[0] = 100.0 + MOST_TIMES * 5
    assert deadline.left() == 1
    now[0] += 1
    assert deadline.left() == 0
    now[0], used[0] = 101.0, 13.0
    assert deadline.left() == 0


def test_tasks_of_one_submission_share_what_they_may_sleep(now: list[float]) -> None:
    patience, used = Patience(2), [0.0]
    first = patience.begin(lambda: used[0])
    assert first.left() == 2
    now[0], used[0] = now[0] + 16, 1.5
    assert (first.computes(), first.passes()) == (0.5, 4)
    patience.end(first)
    later = patience.begin(lambda: used[0])
    assert later.passes() == 2 + 18 - 14.5
    now[0] += 30
    patience.end(later)
    assert patience.begin(lambda: used[0]).passes() == 2


def test_what_another_process_computes_is_seen() -> None:
    source = (
        "import time, sys\nwhile time.process_time() < 0.2: pass\nprint('x', flush=True)\ninput()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", source], **pipes) as other:  # type: ignore[call-overload]
        assert other.stdout.readline() == b"x\n"
        assert processor_seconds(other.pid) >= 0.2
        other.communicate(b"\n")
    assert processor_seconds(other.pid) == 0.0


def test_one_that_sleeps_has_ten_times_as_long(sandbox: Sandbox) -> None:
    with sandbox.start() as student:
        assert student.run([("a", "import time; time.sleep(2)")], seconds=0.4)[0].ok
        done = student.run([("a", "time.sleep(1000)")], seconds=0.1)[0]
        assert done.state is State.TIMED_OUT


def test_an_honest_answer_beside_busy_neighbours_ends_well(sandbox: Sandbox) -> None:
    """It computes for half of its time on a core that four others want."""
    core = min(os.sched_getaffinity(0))
    loop = f"import os; os.sched_setaffinity(0, {{{core}}})\nwhile os.getppid() == {os.getpid()}: 0"
    others = [
        subprocess.Popen([sys.executable, "-c", loop], start_new_session=True) for _ in range(4)
    ]
    try:
        source = "import time\nwhile time.process_time() < before + 0.3: pass"
        with sandbox.start() as student:
            assert student.pid is not None
            os.sched_setaffinity(student.pid, {core})
            begun = [("before", "import time\nbefore = time.process_time()")]
            assert student.run(begun, seconds=9)[0].ok
            assert student.run([("a", source)], seconds=0.6)[0].ok
            assert student.used() > 0.3
    finally:
        for one in others:
            one.kill()
            one.wait()
