"""Watch over a student process and all that it starts; a trusted process does nothing else."""

import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from mlops_lab.workbench.kernels.protocol import send

__all__ = ["data_of", "descendants", "everybody", "no_sockets", "sockets", "watch"]

_TICK = 30  # milliseconds
_CROWD = 8  # processes; more than these share what nobody else wants
_SESSIONS = 4  # the system gives each session as much of the processors as any other


def watch(
    control: socket.socket,
    hold: int | None,
    student: int,
    members: Callable[[], list[int]],
    buffers: Callable[[], int],
    limits: dict[str, Any],
) -> NoReturn:
    """Wait until the student process ends, takes too much, or nobody wants it any more.

    Parameters
    ----------
    control : socket
        To the owner, who is told how it ended; it ends when the owner closes its side.
    hold : int or None
        It ends too when the other end of this pipe is closed.
    student : int
        Process id.
    members : callable
        Gives the process ids of the student process and of all that it started.
    buffers : callable
        Gives how many bytes wait in their sockets at most: the system's memory, and in no process.
    limits : dict
        The fields of `Limits`.
    """
    poll = select.poll()
    for one in (control.fileno(), hold):
        if one is not None:
            poll.register(one, select.POLLIN)
    first = _resident([student]) + _tables([student])
    most = limits["memory"] + first
    shared = _share([student]) + _tables([student])
    ended: dict[str, Any] = {}
    while not ended and not poll.poll(_TICK):
        ended = _reap(student)
        if not ended:
            now = members()
            if len(now) > _CROWD:
                _step_back(now)
            # The exact count takes a walk through all pages: only where the rough one is too high.
            held = _tables(now) + buffers()
            if _resident(now) + held > most and _share(now) + held > limits["memory"] + shared:
                ended = {"ended": "memory"}
            elif len(now) > _SESSIONS and _sessions(now) > _SESSIONS:
                ended = {"ended": "sessions"}
    with suppress(OSError):
        send(control, ended)
    if hold is None:
        _kill(members)
    os._exit(0)


def _sessions(pids: list[int]) -> int:
    found = set[int]()
    for pid in pids:
        with suppress(OSError):  # it has ended
            found.add(os.getsid(pid))
    return len(found)


def _step_back(pids: list[int]) -> None:
    """Leave the processors to others: by their number alone, many would starve a neighbour."""
    if sys.platform == "linux":
        for pid in pids:
            with suppress(OSError):  # it has ended
                os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))


def _reap(student: int) -> dict[str, Any]:
    """Collect whoever has ended; say how the student process did."""
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == student:
                return {"ended": os.waitstatus_to_exitcode(status)}
            if pid == 0:
                return {}
    return {}


def _kill(members: Callable[[], list[int]]) -> None:
    for _ in range(100):  # while some are killed, others may have been started
        alive = members()
        if not alive:
            return
        for pid in alive:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def everybody() -> list[int]:
    """Return all processes of the namespace but the first."""
    return [int(name) for name in os.listdir("/proc") if name.isdecimal() and name != "1"]  # noqa: PTH208


def descendants() -> list[int]:
    """Return all processes below this one."""
    import psutil

    return [one.pid for one in psutil.Process().children(recursive=True)]


def sockets() -> int:
    """Return how many bytes can wait in the sockets of this network namespace, at most."""
    try:
        count = Path("/proc/net/unix").read_text().count("\n") - 1  # one line is the head
        each = int(Path("/proc/sys/net/core/wmem_max").read_text())
    except OSError:  # the system does not show them
        return 0
    return max(0, count) * 2 * each  # the system doubles what is asked for


def no_sockets() -> int:
    """Return none: outside of a namespace of their own, nobody can tell which are theirs."""
    return 0


def data_of(pid: int | str) -> int:
    """Return what counts against the limit on data, in bytes."""
    return _lines(f"/proc/{pid}/status", ("VmData:",))


def _resident(pids: list[int]) -> int:
    return sum(_lines(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:")) for pid in pids)


def _tables(pids: list[int]) -> int:
    """Return what the system takes to know where their pages are; a page for each looked at.

    Memory that is only read is all one page of zeros, but each of its places needs an entry.
    """
    return sum(_lines(f"/proc/{pid}/status", ("VmPTE:",)) for pid in pids)


def _share(pids: list[int]) -> int:
    """Return the memory of processes, each page divided by how many share it."""
    return sum(_portion(pid) for pid in pids)


def _portion(pid: int) -> int:
    try:
        return _lines(f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:"), missing=False)
    except OSError:  # it hides its memory, so all of it is its own
        return _resident([pid])


def _lines(file: str, names: tuple[str, ...], *, missing: bool = True) -> int:
    try:
        text = Path(file).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    except OSError:
        if missing:
            return 0
        raise
    return 1024 * sum(int(one.split()[1]) for one in text.splitlines() if one.startswith(names))
