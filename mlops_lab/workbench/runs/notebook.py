"""Read a notebook file into memory, in the newest format, or say why not."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["read_notebook", "tagged", "write_notebook"]


def read_notebook(path: Path) -> "NotebookNode":
    """Read a Python notebook, upgraded so that every cell has an id.

    Parameters
    ----------
    path : Path
        An ``.ipynb`` file.

    Returns
    -------
    NotebookNode
        Valid in nbformat 4.5 or newer; old formats are upgraded, missing ids are given.

    Raises
    ------
    RefusedError
        When the file cannot be read, is no notebook, or is written in another language.
    """
    import nbformat  # only a run needs it, and it slows every other command down
    from nbformat.validator import normalize

    try:
        raw = nbformat.reader.reads(path.read_text(encoding="utf-8"))
        node = nbformat.convert(raw, 4)
        node = nbformat.v4.upgrade(node) or node
        _, node = normalize(node)
        nbformat.validate(node)
    except (OSError, ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        reason = str(error).strip().splitlines()
        raise RefusedError(
            f"{path} is not a readable notebook: {reason[0] if reason else type(error).__name__}"
        ) from error
    _require_python(path, node)
    read: NotebookNode = node
    return read


def _require_python(path: Path, nb: "NotebookNode") -> None:
    meta = nb.metadata
    language = meta.get("language_info", {}).get("name") or meta.get("kernelspec", {}).get(
        "language"
    )
    if language not in (None, "python"):
        raise RefusedError(f"{path} is written in {language}; only Python notebooks run here.")


def tagged(nb: "NotebookNode", tag: str) -> list["NotebookNode"]:
    """Return the cells that carry a tag, in order; empty when none does."""
    return [cell for cell in nb.cells if tag in cell.metadata.get("tags", [])]


def write_notebook(nb: "NotebookNode", path: Path) -> None:
    """Write a notebook beside `path` first, so that a half-written one never stands there."""
    import nbformat  # only a run needs it, and it slows every other command down

    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        text = nbformat.writes(nb)
        beside.write_text(text + "\n", encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
