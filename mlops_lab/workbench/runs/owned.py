"""A worker process ends with the process that it works for, whatever ends that."""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

__all__ = ["end_with_owner"]


def end_with_owner() -> None:
    """End this process, and all that it started, when its owner has ended.

    Called in a process that `multiprocessing` started. Its owner can be killed with no time to
    tell anybody, and the server that forked it would not tell either.
    """
    owner = multiprocessing.parent_process()
    assert owner is not None  # no process of multiprocessing is without
    threading.Thread(target=_watch, args=(owner,), daemon=True, name="owner").start()


def _watch(owner: BaseProcess) -> None:
    wait([owner.sentinel])
    _end_children()
    os.kill(os.getpid(), signal.SIGTERM if os.name != "posix" else signal.SIGKILL)


def _end_children() -> None:
    import psutil

    for process in psutil.Process().children(recursive=True):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue  # it has ended by itself
