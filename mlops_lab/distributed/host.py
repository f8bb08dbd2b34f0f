"""The host: it has imported torch once, and forks the workers of each launch.

It starts no thread and computes nothing, so that its forks are whole. It ends with its owner, its
workers end with it.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from shutil import rmtree
from typing import Any

from mlops_lab.distributed.worker import Report, Task, work

__all__ = ["Ended", "main"]

_GRACE = 30.0  # seconds that the others have after the first has failed


@dataclass(frozen=True)
class Ended:
    """How a worker ended.

    Attributes
    ----------
    pid : int
    code : int
        As of `subprocess.Popen`: minus the signal that killed it.
    report : Report or None
        None where it ended without one.
    cut : bool
        Whether the host killed it, since it took too long.
    """

    pid: int
    code: int
    report: Report | None
    cut: bool


@dataclass
class _Worker:
    pid: int
    line: Connection
    report: Report | None = None
    code: int | None = None
    cut: bool = False
    released: bool = False

    @property
    def failed(self) -> bool:
        """Whether it has ended without a value, or is about to."""
        return self.report.error is not None if self.report else self.code is not None


class _OwnerEndedError(Exception):
    """Nobody is left to work for."""


def main(descriptor: int, owner: int, folder: Path) -> None:
    """Import torch, then do launches until the owner ends.

    Parameters
    ----------
    descriptor : int
        Of the socket to the owner.
    owner : int
        Its process id.
    folder : Path
        For files by which workers find each other. It goes with the owner.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner ends us when it is interrupted
    os.set_inheritable(descriptor, False)
    _Host(Connection(descriptor), owner, folder).serve()


@dataclass
class _Host:
    line: Connection
    owner: int
    folder: Path
    launches: int = 0
    watched: list[Any] = field(default_factory=list)

    def serve(self) -> None:
        self.watched = [self.line]
        if sys.platform == "linux":  # a fork of the owner may hold the other end of our line
            self.watched.append(os.pidfd_open(os.getppid()))
        try:
            if os.getppid() != self.owner:  # it ended before we could watch it
                return
            _preload()
            with suppress(_OwnerEndedError, EOFError, BrokenPipeError, ConnectionResetError):
                self.line.send_bytes(b"ready")
                while wait(self.watched) == [self.line]:
                    task = pickle.loads(self.line.recv_bytes())
                    self.line.send_bytes(pickle.dumps(self.launch(task)))
        finally:
            rmtree(self.folder, ignore_errors=True)

    def launch(self, task: Task) -> list[Ended]:
        self.launches += 1
        store = self.folder / f"store-{self.launches}"
        group: list[_Worker] = []
        try:
            for rank in range(task.world):
                group.append(self.fork(task, rank, store, group))
            self.attend(group, time.monotonic() + task.patience)
        finally:
            for one in group:
                _kill(one)
            store.unlink(missing_ok=True)
        return [Ended(one.pid, one.code or 0, one.report, one.cut) for one in group]

    def fork(self, task: Task, rank: int, store: Path, group: list[_Worker]) -> _Worker:
        ours, theirs = Pipe()
        host, pid = os.getpid(), os.fork()
        if pid == 0:
            try:
                for one in (ours, self.line, *(other.line for other in group)):
                    one.close()
                for descriptor in self.watched[1:]:
                    os.close(descriptor)
                work(task, rank, str(store), theirs, host)
            finally:
                os._exit(1)  # a fork must never go on as a second host
        theirs.close()
        return _Worker(pid, ours)

    def attend(self, group: list[_Worker], end: float) -> None:
        """Collect reports until all workers have ended."""
        while running := [one for one in group if one.code is None]:
            ready = wait([*self.watched, *(one.line for one in running)], end - time.monotonic())
            if set(ready) & set(self.watched):  # during a launch, an owner says nothing
                raise _OwnerEndedError
            if not ready:
                for one in running:
                    one.cut = one.report is None
                    _kill(one)
            for one in running:
                if one.line in ready:
                    _hear(one)
            if any(one.failed for one in group):
                end = min(end, time.monotonic() + _GRACE)
            elif any(one.report is None for one in group):
                continue
            for one in running:
                _release(one)


def _preload() -> None:
    import numpy as np
    import torch
    import torch.distributed as dist

    del np, torch, dist
    gc.collect()
    gc.freeze()  # a later collection in a worker would touch, and so copy, every page


def _hear(one: _Worker) -> None:
    try:
        one.report = pickle.loads(one.line.recv_bytes())
    except (EOFError, OSError):
        _reap(one)


def _release(one: _Worker) -> None:
    """Let a worker end that has reported; it waits for that."""
    if one.report and one.code is None and not one.released:
        one.released = True
        with suppress(OSError):  # it has ended already
            one.line.send_bytes(b"go")


def _kill(one: _Worker) -> None:
    if one.code is None:
        os.kill(one.pid, signal.SIGKILL)
        _reap(one)


def _reap(one: _Worker) -> None:
    _, status = os.waitpid(one.pid, 0)
    one.code = os.waitstatus_to_exitcode(status)
    one.line.close()
