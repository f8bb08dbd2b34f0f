"""A limit on how long a test cell itself may take."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["TooLongError", "bounded"]


class TooLongError(BaseException):
    """A test cell itself took too long; not an Exception, so that no test catches it."""


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Raise `TooLongError` after some seconds of wall time."""

    def ring(*_: object) -> None:
        raise TooLongError

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds + 2)  # the student process is told first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
