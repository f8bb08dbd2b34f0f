"""The inbox of a class: each submission is one file, and the file's name is its receipt."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from mlops_lab.workbench.classroom.names import is_safe_name, private_folder, write_whole
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["Receipt", "holding", "is_inbox", "receipt_of", "receipts", "store"]

_TIME = "%Y%m%dT%H%M%S%fZ"
_LOCK = ".desk"
_NAME = re.compile(r"(\d{8}T\d{12}Z)_([0-9a-f]{64})\.ipynb")


@dataclass(frozen=True)
class Receipt:
    """What a student can show: who submitted which bytes of which assignment, and when."""

    assignment: str
    student: str
    time: datetime
    sha256: str

    @property
    def file_name(self) -> str:
        """Name of the file in the inbox: the time in UTC, then the digest."""
        return f"{self.time.astimezone(UTC):{_TIME}}_{self.sha256}.ipynb"


@contextmanager
def holding(inbox: Path) -> Iterator[None]:
    """Hold an inbox as the one process that writes there, and remove what killed ones left.

    Parameters
    ----------
    inbox : Path
        Made, private, if it is not there.

    Raises
    ------
    RefusedError
        When another process holds it.
    """
    import fcntl  # not there on Windows, where this module is imported too

    private_folder(inbox)
    with (inbox / _LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RefusedError(
                f"Another desk writes into {inbox}. Stop it first, or give --inbox DIR."
            ) from error
        for part in inbox.rglob(".*.part"):
            part.unlink()
        yield


def receipts(inbox: Path, assignment: str, student: str) -> list[Receipt]:
    """Return the receipts of a student for one assignment, the oldest first.

    A file that a killed process left unfinished has another name and is not counted.
    """
    folder = _folder(inbox, assignment, student)
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    found = (receipt_of(PurePosixPath(assignment, student, name)) for name in names)
    return [one for one in found if one]


def receipt_of(path: PurePosixPath) -> Receipt | None:
    """Return the receipt that a path is, seen from the inbox; None for what is none."""
    found = _NAME.fullmatch(path.name)
    if found is None or len(path.parts) != 3:
        return None
    assignment, student, _ = path.parts
    time = datetime.strptime(found[1], _TIME).replace(tzinfo=UTC)
    return Receipt(assignment, student, time, found[2])


def is_inbox(path: Path) -> bool:
    """Tell whether a desk writes into a folder."""
    return (path / _LOCK).is_file()


def store(inbox: Path, assignment: str, student: str, content: bytes, now: datetime) -> Receipt:
    """Store a submission whole and on the disk, and return its receipt.

    The bytes of the latest submission sent once more get its receipt again, and no second file.
    """
    folder = _folder(inbox, assignment, student)
    private_folder(folder)
    digest = hashlib.sha256(content).hexdigest()
    earlier = receipts(inbox, assignment, student)
    if earlier and earlier[-1].sha256 == digest:
        receipt = earlier[-1]
    else:
        receipt = Receipt(assignment, student, now, digest)
        write_whole(folder / receipt.file_name, content)
    # Also for a repeat: the first attempt may have been killed before its name was on the disk.
    for changed in (folder, folder.parent, inbox):
        _bring_to_disk(changed)
    return receipt


def _folder(inbox: Path, assignment: str, student: str) -> Path:
    for name in (assignment, student):
        if not is_safe_name(name):
            raise RefusedError(
                f"{name!r} cannot be a folder's name; use letters, digits and . _ @ + -"
            )
    return inbox / assignment / student


def _bring_to_disk(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
