"""A process that runs notebooks: it stops when it is told to, and ends with its owner."""

import os
import signal
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.owned import end_with_owner
from mlops_lab.workbench.runs.run import Run, run

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from mlops_lab.workbench.runs.many import Job, Limits

__all__ = ["begin_worker", "run_one"]

_told: "Connection | None" = None  # of this worker: at its end there is to be no more work


def begin_worker(told: "Connection", environment: Mapping[str, str]) -> None:
    """Begin to work for an owner, in the environment that it has; at the end of `told`, stop."""
    global _told
    _told = told
    os.environ.clear()  # the server keeps that of its own start
    os.environ.update(environment)
    # A worker that waits for work is ended by its pool, not by Ctrl-C with a traceback.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # held back since the server began to import
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    end_with_owner()
    threading.Thread(target=_interrupt_after, args=(told,), daemon=True, name="stop").start()


def _interrupt_after(told: "Connection") -> None:
    told.poll(None)
    # The owner alone may have been told to stop. Between two jobs nothing comes of it.
    main = threading.main_thread().ident
    assert main is not None  # it runs
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, signal.SIGINT)


def _interrupted(*_: object) -> None:
    # Once: Ctrl-C in a terminal comes by itself too, and would stop the end of the kernel.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def run_one(job: "Job", limits: "Limits") -> Run:
    """Run a job; KeyboardInterrupt when the owner wants no more."""
    before = signal.signal(signal.SIGINT, _interrupted)
    try:
        if _told is not None and _told.poll():
            raise KeyboardInterrupt
        return run(job.notebook, job.parameters, out=job.out, text=job.text, **limits)
    finally:
        signal.signal(signal.SIGINT, before)
