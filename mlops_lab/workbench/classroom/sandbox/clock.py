"""Limits of time that mean the same on a busy machine as on one with cores to spare."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["MOST_TIMES", "Deadline", "Patience", "processor_seconds", "waited"]

MOST_TIMES = 10
"""How many times as long a limit may take on the wall clock, however busy the machine is."""


def processor_seconds(process: int) -> float:
    """Return how long a process has computed, with all its threads.

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


def waited(process: int) -> float:
    """Return how long a process was ready to compute and had no core.

    Parameters
    ----------
    process : int
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


_MOMENT = 0.01  # seconds that are not worth another alarm


class Deadline:
    """A limit on what is computed, and a wider one on what time passes meanwhile.

    By the wall clock alone an honest answer would be stopped because a neighbour computes; by
    processor time alone somebody could sleep for ever.

    Parameters
    ----------
    seconds : float
        Of processor time from now on.
    used : callable
        Gives how much whoever is limited has computed until now, in seconds.
    passes : float, optional
        Seconds that may pass; `MOST_TIMES` as many as may be computed by default.
    more : float
        Seconds in addition, to either.
    """

    def __init__(
        self, seconds: float, used: Callable[[], float] = time.process_time, *,
        passes: float | None = None, more: float = 0.0,
    ) -> None:  # fmt: skip
        self._used = used
        self._computes, self._passes = seconds, MOST_TIMES * seconds if passes is None else passes
        self._more = more
        self._before, self._began = used(), time.monotonic()

    def computes(self) -> float:
        """Return the seconds of processor time that are left."""
        return self._computes + self._more - (self._used() - self._before)

    def passes(self) -> float:
        """Return the seconds that may still pass."""
        return self._passes + self._more - (time.monotonic() - self._began)

    def left(self) -> float:
        """Return the seconds that are left; one thread cannot use them up any sooner."""
        return min(self.computes(), self.passes())

    def over(self) -> bool:
        """Say whether it is over; where it is not, the alarm clock is set for what is left.

        For a handler of SIGALRM, which comes by the wall clock and so may come too early.
        """
        left = self.left()
        if left > _MOMENT:
            signal.setitimer(signal.ITIMER_REAL, left)
        return left <= _MOMENT

    def idle(self) -> float:
        """Return how many seconds have passed that nobody computed in."""
        spent = self._used() - self._before
        return max(0.0, time.monotonic() - self._began - spent)


class Patience:
    """How long all tasks of one submission may let time pass without computing.

    Each task may take up to `MOST_TIMES` times its limit, but together they may sleep as long as
    one of them, so that nobody holds up a class.

    Parameters
    ----------
    seconds : float
        The limit of each task.

    Attributes
    ----------
    seconds : float
        The same.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._left = (MOST_TIMES - 1) * seconds

    def begin(self, used: Callable[[], float]) -> Deadline:
        """Begin a task."""
        return Deadline(self.seconds, used, passes=self.seconds + self._left)

    def end(self, task: Deadline) -> None:
        """End a task: what it has slept is not for later ones."""
        self._left = max(0.0, self._left - task.idle())
