"""Groups of worker processes on this machine, and what becomes of each worker."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import rmtree
from threading import Lock
from typing import IO, Any, Self

from mlops_lab.distributed.host import Ended
from mlops_lab.distributed.outcomes import Outcome, WorkerError, outcome
from mlops_lab.distributed.parcel import pack
from mlops_lab.distributed.worker import Task
from mlops_lab.serving.child import spawn, tail
from mlops_lab.threads import thread_environment

__all__ = ["Pool"]


class Pool:
    """Launches groups of processes that can talk by `torch.distributed`; a context manager.

    The first launch starts a host, which imports torch; it forks the workers of every launch. All
    of them end when `stop` is called, when this object is forgotten, and when this process ends,
    be it by SIGKILL. Workers talk over the loopback interface (gloo), find each other by a file,
    and compute with one thread each.

    Raises
    ------
    ModuleNotFoundError
        Where torch is not installed.

    Examples
    --------
    >>> def total(rank, world, start):
    ...     import torch
    ...     import torch.distributed as dist
    ...
    ...     number = torch.tensor(start + rank)
    ...     dist.all_reduce(number)
    ...     return int(number)
    >>> with Pool() as pool:  # doctest: +SKIP
    ...     pool.run(total, 3, start=10)
    [33, 33, 33]
    """

    def __init__(self) -> None:
        if find_spec("torch") is None:
            raise ModuleNotFoundError("torch is not installed", name="torch")
        self._lock = Lock()
        self._host: _Host | None = None

    @property
    def pid(self) -> int | None:
        """The id of the host's process, None where none runs."""
        return self._host.child.pid if self._host else None

    def launch(
        self,
        job: Callable[..., Any],
        workers: int,
        *,
        patience: float = 300.0,
        **arguments: Any,  # noqa: ANN401  whatever the job takes
    ) -> list[Outcome]:
        """Run a job in some processes at once; return when all of them have ended.

        Parameters
        ----------
        job : function of rank, world and `arguments`
            Its source is sent, with that of functions beside it that it calls; it sees no variable
            of this process. Before it begins, the group is set up: `torch.distributed` works.
        workers : int, 1 to 64
        patience : float, above 0
            Seconds for all of it, and for a worker that waits for another; then it is killed. When
            one has failed, the others have 30 s to end.
        **arguments
            Pickled, for each worker the same.

        Returns
        -------
        list of Outcome, by rank

        Raises
        ------
        TypeError, NameError
            For a job that cannot be sent.
        ValueError
            For a number of workers or a patience out of range.
        RuntimeError
            Where the host died, with its last words. The next launch starts another.
        """
        if not 1 <= workers <= 64 or not patience > 0:
            raise ValueError(
                f"need 1 to 64 workers and a patience above 0; got {workers} and {patience}"
            )
        task = Task(pack(job), pickle.dumps(arguments), workers, patience)
        with self._lock:
            host = self._host = self._host or _Host()
            try:
                ended = host.ask(task)
            except BaseException:  # Ctrl-C too: no worker goes on after it
                self._host = None
                host.stop()
                raise
        return [outcome(rank, one, patience) for rank, one in enumerate(ended)]

    def run(
        self,
        job: Callable[..., Any],
        workers: int,
        *,
        patience: float = 300.0,
        **arguments: Any,  # noqa: ANN401  whatever the job takes
    ) -> list[Any]:
        """Launch a job that no worker may fail in; give what each returned, by rank.

        Takes what `launch` takes, and raises what it raises; and `WorkerError` where a worker
        failed.
        """
        outcomes = self.launch(job, workers, patience=patience, **arguments)
        if any(one.error for one in outcomes):
            raise WorkerError(outcomes)
        return [one.value for one in outcomes]

    def stop(self) -> None:
        """End the host; the next launch would start another. Calling it again does nothing."""
        with self._lock:
            host, self._host = self._host, None
            if host:
                host.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Host:
    """The owner's side of a host process."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="mlops-lab-workers-"))
        ours, theirs = socket.socketpair()
        with theirs:
            self.child, self.said = spawn(
                [sys.executable, "-P", "-m", "mlops_lab.distributed", str(theirs.fileno()),
                 str(os.getpid()), str(folder)],
                theirs,
                thread_environment(os.environ, 1),
            )  # fmt: skip
        self.line = Connection(ours.detach())
        self.stop = weakref.finalize(
            self, _stop, os.getpid(), self.child, self.said, self.line, folder
        )
        self.ready = False

    def ask(self, task: Task) -> list[Ended]:
        try:
            if not self.ready:
                self.line.recv_bytes()
                self.ready = True
            self.line.send_bytes(pickle.dumps(task))
            ended: list[Ended] = pickle.loads(self.line.recv_bytes())
        except (EOFError, OSError):
            said = tail(self.said) or "nothing"
            raise RuntimeError(f"the host of the workers died; it said: {said}") from None
        return ended


def _stop(
    owner: int,
    child: subprocess.Popen[bytes],
    said: IO[bytes],
    line: Connection,
    folder: Path,
) -> None:
    """End a host with its workers, which are in its group; in a fork of its owner, leave it."""
    if os.getpid() != owner:
        return
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    line.close()
    if child.stdin is not None:
        child.stdin.close()
    said.close()
    rmtree(folder, ignore_errors=True)
