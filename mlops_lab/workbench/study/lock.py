"""One at a time in a workspace: a lock that the system gives back when its owner ends."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.lock_file import described, read_owner, write_owner
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
                raise _busy(path, read_owner(file)) from error
            raise RefusedError(
                f"The file system of {hidden.parent} cannot lock files ({error.strerror}). "
                "Use a folder on this machine's own disk: --workspace DIR."
            ) from error
        stale = read_owner(file)
        write_owner(file, doing)
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


def _told_stale(found: Mapping[str, Any]) -> str:
    if not found:
        return ""
    return (
        f"An earlier `mlops-lab {found.get('doing', 'lab')}` (process {found.get('pid')}) ended "
        "without letting go of the workspace; its lock was removed."
    )


def _busy(path: Path, found: Mapping[str, Any]) -> BusyError:
    return BusyError(
        f"{found.get('user', 'Somebody')} has {path.parents[1]} in use: {described(found)}. End it "
        "first, or use another folder with --workspace DIR.",
        str(found.get("doing", "")),
    )
