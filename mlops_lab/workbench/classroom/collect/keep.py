"""Keep what came in, byte for byte; nothing is ever overwritten or deleted."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path, PurePosixPath

from mlops_lab.workbench.classroom.names import private_folder, safe_file_name, write_whole

__all__ = ["BESIDE", "UNPLACED", "beside", "digest_of", "keep", "keep_beside", "keep_unplaced"]

BESIDE = "beside"
"""The folder, next to a kept notebook, of the files that came with it."""

UNPLACED = "unplaced"


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes."""
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
    stamp, name = time.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"), safe_file_name(name)
    folder = submitted / assignment / student
    endings = ("" if number == 1 else f"-{number}" for number in count(1))
    return _first_free((folder / f"{stamp}{ending}" / name for ending in endings), content)


def _first_free(places: Iterable[Path], content: bytes) -> Path:
    """Write into the first place that is free, or give the one that has the same bytes."""
    for path in places:
        if not path.exists():
            private_folder(path.parent)
            write_whole(path, content)
            return path
        if path.is_file() and path.read_bytes() == content:
            return path
    raise AssertionError("places never end")


def keep_beside(notebook: Path, place: PurePosixPath, content: bytes) -> Path:
    """Keep a file that came with a notebook, such as a picture or a module, next to it.

    Parameters
    ----------
    notebook : Path
        Where the notebook is kept.
    place : PurePosixPath
        The file's path as the notebook saw it; each part is made harmless.
    content : bytes
        What it holds.

    Returns
    -------
    Path
        Of the file; it gets a number where other bytes are under that name.
    """
    *folders, name = map(safe_file_name, place.parts)
    folder = notebook.parent.joinpath(BESIDE, *folders)
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix
    names = (name if number == 1 else f"{stem}-{number}{ending}" for number in count(1))
    return _first_free((folder / one for one in names), content)


def beside(notebook: Path) -> list[str]:
    """List the files that are kept with a notebook, by their paths next to it."""
    folder = notebook.parent / BESIDE
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


def keep_unplaced(submitted: Path, name: str, content: bytes) -> Path:
    """Keep a file that cannot be told a student or an assignment, under its digest."""
    path = submitted / UNPLACED / digest_of(content)[:16] / safe_file_name(name)
    if not path.exists():
        private_folder(path.parent)
        write_whole(path, content)
    return path
