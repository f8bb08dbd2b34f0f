"""Limits of time that mean the same on a busy machine as on one with cores to spare."""

import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["MOST_TIMES", "Deadline", "waited"]

MOST_TIMES = 10
"""By how much a limit may be exceeded on the wall clock, however busy the machine is."""


def waited(process: int | str = "self") -> float:
    """Give how long a process was ready to run and had no core.

    Parameters
    ----------
    process : int or str
        Its id.

    Returns
    -------
    float
        Seconds since it began, of its first thread; 0 where the system does not tell.
    """
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


class Deadline:
    """A limit that runs while a process computes or sleeps, and not while it waits for a core.

    Processor time alone would let somebody sleep for ever; time on the wall clock would stop an
    honest answer because a neighbour computes.

    Parameters
    ----------
    seconds : float
        From now on.
    waits : callable
        Gives how long whoever is limited has waited for a core until now, in seconds.
    """

    def __init__(self, seconds: float, waits: Callable[[], float] = waited) -> None:
        self._seconds, self._waits = seconds, waits
        self._began, self._before = time.monotonic(), waits()

    def left(self) -> float:
        """Give the seconds that are left; it is over when there are none, and may be so earlier.

        While all this time is spent on waiting there are no less of them afterwards, but never
        longer than `MOST_TIMES` times the limit.
        """
        passed = time.monotonic() - self._began
        counted = passed - (self._waits() - self._before)
        return min(self._seconds - counted, MOST_TIMES * self._seconds - passed)
