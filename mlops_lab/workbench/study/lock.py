"""One at a time in a workspace: a lock that the system gives back when its owner ends."""

import errno
import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from getpass import getuser
from pathlib import Path
from typing import IO, Any

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.study.files import owner_of

__all__ = ["BusyError", "hold"]


class BusyError(RefusedError):
    """Somebody else is at work in the workspace; the message says who.

    Attributes
    ----------
    doing : str
        The command that holds it; empty when it does not say.
    """

    def __init__(self, said: str, doing: str) -> None:
        super().__init__(said)
        self.doing = doing


@contextmanager
def hold(hidden: Path, doing: str) -> Iterator[str]:
    """Hold a workspace until the end of the block.

    Parameters
    ----------
    hidden : Path
        The workspace's own folder, `Workspace.hidden`.
    doing : str
        The command, such as ``"lab"``; others are told of it.

    Yields
    ------
    str
        A sentence about a stale lock that was removed; empty without one.

    Raises
    ------
    BusyError
        When another process holds it.
    RefusedError
        When it is somebody else's, or the file system has no locks.
    """
    import fcntl  # not there on Windows, where this module is imported too

    path = hidden / "lock"
    with _opened(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise _busy(path, _read(file)) from error
            raise RefusedError(
                f"The file system of {hidden.parent} cannot lock files ({error.strerror}). "
                "Use a folder on this machine's own disk: --workspace DIR."
            ) from error
        stale = _read(file)
        _write(file, _owner(doing))
        try:
            yield _told_stale(stale)
        finally:
            file.truncate(0)


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("a+", encoding="utf-8")
    except PermissionError as error:
        raise RefusedError(
            f"{path.parents[1]} is the workspace of {owner_of(path)}, and you may not write to "
            "it. Use a folder of your own, for example --workspace ~/mlops-lab."
        ) from error


def _read(file: IO[str]) -> Mapping[str, Any]:
    file.seek(0)
    try:
        found = json.loads(file.read() or "{}")
    except ValueError:  # its owner was stopped while it wrote
        found = {"pid": "unknown"}
    return found if isinstance(found, dict) else {}


def _owner(doing: str) -> dict[str, Any]:
    return {
        "doing": doing,
        "pid": os.getpid(),
        "user": _user(),
        "host": socket.gethostname(),
        "since": f"{datetime.now():%H:%M}",
    }


def _write(file: IO[str], record: Mapping[str, Any]) -> None:
    file.truncate(0)
    file.write(json.dumps(record))
    file.flush()


def _user() -> str:
    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # a number without a name, as in some containers
        return "unknown"


def _told_stale(found: Mapping[str, Any]) -> str:
    if not found:
        return ""
    return (
        f"An earlier `mlops-lab {found.get('doing', 'lab')}` (process {found.get('pid')}) ended "
        "without letting go of the workspace; its lock was removed."
    )


def _busy(path: Path, found: Mapping[str, Any]) -> BusyError:
    doing = str(found.get("doing", ""))
    host = found.get("host", "")
    where = "" if host in ("", socket.gethostname()) else f" on {host}"
    what = f"`mlops-lab {doing}`" if doing else "another command"
    return BusyError(
        f"{found.get('user', 'Somebody')} has {path.parents[1]} in use: {what}, process "
        f"{found.get('pid', 'unknown')}{where}, since {found.get('since', 'a moment ago')}. End it "
        "first, or use another folder with --workspace DIR.",
        doing,
    )
