"""Read the files of a folder or a zip, within bounds, and never write where they say.

Nothing is extracted: each file is read into memory and its path is only a clue to whose it is.
"""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import islice
from pathlib import Path, PurePosixPath

from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["Entry", "list_paths", "read_entries"]

MOST_FILES = 50_000
MOST_BYTES = 32 * 2**20  # of one file
MOST_TOTAL = 4 * 2**30
MOST_RATIO = 200  # of unpacked to packed, where more than a megabyte comes out
MOST_PACKED, MOST_UNPACKED = 1000, 64 * 2**20  # in a student's own zip
MOST_DIRECTORY = 16 * 2**20  # of the list of files in a zip
_SKIPPED = {"__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__"}


@dataclass(frozen=True)
class Entry:
    """One file that came in.

    Attributes
    ----------
    path : PurePosixPath
        Relative to the folder or zip; only ever looked at.
    content : bytes
        Empty when `problem` is set.
    time : datetime or None
        When it was last changed, in UTC; None where nothing says so.
    problem : str
        Why it was not read; empty when it was.
    inside : PurePosixPath or None
        The archive that it was in, where a student packed one: the platform named that.
    """

    path: PurePosixPath
    content: bytes
    time: datetime | None
    problem: str = ""
    inside: PurePosixPath | None = None


def read_entries(source: Path, zone: tzinfo = UTC) -> Iterator[Entry]:
    """Read all files of a folder or a zip.

    Parameters
    ----------
    source : Path
        A folder, or a zip archive.
    zone : tzinfo
        The zone of the times in a zip, which name none.

    Yields
    ------
    Entry
        Sorted by path; links, special files, encrypted and overly packed ones with their problem.
        Hidden files and those that editors leave behind are not given. A zip among them is
        opened, one inside of that is not.

    Raises
    ------
    RefusedError
        When `source` is neither, or past the bounds as a whole.
    """
    if source.is_dir():
        yield from _within_total(_unpacked(_of_folder(source)))
    elif zipfile.is_zipfile(source):
        yield from _within_total(_unpacked(_of_zip(source, zone)))
    else:
        raise RefusedError(f"{source} is neither a folder nor a zip archive that can be read.")


def list_paths(source: Path) -> list[PurePosixPath]:
    """List the paths of what `read_entries` reads, without reading it.

    Raises
    ------
    RefusedError
        As `read_entries` does.
    """
    if source.is_dir():
        found: Iterator[PurePosixPath] = (place for _, place in _places(source))
    elif zipfile.is_zipfile(source):
        with _opened(source) as archive:
            found = iter([path for _, path in _members(archive)])
    else:
        raise RefusedError(f"{source} is neither a folder nor a zip archive that can be read.")
    listed = list(islice(found, MOST_FILES + 1))
    if len(listed) > MOST_FILES:
        raise _too_much()
    return listed


def _too_much() -> RefusedError:
    return RefusedError(
        f"More than {MOST_FILES:,} files or {MOST_TOTAL // 2**30} GB in one collection. "
        "Collect in parts."
    )


def _within_total(entries: Iterator[Entry]) -> Iterator[Entry]:
    total = 0
    for number, entry in enumerate(entries, start=1):
        total += len(entry.content)
        if number > MOST_FILES or total > MOST_TOTAL:
            raise _too_much()
        yield entry


def _wanted(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") and part.strip(".") for part in path.parts)
    return not hidden and not _SKIPPED.intersection(path.parts)


def _unpacked(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Open the archives that students handed in, within bounds of their own."""
    for entry in entries:
        if entry.path.suffix.lower() == ".zip" and zipfile.is_zipfile(io.BytesIO(entry.content)):
            yield from _of_packed(entry)
        else:
            yield entry


def _of_packed(entry: Entry) -> Iterator[Entry]:
    try:
        with zipfile.ZipFile(io.BytesIO(entry.content)) as archive:
            members = list(_members(archive))
            size = sum(info.file_size for info, _ in members)
            if len(members) > MOST_PACKED or size > MOST_UNPACKED:
                told = f"{MOST_PACKED:,} files or {MOST_UNPACKED // 2**20} MB"
                problem = f"The zip was not opened: it holds more than {told}."
                yield replace(entry, content=b"", problem=problem)
                return
            for info, path in members:
                one = _of_member(archive, info, path, UTC)
                # A student sets the times inside; the archive's own is the platform's.
                place = PurePosixPath(*entry.path.parts, *path.as_posix().lstrip("/").split("/"))
                yield replace(one, path=place, time=entry.time, inside=entry.path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield replace(entry, content=b"", problem=f"The zip cannot be opened: {error}.")


def _of_folder(source: Path) -> Iterator[Entry]:
    for path, place in _places(source):
        yield _of_file(path, place)


def _places(source: Path) -> Iterator[tuple[Path, PurePosixPath]]:
    for here, folders, files in os.walk(source):  # follows no links to folders
        folders.sort()
        links = [name for name in folders if (Path(here) / name).is_symlink()]
        for name in sorted([*files, *links]):
            path = Path(here) / name
            place = PurePosixPath(path.relative_to(source).as_posix())
            if _wanted(place):
                yield path, place


def _of_file(path: Path, place: PurePosixPath) -> Entry:
    # Without waiting: to open a pipe would take for ever.
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        facts = path.lstat()
        why = "it is a link" if stat.S_ISLNK(facts.st_mode) else str(error.strerror)
        time = datetime.fromtimestamp(facts.st_mtime, UTC)
        return Entry(place, b"", time, f"The file was not read: {why}.")
    with open(number, "rb") as file:  # noqa: PTH123  an open descriptor is no path
        facts = os.fstat(number)
        time = datetime.fromtimestamp(facts.st_mtime, UTC)
        if not stat.S_ISREG(facts.st_mode):
            return Entry(place, b"", time, "The file was not read: it is no ordinary file.")
        content = file.read(MOST_BYTES + 1)
    return _bounded(place, content, time)


def _bounded(place: PurePosixPath, content: bytes, time: datetime | None) -> Entry:
    if len(content) > MOST_BYTES:
        return Entry(place, b"", time, f"The file is larger than {MOST_BYTES // 2**20} MB.")
    return Entry(place, content, time)


class _Bounded(io.FileIO):
    """A zip's file that never gives more than a bound at once, such as a huge list of files."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_DIRECTORY:
            raise zipfile.BadZipFile("its list of files is too long")
        return super().read(MOST_DIRECTORY if size is None or size < 0 else size) or b""


def _of_zip(source: Path, zone: tzinfo) -> Iterator[Entry]:
    with _opened(source) as archive:
        for info, path in _members(archive):
            yield _of_member(archive, info, path, zone)


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with _Bounded(source) as file, zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise RefusedError(f"{source} cannot be read as a zip: {error}.") from error


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    for info in sorted(archive.infolist(), key=lambda info: info.filename):
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if not info.is_dir() and path.parts and _wanted(path):
            yield info, path


def _of_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: PurePosixPath, zone: tzinfo
) -> Entry:
    try:
        time = datetime(*info.date_time, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        time = None
    if why := _suspect(info, path):
        return Entry(path, b"", time, f"The file was not read: {why}.")
    try:
        with archive.open(info) as file:
            return _bounded(path, file.read(MOST_BYTES + 1), time)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
        # RuntimeError: a password is wanted; NotImplementedError, its child: an unknown packing.
        return Entry(path, b"", time, f"The file cannot be unpacked: {error}.")


def _suspect(info: zipfile.ZipInfo, path: PurePosixPath) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "it is a link" if kind == stat.S_IFLNK else "it is no ordinary file"
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "its path leads out of the archive"
    if info.file_size > MOST_BYTES:
        return f"it is larger than {MOST_BYTES // 2**20} MB"
    if info.file_size > 2**20 and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        return "it is packed so tightly that it looks like a bomb"
    return ""
