"""Kill a worker at each of its steps, start it again, and count what arrived.

Real processes and a real SIGKILL; the moment is a count of steps, never a time, so that each run
gives the same. SIGKILL ends a process, not the machine: what the operating system has taken over
is still written, so that this says nothing about a power cut.
"""

import signal
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from mlops_lab.pipelines import worker

__all__ = ["DESIGNS", "Restart", "kill_everywhere"]

DESIGNS = ("acknowledge first", "acknowledge last", "last, by key", "one transaction")
"""What a worker may do: see `kill_everywhere`."""


@dataclass(frozen=True)
class Restart:
    """What the table holds after a kill and a restart.

    Attributes
    ----------
    step : int
        After which step the worker was killed, from 1.
    lost, doubled : int
        Orders that are not in the table, and surplus rows of orders that are.
    cents : int
        The table's total minus the true one.
    """

    step: int
    lost: int
    doubled: int
    cents: int


def kill_everywhere(
    design: str, *, orders: int = 6, batch: int = 3, at_once: int = 2
) -> list[Restart]:
    """Kill a worker once after every step it takes, each time on a fresh queue, and restart it.

    Parameters
    ----------
    design : str
        One of `DESIGNS`. A worker reads a batch, writes its orders one by one, and acknowledges the
        batch, so that it is not read again: first or last. By key, an order that is there already
        is replaced. In one transaction, the table holds the position in the queue, too, and both
        are committed together.
    orders : int, 1 to 50
        Orders in the queue; number i is over 1,000 + i cents.
    batch : int, from 1
        Orders that a worker reads together.
    at_once : int, from 1
        Processes that run at the same time. All have ended when this returns.

    Returns
    -------
    list of Restart, one for each step

    Raises
    ------
    ValueError
        For another design, or counts out of range.
    """
    if design not in DESIGNS:
        raise ValueError(f"the design is {design!r}; {', '.join(DESIGNS)} are allowed")
    if not (1 <= orders <= 50 and batch >= 1 and at_once >= 1):
        raise ValueError(
            f"orders lie in 1 to 50, batch and at_once start at 1; "
            f"got {orders}, {batch} and {at_once}"
        )
    with ThreadPoolExecutor(at_once) as pool:
        found: list[Restart] = []
        for first in count(1, at_once):
            steps = range(first, first + at_once)
            for one in list(pool.map(lambda step: _once(design, orders, batch, step), steps)):
                if one is None:
                    return found
                found.append(one)
    raise AssertionError("a worker without an end")


def _once(design: str, orders: int, batch: int, step: int) -> Restart | None:
    """Return None where the worker was through before that step."""
    sent = [(number, 1000 + number) for number in range(orders)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        worker.prepare(folder, sent)
        command = [sys.executable, "-S", "-E", worker.__file__, name, design, str(batch), str(step)]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        if ended.returncode == 0:
            return None
        if ended.returncode != -signal.SIGKILL:
            raise RuntimeError(f"a worker failed by itself: {ended.stderr.strip()}")
        worker.work(folder, design, batch, lambda: None)
        rows = worker.stored(folder)
    times = Counter(number for number, _ in rows)
    return Restart(
        step=step,
        lost=sum(number not in times for number, _ in sent),
        doubled=sum(times.values()) - len(times),
        cents=sum(cents for _, cents in rows) - sum(cents for _, cents in sent),
    )
