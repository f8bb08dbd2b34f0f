"""Show on a terminal which notebooks are running, and for how long, while others wait."""

import sys
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.runs import past
from mlops_lab.workbench.runs.many import Job, Lost
from mlops_lab.workbench.runs.run import Run
from mlops_lab.workbench.runs.terminal import clean

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["Running", "with_progress"]

_SECONDS = 1.0  # between two looks at the clock
_FORMAT = "{n_fmt} of {total_fmt} done after {elapsed}; now {desc}"


class Running:
    """Which jobs run now: of those that have not ended, the first ones.

    Parameters
    ----------
    jobs : sequence of Job
        In the order in which they begin.
    at_once : int
        How many run at the same time.
    """

    def __init__(self, jobs: Sequence[Job], at_once: int) -> None:
        self.waiting = [job.notebook for job in jobs]
        self.at_once = at_once
        self.began: dict[Path, float] = {}
        self.usual = past.seconds(self.waiting)

    def ended(self, notebook: Path) -> None:
        """Take a notebook out."""
        self.waiting.remove(notebook)

    def text(self, now: float) -> str:
        """Name what runs at the time `now`, in seconds, with its seconds and those of last time."""
        return ", ".join(self._one(notebook, now) for notebook in self.waiting[: self.at_once])

    def _one(self, notebook: Path, now: float) -> str:
        took = f"{now - self.began.setdefault(notebook, now):.0f}"
        usual = self.usual[notebook]
        of = f" of about {usual:.0f}" if usual < float("inf") else ""
        return clean(f"{notebook.stem} {took}{of} s")


def with_progress(
    results: Iterable[Run | Lost], jobs: Sequence[Job], at_once: int
) -> Generator[Run | Lost]:
    """Yield results on, with a bar on standard error below them; none where that is no terminal.

    Parameters
    ----------
    results : iterable of Run or Lost
        As `run_many` gives them.
    jobs : sequence of Job
        In the order in which they begin.
    at_once : int
        How many run at the same time.
    """
    from tqdm import tqdm

    running, drawing = Running(jobs, at_once), Lock()
    with (
        tqdm(
            total=len(jobs), file=sys.stderr, leave=False, disable=None, bar_format=_FORMAT
        ) as bar,
        _ticking(bar, running, drawing),
    ):
        for result in results:
            with drawing:  # held while the caller prints its line
                running.ended(result.job.notebook if isinstance(result, Lost) else result.notebook)
                bar.update()
                bar.clear()
                yield result


@contextmanager
def _ticking(bar: "tqdm[Any]", running: Running, drawing: Lock) -> Iterator[None]:
    done = Event()

    def tick() -> None:
        while True:
            with drawing:
                bar.set_description_str(running.text(time.monotonic()))
            if done.wait(_SECONDS):
                return

    if bar.disable:
        yield
        return
    thread = Thread(target=tick, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
