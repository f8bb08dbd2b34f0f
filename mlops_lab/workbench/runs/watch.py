"""Watch how much memory a kernel takes, and end it where it passes a ceiling."""

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

__all__ = ["Watch"]

_SECONDS = 0.25  # between two looks at what is resident, which cost next to nothing
# What is its own costs some milliseconds to count: so now and then, or when more is resident.
_COUNTED = 1.0  # seconds
_GROWN = 16 * 2**20


class Watch:
    """The memory of one kernel and of what it started.

    What several kernels share, as those forked from one template do, counts for none of them.

    Parameters
    ----------
    ceiling : int, optional
        Bytes at which the kernel is ended; no ceiling by default.

    Attributes
    ----------
    peak : int
        The most that was seen, in bytes; 0 for a kernel that ended before the first look.
    passed : bool
        Whether the kernel was ended for it.
    """

    def __init__(self, ceiling: int | None = None) -> None:
        self.ceiling = ceiling
        self.peak = 0
        self.passed = False
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, pid: int) -> None:
        """Watch a process from now on, until `end`."""
        thread = threading.Thread(target=self._look, args=(pid,), daemon=True)
        thread.start()
        self._thread = thread  # not before: Ctrl-C may come in between, and `end` waits for it

    def end(self) -> None:
        """Stop watching."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self, pid: int) -> None:
        import psutil

        try:
            kernel = psutil.Process(pid)
            enough, due = 0, 0.0
            while not self._done.wait(_SECONDS):
                family = [kernel, *kernel.children(recursive=True)]
                resident, now = sum(_bytes(one, own=False) for one in family), time.monotonic()
                if resident < enough and now < due:
                    continue
                enough, due = resident + _GROWN, now + _COUNTED
                self.peak = max(self.peak, sum(_bytes(one, own=True) for one in family))
                if self.ceiling is not None and self.peak > self.ceiling:
                    self.passed = True
                    for process in reversed(family):
                        process.kill()
                    return
        except psutil.NoSuchProcess:
            return  # it ended by itself


def _bytes(process: "psutil.Process", *, own: bool) -> int:
    import psutil

    try:
        return int(process.memory_full_info().uss if own else process.memory_info().rss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0  # it ended since it was listed
