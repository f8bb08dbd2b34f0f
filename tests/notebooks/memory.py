"""How much memory the processes that a test starts take at their peak."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

__all__ = ["Peak", "peak_of_children"]

SECONDS_BETWEEN = 0.1


@dataclass
class Peak:
    """The largest sum of resident memory seen so far, in bytes; 0 where nothing was started."""

    bytes: int = 0


@contextmanager
def peak_of_children() -> Iterator[Peak]:
    """Watch all descendants of this process, summed, every tenth of a second."""
    peak, done = Peak(), threading.Event()
    older = set(psutil.Process().children(recursive=True))

    def watch() -> None:
        while not done.wait(SECONDS_BETWEEN):
            peak.bytes = max(peak.bytes, _resident(older))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def _resident(older: set[psutil.Process]) -> int:
    total = 0
    for process in set(psutil.Process().children(recursive=True)) - older:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:  # it ended since it was listed and takes nothing now
            continue
    return total
