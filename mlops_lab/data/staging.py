"""Write into the cache all or nothing: in a folder beside, then moved into place."""

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlops_lab.data.errors import DataError
from mlops_lab.data.folders import CACHE_VARIABLE, obstacle

__all__ = ["install", "staging"]

_PREFIX = ".part-"
# A download that runs writes at least every half minute, or it times out.
_ABANDONED_SECONDS = 600
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def staging(cache: Path, name: str) -> Iterator[Path]:
    """Yield a new folder inside the cache, and remove it at the end, whatever happened.

    Each process has its own, so two that download the same data do not meet before `install`.
    Folders that a killed process left behind are removed too.

    Parameters
    ----------
    cache : Path
        The cache; made if it is not there.
    name : str
        The data set's name.

    Yields
    ------
    Path
        An empty folder on the same disk as the cache.

    Raises
    ------
    DataError
        The cache cannot be written, or its disk is full.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _sweep(cache)
        with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{name}-", dir=cache) as folder:
            yield Path(folder)
    except OSError as error:
        raise _storage_error(cache, error) from error


def install(stage: Path, folder: Path, names: list[str]) -> None:
    """Move verified files into their final place, each in one step.

    Parameters
    ----------
    stage : Path
        Where they are, on the same disk.
    folder : Path
        Where they go; made if it is not there. Files of these names are replaced.
    names : list of str
        The files' names.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    folder.mkdir(exist_ok=True)
    for name in names:
        (stage / name).replace(folder / name)


def _sweep(cache: Path) -> None:
    for left in cache.glob(f"{_PREFIX}*"):
        if time.time() - _last_written(left) > _ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _last_written(folder: Path) -> float:
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    except OSError:
        return time.time()  # its owner is removing it at this moment


def _storage_error(cache: Path, error: OSError) -> DataError:
    said = error.strerror or str(error)
    if error.errno in _FULL:
        problem = f"There is no room for the data in {cache} ({said})"
        return DataError(f"{problem}; free some, or set {CACHE_VARIABLE} to a folder with room.")
    problem = f"The data folder {cache} cannot be written ({obstacle(cache) or said})"
    return DataError(f"{problem}; set {CACHE_VARIABLE} to a folder that you may write to.")
