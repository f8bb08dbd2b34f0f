"""Files that are there whole or not at all, whatever ends the process that writes them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["beside", "replacing", "write_whole"]


def beside(path: Path) -> Path:
    """Name the file that is written first and then takes the place of `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Let the block write a file that takes the place of `path` at its end, in one step.

    Parameters
    ----------
    path : Path
        In a folder that exists.

    Yields
    ------
    Path
        Where the block writes, in the same folder. When the block fails it is removed, and
        `path` is as it was.

    Raises
    ------
    OSError
        When the folder cannot be written, or the disk is full.
    """
    part = beside(path)
    try:
        yield part
        # Without this a rename can reach the disk before the content, and a loss of power
        # leaves an empty file.
        with part.open("rb" if os.name == "posix" else "rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file, text as UTF-8, whole or not at all.

    Parameters
    ----------
    path : Path
        In a folder that exists; a file that is there is replaced.
    content : bytes or str

    Raises
    ------
    OSError
        When the folder cannot be written, or the disk is full.
    """
    with replacing(path) as part:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
