"""Limits of time that mean the same on a busy machine as on one with cores to spare."""

import time
from collections.abc import Callable

__all__ = ["MOST_TIMES", "Deadline", "processor_seconds"]

MOST_TIMES = 10
"""How many times as long a limit may take on the wall clock, however busy the machine is."""


def processor_seconds(process: int) -> float:
    """Give how long a process has computed, with all its threads.

    Parameters
    ----------
    process : int
        Its id.

    Returns
    -------
    float
        Seconds since it began; 0 when it is gone, or where the system does not tell.
    """
    try:
        return time.clock_gettime((~process << 3) | 2)  # what clock_getcpuclockid gives
    except (OSError, OverflowError):
        return 0.0


class Deadline:
    """A limit on what is computed, and a wider one on what time passes meanwhile.

    By the wall clock alone an honest answer would be stopped because a neighbour computes; by
    processor time alone somebody could sleep for ever.

    Parameters
    ----------
    seconds : float
        Of processor time from now on; `MOST_TIMES` as many may pass.
    used : callable
        Gives how much whoever is limited has computed until now, in seconds.
    more : float
        Seconds in addition, to either.
    """

    def __init__(
        self, seconds: float, used: Callable[[], float] = time.process_time, more: float = 0.0
    ) -> None:
        self._used = used
        self._computed = used() + seconds + more
        self._passed = time.monotonic() + MOST_TIMES * seconds + more

    def left(self) -> float:
        """Give the seconds that are left; one thread cannot use them up any sooner."""
        return min(self._computed - self._used(), self._passed - time.monotonic())
