"""Whatever ends a command: which of the processes that it started, however, are left."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

__all__ = ["ENDINGS", "ENOUGH", "left"]

ENOUGH = 120
"""Seconds; what has not ended by then will not."""
ENDINGS = [(signal.SIGTERM, os.kill), (signal.SIGKILL, os.kill), (signal.SIGKILL, os.killpg)]
"""A signal, and who gets it: the command alone, or its whole group."""
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER


def left(
    command: Sequence[str],
    moment: float,
    how: int,
    end: Callable[[int, int], None],
    *,
    cwd: Path | None = None,
    more: Mapping[str, str] | None = None,
) -> list[str]:
    """Start a command, end it after some seconds, and give what runs on then.

    Parameters
    ----------
    command : sequence of str
    moment : float
        Seconds; wherever it is by then.
    how, end
        One of `ENDINGS`.
    cwd, more
        Where it starts, and more of its environment.

    Returns
    -------
    list of str
        The words of each process that is left; it is killed then.
    """
    with _adopting() as orphans:
        process = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **(more or {})}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with suppress(subprocess.TimeoutExpired):
            process.wait(moment)
        if process.returncode is None:
            end(process.pid, how)
        process.wait(ENOUGH)
        until = time.monotonic() + ENOUGH
        while (found := orphans()) and time.monotonic() < until:
            time.sleep(0.05)
        names = []
        for one in found:
            with suppress(psutil.NoSuchProcess):
                names.append(" ".join(one.cmdline()))
                one.kill()
        while orphans():
            time.sleep(0.05)
    return names


@contextmanager
def _adopting() -> Iterator[Callable[[], list[psutil.Process]]]:
    """Become the parent of what is left of commands; give a function that lists it."""
    libc, me = ctypes.CDLL(None), psutil.Process()
    before = {one.pid for one in me.children(recursive=True)}

    def orphans() -> list[psutil.Process]:
        alive = []
        for one in me.children(recursive=True):
            if one.pid in before:
                continue
            with suppress(psutil.NoSuchProcess, ChildProcessError):
                if one.status() == psutil.STATUS_ZOMBIE:
                    if one.ppid() == me.pid:
                        os.waitpid(one.pid, 0)
                else:
                    alive.append(one)
        return alive

    libc.prctl(_SUBREAPER, 1, 0, 0, 0)
    try:
        yield orphans
    finally:
        libc.prctl(_SUBREAPER, 0, 0, 0, 0)
