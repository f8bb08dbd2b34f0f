"""The template of student processes: imports the libraries once, and forks; runs nothing else."""

import gc
import json
import os
import select
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

from mlops_lab.workbench.classroom.sandbox import confine, folders, kernel
from mlops_lab.workbench.kernels.modules import import_each
from mlops_lab.workbench.kernels.protocol import receive, send

__all__ = ["main"]

_COVERED = ("/mnt", "/media", "/srv", "/sys")
_FILES = 4


def main(descriptor: str, parent: str, settings: str) -> None:
    """Import, then fork a student process for each request, until the owner is gone.

    Parameters
    ----------
    descriptor : str
        Number of the line to the owner.
    parent : str
        Process id of the owner.
    settings : str
        JSON with ``preload``, ``shown``, ``hidden`` and ``isolated``.
    """
    line = socket.socket(fileno=int(descriptor))
    wanted = json.loads(settings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a fork that ended
    try:
        root, temporary = _prepare(wanted) if wanted["isolated"] else ("", [])
    except OSError as error:
        send(line, {"refused": f"{type(error).__name__}: {error}"})
        return
    left_out = import_each(wanted["preload"])
    gc.collect()
    gc.freeze()
    send(line, {"left_out": left_out})
    _serve(line, int(parent), root, temporary)


def _prepare(wanted: dict[str, Any]) -> tuple[str, list[str]]:
    shown = [*folders.needed(), *map(Path, wanted["shown"])]
    place = next((one for one in _COVERED if Path(one).is_dir() and not _inside(one, shown)), None)
    if place is None:
        raise FileNotFoundError(f"no folder to build on; one of {', '.join(_COVERED)} is needed")
    if os.geteuid() == 0:
        kernel.unshare(kernel.NEWNS)
    else:
        kernel.unshare(kernel.NEWNS | kernel.NEWUSER)
        confine.own_user(os.geteuid())
    if os.geteuid() == 0:
        _check_readable(wanted["shown"])
    hidden = [Path(one) for one in wanted["hidden"]]
    return place, folders.build_root(Path(place), shown, hidden)


def _check_readable(shown: list[str]) -> None:
    """Raise PermissionError for what nobody in particular, as whom students run, may not read."""
    for name in shown:
        path = Path(name)
        needed = 0o5 if path.is_dir() else 0o4
        if path.exists() and path.stat().st_mode & needed != needed:
            raise PermissionError(f"students could not read {name}; `chmod o+rX` it")


def _inside(place: str, shown: list[Path]) -> bool:
    return any(one.is_relative_to(place) for one in shown)


def _serve(line: socket.socket, parent: int, root: str, temporary: list[str]) -> None:
    poll = select.poll()
    poll.register(line, select.POLLIN)
    while os.getppid() == parent:
        if not poll.poll(500):
            continue
        try:
            request, files = receive(line, _FILES)
        except (EOFError, OSError):
            return
        template = os.getpid()
        if os.fork() == 0:
            try:
                line.close()
                confine.be_born(confine.SpawnRequest(template, root, temporary, request, files))
            except BaseException:  # noqa: BLE001  a fork must never go on as a second template
                traceback.print_exc(file=sys.__stderr__)
            finally:
                os._exit(1)
        for one in files:
            os.close(one)
