"""Keep what came in, byte for byte; nothing is ever overwritten or deleted."""

import hashlib
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from mlops_lab.workbench.classroom.names import safe_file_name, write_whole

__all__ = ["UNPLACED", "digest_of", "keep", "keep_unplaced"]

UNPLACED = "unplaced"


def digest_of(content: bytes) -> str:
    """Give the SHA-256 of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def keep(
    submitted: Path, assignment: str, student: str, time: datetime, name: str, content: bytes
) -> Path:
    """Keep a student's file under ``<assignment>/<student>/<time>/``.

    Parameters
    ----------
    submitted : Path
        The class's folder of submissions.
    assignment, student : str
        Ids, safe as names of folders.
    time : datetime
        When it was received, with its zone.
    name : str
        What the file is called; made harmless.
    content : bytes
        What it holds.

    Returns
    -------
    Path
        Of the file. When the same bytes are there already, theirs; where other bytes are under
        that time and name, the folder gets a number.
    """
    stamp = time.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in count(1):
        ending = "" if number == 1 else f"-{number}"
        path = submitted / assignment / student / f"{stamp}{ending}" / safe_file_name(name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
            return path
        if path.read_bytes() == content:
            return path
    raise AssertionError("count never ends")


def keep_unplaced(submitted: Path, name: str, content: bytes) -> Path:
    """Keep a file that cannot be told a student or an assignment, under its digest."""
    path = submitted / UNPLACED / digest_of(content)[:16] / safe_file_name(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    return path
