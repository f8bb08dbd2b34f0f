"""A command that is told to end ends as with Ctrl-C: what it started first, then itself."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Ended", "ending"]

_NAMES = ("SIGTERM", "SIGHUP")  # the second where there are terminals to hang up


class Ended(KeyboardInterrupt):
    """A signal told this process to end.

    Attributes
    ----------
    number : int
        Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def ending() -> Iterator[None]:
    """Raise `Ended` in the block when the process is told to end; what is ignored stays so."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread sets what a signal does
        return
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {one: signal.getsignal(one) for one in numbers}
    usual = [one for one, handler in before.items() if handler == signal.SIG_DFL]
    for one in usual:
        signal.signal(one, _end)
    try:
        yield
    finally:
        for one in usual:
            signal.signal(one, signal.SIG_DFL)


def _end(number: int, _: object) -> None:
    # Once: a second one must not stop the end of what was started.
    signal.signal(number, signal.SIG_IGN)
    raise Ended(number)
