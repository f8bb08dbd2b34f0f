"""Files in a workspace: written whole or not at all, never over something of the learner's."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.names import write_whole
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["as_bytes", "owner_of", "put", "put_aside", "require_ours"]


def put(path: Path, content: bytes) -> None:
    """Write a file, with the folders above it.

    Raises
    ------
    OSError
        With the file's name and what to do; what stood there before still does.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        told = f"{error.strerror}. Nothing of yours was changed; make room and do it again"
        raise OSError(error.errno, told, str(path)) from error


def put_aside(path: Path, content: bytes) -> Path:
    """Write a file under a name that is free, `path` itself or one with a number.

    Returns
    -------
    Path
        Where the content is now; a file that holds it already is left as it is.
    """
    number, place = 1, path
    while place.exists():
        if place.is_file() and place.read_bytes() == content:
            return place
        number += 1
        place = path.with_stem(f"{path.stem}-{number}")
    put(place, content)
    return place


def as_bytes(nb: "NotebookNode") -> bytes:
    """Return a notebook as the content of a file."""
    import nbformat  # slow to import

    try:
        return f"{nbformat.writes(nb)}\n".encode()
    except UnicodeEncodeError:  # half a character, which JSON can name and UTF-8 cannot hold
        return f"{nbformat.writes(nb, ensure_ascii=True)}\n".encode()


def require_ours(folder: Path) -> None:
    """Refuse a folder that cannot be written to.

    Raises
    ------
    RefusedError
        Naming who owns it, and how to use another.
    """
    nearest = next(each for each in (folder, *folder.absolute().parents) if _exists(each))
    if not nearest.is_dir():
        raise RefusedError(f"{nearest} is a file, not a folder. Use another with --workspace DIR.")
    if not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        raise RefusedError(
            f"{nearest} belongs to {owner_of(nearest)}, and you may not write to it. Use a folder "
            "of your own, for example --workspace ~/mlops-lab."
        )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # not to be looked into: a folder above it will be named
        return False


def owner_of(path: Path) -> str:
    """Name who owns a file; "somebody else" for a number without a name."""
    try:
        return path.owner()
    except (KeyError, OSError, NotImplementedError):
        return "somebody else"
