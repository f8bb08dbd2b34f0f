"""A worker: a fork that does one job with the others of its group, reports, and ends."""

from __future__ import annotations

import datetime
import os
import pickle
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import NoReturn

from mlops_lab.core import end_with_parent
from mlops_lab.distributed.parcel import Parcel, unpack

__all__ = ["Report", "Task", "work"]

_LOOPBACK = "lo0" if sys.platform == "darwin" else "lo"


@dataclass(frozen=True)
class Task:
    """What each worker of a group has to do.

    Attributes
    ----------
    parcel : Parcel
        The job, a function of rank, world and the arguments.
    arguments : bytes
        Pickled.
    world : int
        Workers in the group.
    patience : float
        Seconds that a worker waits for the others in one operation, and the group has in all.
    """

    parcel: Parcel
    arguments: bytes
    world: int
    patience: float


@dataclass(frozen=True)
class Report:
    """What a worker says at its end.

    Attributes
    ----------
    value : bytes or None
        What the job returned, pickled.
    error : str or None
        Kind and text of the exception that ended it.
    trace : str
        Its traceback.
    """

    value: bytes | None = None
    error: str | None = None
    trace: str = ""


def work(task: Task, rank: int, store: str, line: Connection, host: int) -> NoReturn:
    """Do the job and report on `line`; never returns.

    Parameters
    ----------
    task : Task
    rank : int, 0 to world - 1
    store : str
        File by which the workers of a group find each other; fresh for each group.
    line : Connection
        To the host. Its end ends this process.
    host : int
        Process id of the host.
    """
    released = threading.Event()
    _end_with_host(line, released, host)
    report = _do(task, rank, store)
    with suppress(OSError):  # nobody is left who would read it
        line.send_bytes(pickle.dumps(report))
        if report.error is None:
            # Others may still read what we have sent them: our end would cut them off.
            released.wait()
    os._exit(0 if report.error is None else 1)


def _end_with_host(line: Connection, released: threading.Event, host: int) -> None:
    if not end_with_parent(host):  # the kernel ends it in the middle of a computation, too
        os._exit(1)

    def watch() -> None:
        try:
            line.recv_bytes()
        except (EOFError, OSError):
            os._exit(1)
        released.set()

    threading.Thread(target=watch, daemon=True, name="host").start()


def _do(task: Task, rank: int, store: str) -> Report:
    try:
        import torch
        import torch.distributed as dist

        torch.set_num_threads(1)
        os.environ["GLOO_SOCKET_IFNAME"] = _LOOPBACK
        dist.init_process_group(
            "gloo",
            store=dist.FileStore(store, task.world),  # type: ignore[attr-defined]  # documented so
            rank=rank,
            world_size=task.world,
            timeout=datetime.timedelta(seconds=task.patience),
        )
        job = unpack(task.parcel)
        return Report(pickle.dumps(job(rank, task.world, **pickle.loads(task.arguments))))
    except BaseException as error:  # noqa: BLE001  whatever it is, the owner has to know
        return Report(None, f"{type(error).__name__}: {error}", traceback.format_exc())
