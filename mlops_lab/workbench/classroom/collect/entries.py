"""Read the files of a folder or a zip, within bounds, and never write where they say.

Nothing is extracted: each file is read into memory and its path is only a clue to whose it is.
"""

import io
import os
import stat
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["Entry", "Source", "is_notebook"]

MOST_FILES = 500_000  # in all, by name only
MOST_BYTES = 32 * 2**20  # of one file
MOST_OWN, MOST_NOTEBOOKS, MOST_OWN_BYTES = 1000, 50, 128 * 2**20  # of one student
MOST_RATIO = 200  # of unpacked to packed, where more than a megabyte comes out
MOST_PACKED, MOST_UNPACKED = 1000, 64 * 2**20  # in a student's own zip
MOST_DIRECTORY = 64 * 2**20  # of the list of files in a zip
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # what programs write that know none
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
    over : int
        How many files this stands for that were over the bounds of one student; 0 for a file.
    """

    path: PurePosixPath
    content: bytes
    time: datetime | None
    problem: str = ""
    inside: PurePosixPath | None = None
    over: int = 0


def is_notebook(path: PurePosixPath) -> bool:
    """Tell by its name whether a file is meant to be a notebook."""
    return ".ipynb" in path.name.lower()


class Source:
    """A folder or a zip of what students handed in. Use it in a ``with`` statement.

    Parameters
    ----------
    path : Path
        A folder, or a zip archive.
    zone : tzinfo
        The zone of the times in a zip, which name none.

    Attributes
    ----------
    paths : list of PurePosixPath
        Of all files, as they are sorted; no file has been read. Hidden files and those that editors
        leave behind are not among them.

    Raises
    ------
    RefusedError
        From ``with``: when `path` is neither, or holds more files than any class hands in.
    """

    def __init__(self, path: Path, zone: tzinfo = UTC) -> None:
        self._path, self._zone = path, zone
        self._opened = ExitStack()
        self._files: list[tuple[PurePosixPath, Callable[[], Entry]]] = []
        self.paths: list[PurePosixPath] = []

    def __enter__(self) -> Self:
        """List the files."""
        if self._path.is_dir():
            found = _in_folder(self._path)
        elif zipfile.is_zipfile(self._path):
            archive = self._opened.enter_context(_opened(self._path))
            found = _in_zip(archive, self._zone)
        else:
            raise RefusedError(
                f"{self._path} is neither a folder nor a zip archive that can be read."
            )
        self._files = list(islice(found, MOST_FILES + 1))
        if len(self._files) > MOST_FILES:
            self._opened.close()
            raise RefusedError(
                f"More than {MOST_FILES:,} files in one collection. Collect in parts."
            )
        self.paths = [path for path, _ in self._files]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Close the zip."""
        self._opened.close()

    def by_owner(
        self, owner: Callable[[PurePosixPath], Hashable]
    ) -> Iterator[tuple[Hashable, Iterator[Entry]]]:
        """Read the files of one owner after the other; what each has in excess is not read.

        Parameters
        ----------
        owner : callable
            Gives whose a file is, from its path.

        Yields
        ------
        Hashable
            An owner, in the order of their first files.
        Iterator of Entry
            The files: notebooks first, then archives, then others, each kind sorted by path.
            Links, special files, encrypted and overly packed ones come with their problem. A zip
            is opened, one inside of that is not. The last tells how many were over the bounds.
        """
        groups = defaultdict[Hashable, list[tuple[PurePosixPath, Callable[[], Entry]]]](list)
        for path, read in self._files:
            groups[owner(path)].append((path, read))
        for key, files in groups.items():
            files.sort(key=lambda one: (not is_notebook(one[0]), not _is_packed(one[0])))
            yield key, _within_bounds(files)


def _within_bounds(files: Iterable[tuple[PurePosixPath, Callable[[], Entry]]]) -> Iterator[Entry]:
    """Read one owner's files until they are too many or too large; say at last what was left."""
    count = notebooks = size = over = 0
    last = PurePosixPath()
    for path, read in files:
        full = count >= MOST_OWN or size >= MOST_OWN_BYTES
        full = full or (is_notebook(path) and notebooks >= MOST_NOTEBOOKS)
        for entry in [Entry(path, b"", None)] if full else _unpacked(read()):
            notebook = is_notebook(entry.path)
            fits = count < MOST_OWN and size + len(entry.content) <= MOST_OWN_BYTES
            if full or not fits or notebooks + notebook > MOST_NOTEBOOKS:
                over, last = over + 1, path
            else:
                count, notebooks, size = count + 1, notebooks + notebook, size + len(entry.content)
                yield entry
    if over:
        more = f"{over:,} more file{' is' if over == 1 else 's are'}"
        bound = f"{MOST_OWN:,} files, {MOST_NOTEBOOKS} notebooks or {MOST_OWN_BYTES // 2**20} MB"
        told = f"{more} over the bound of {bound} from one student, and not kept."
        yield Entry(last, b"", None, told, over=over)


def _wanted(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") and part.strip(".") for part in path.parts)
    return not hidden and not _SKIPPED.intersection(path.parts)


def _is_packed(path: PurePosixPath) -> bool:
    return path.suffix.lower() == ".zip"


def _unpacked(entry: Entry) -> Iterator[Entry]:
    """Open an archive that a student handed in, within bounds of its own."""
    if _is_packed(entry.path) and zipfile.is_zipfile(io.BytesIO(entry.content)):
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


def _in_folder(source: Path) -> Iterator[tuple[PurePosixPath, Callable[[], Entry]]]:
    for path, place in _places(source):
        yield place, partial(_of_file, path, place)


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


def _in_zip(
    archive: zipfile.ZipFile, zone: tzinfo
) -> Iterator[tuple[PurePosixPath, Callable[[], Entry]]]:
    for info, path in _members(archive):
        yield path, partial(_of_member, archive, info, path, zone)


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
    if info.date_time <= _NO_TIME:
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
