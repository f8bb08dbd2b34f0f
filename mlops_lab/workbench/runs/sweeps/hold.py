"""One sweep at a time in a folder, which is tried before the first kernel starts."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlops_lab.core import beside
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.lock_file import described, read_owner, write_owner

__all__ = ["hold"]

_LOCK = ".lock"


@contextmanager
def hold(out: Path, doing: str) -> Iterator[None]:
    """Hold the folder of a sweep until the end of the block.

    Parameters
    ----------
    out : Path
        Made when it is not there.
    doing : str
        The command, such as ``"sweep"``; others are told of it.

    Raises
    ------
    RefusedError
        When it cannot be made or written, or another process, on whichever host, holds it. A
        process that is gone holds nothing.

    Notes
    -----
    A folder that was made here and has no result at the end is removed again.
    """
    made = [each for each in (out, *out.parents) if not each.exists()]
    try:
        _try(out)
        with _locked(out, doing):
            yield
    finally:
        if made:
            _tidy(out, made)


@contextmanager
def _locked(out: Path, doing: str) -> Iterator[None]:
    try:
        import fcntl  # Windows has none, and no lock then
    except ImportError:
        yield
        return
    with (out / _LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise RefusedError(
                    f"Another sweep is at work in {out}: {described(read_owner(file))}. Wait for "
                    "its end, or name another folder with -o."
                ) from error
            raise RefusedError(
                f"The file system of {out} cannot lock files ({error.strerror}), so two sweeps "
                "could lose each other's results. Name a folder on this machine's own disk."
            ) from error
        write_owner(file, doing)
        try:
            yield
        finally:
            file.truncate(0)


def _tidy(out: Path, made: list[Path]) -> None:
    with suppress(OSError):  # it holds results, or was never made
        (out / "points").rmdir()
        for name in (_LOCK, "sweep.json"):
            (out / name).unlink(missing_ok=True)
        for each in made:  # the deepest first
            each.rmdir()


def _try(out: Path) -> None:
    """Make the folder, and write and remove a file in each place that a sweep writes to."""
    for folder in (out, out / "points"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            trial = beside(folder / "trial")
            trial.write_bytes(b"\n")
            trial.unlink()
        except OSError as error:
            raise RefusedError(
                f"Results cannot be written to {folder}: {error.strerror}. Name another folder "
                "with -o."
            ) from error
    for name in ("results.parquet", "results.csv", "sweep.json"):
        if (out / name).is_dir():
            raise RefusedError(f"{out / name} is a folder. Name another folder with -o.")
