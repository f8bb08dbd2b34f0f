"""A limit on how long a test cell itself may take."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mlops_lab.workbench.classroom.sandbox.clock import Deadline, waited

__all__ = ["TooLongError", "bounded"]


_MORE = 2.0  # seconds: the student process is told first
_MOMENT = 0.01


class TooLongError(BaseException):
    """A test cell itself took too long; not an Exception, so that no test catches it."""


@contextmanager
def bounded(seconds: float, waits: Callable[[], float] = waited) -> Iterator[None]:
    """Raise `TooLongError` after some seconds, without those in which it waits for a core.

    Parameters
    ----------
    seconds : float
        What the student's side may take; this side gets a little more.
    waits : callable
        Gives how long all who take part have waited for a core, in seconds.
    """
    deadline = Deadline(seconds + _MORE, waits)

    def ring(*_: object) -> None:
        left = deadline.left()
        if left <= _MOMENT:
            raise TooLongError
        signal.setitimer(signal.ITIMER_REAL, left)

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds + _MORE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
