"""Limits of time on a machine that others keep busy."""

import os
import subprocess
import sys
import time

import pytest

from mlops_lab.workbench.classroom.sandbox import Sandbox
from mlops_lab.workbench.classroom.sandbox.clock import MOST_TIMES, Deadline, waited


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give a clock whose only reading can be set."""
    reading = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: reading[0])
    return reading


def test_time_on_the_wall_counts_where_nobody_waits(now: list[float]) -> None:
    deadline = Deadline(5, lambda: 7.0)
    now[0] += 2
    assert deadline.left() == 3
    now[0] += 4
    assert deadline.left() == -1


def test_waiting_for_a_core_does_not_count_up_to_a_bound(now: list[float]) -> None:
    waits = [7.0]
    deadline = Deadline(5, lambda: waits[0])
    now[0], waits[0] = 120.0, 25.0
    assert deadline.left() == 5 - (20 - 18)
    now[0], waits[0] = 100.0 + MOST_TIMES * 5 - 1, 7.0 + MOST_TIMES * 5 - 1
    assert deadline.left() == 1
    now[0], waits[0] = 100.0 + MOST_TIMES * 5, 7.0 + MOST_TIMES * 5
    assert deadline.left() == 0


def test_who_is_gone_has_not_waited() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert waited(ended.pid) == 0.0


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
            assert student.waited() > 0
    finally:
        for one in others:
            one.kill()
            one.wait()
