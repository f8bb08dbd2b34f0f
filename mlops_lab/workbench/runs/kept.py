"""The folder a run's copy is kept in: looked at before the run, so that no run is lost to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlops_lab.core import beside
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["room", "target"]


def target(notebook: Path, name: str, out: Path) -> Path:
    """Name the file a run's copy goes to, and refuse what it must not replace.

    Parameters
    ----------
    notebook : Path
        The source.
    name : str
        What the copy is called, without its ending.
    out : Path
        The folder; it need not be there yet.

    Returns
    -------
    Path
        ``<out>/<name>.ipynb``: nothing is there, or an older copy of a run.

    Raises
    ------
    RefusedError
        For the source's own folder, and where a folder or a notebook of somebody's own stands.
    """
    path = out / f"{name}.ipynb"
    source = notebook.resolve()
    if out.resolve() == source.parent or path.resolve() == source:
        raise RefusedError(f"{out} is where {notebook.name} itself lies. Name another folder.")
    if path.is_dir():
        raise RefusedError(f"{path} is a folder. Name another folder with -o.")
    if path.exists() and not _is_copy(path):
        raise RefusedError(
            f"{path} is there already and was not made by a run. Move it, or name another folder."
        )
    return path


def _is_copy(path: Path) -> bool:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        return isinstance(content["metadata"]["papermill"], dict)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


@contextmanager
def room(path: Path) -> Iterator[None]:
    """Make the folder of a file, try that the file can be written, and clean up afterwards.

    Folders that were made and are still empty at the end are removed again.

    Parameters
    ----------
    path : Path
        From `target`.

    Raises
    ------
    RefusedError
        When the folder cannot be made, or no such file in it.
    """
    out = path.parent
    made = [each for each in (out, *out.parents) if not each.exists()]
    try:
        _try_to_write(path)
        yield
    finally:
        for each in made:  # the deepest first
            with suppress(OSError):  # it holds the copy, or was never made
                each.rmdir()


def _try_to_write(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError(f"The folder {path.parent} cannot be made: {error.strerror}.") from error
    trial = beside(path)
    try:
        trial.write_bytes(b"\n")
        trial.unlink()
    except OSError as error:
        raise RefusedError(f"{path} cannot be written: {error.strerror}.") from error
