"""A limit on how long a test cell itself may take."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mlops_lab.workbench.classroom.sandbox.clock import Deadline

__all__ = ["TooLongError", "bounded"]


_MORE = 2.0  # seconds: the student process is told first


class TooLongError(BaseException):
    """A test cell itself took too long; not an Exception, so that no test catches it."""


@contextmanager
def bounded(seconds: float, used: Callable[[], float] = time.process_time) -> Iterator[None]:
    """Raise `TooLongError` after some seconds of processor time, or ten times as many in all.

    Parameters
    ----------
    seconds : float
        What the student's side may take; this side gets a little more.
    used : callable
        Gives how many seconds all who take part have computed.
    """
    deadline = Deadline(seconds, used, more=_MORE)

    def ring(*_: object) -> None:
        if deadline.over():
            raise TooLongError

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds + _MORE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
