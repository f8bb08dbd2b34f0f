"""Watch how much memory a kernel takes, and end it where it passes a ceiling."""

import threading

__all__ = ["Watch"]

_SECONDS = 0.25  # between two looks; a look costs some milliseconds


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
        self._thread = threading.Thread(target=self._look, args=(pid,), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop watching."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self, pid: int) -> None:
        import psutil

        try:
            kernel = psutil.Process(pid)
            while not self._done.wait(_SECONDS):
                family = [kernel, *kernel.children(recursive=True)]
                self.peak = max(self.peak, sum(map(_held, family)))
                if self.ceiling is not None and self.peak > self.ceiling:
                    self.passed = True
                    for process in reversed(family):
                        process.kill()
                    return
        except psutil.NoSuchProcess:
            return  # it ended by itself


def _held(process: object) -> int:
    import psutil

    assert isinstance(process, psutil.Process)
    try:
        return int(process.memory_full_info().uss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0  # it ended since it was listed
