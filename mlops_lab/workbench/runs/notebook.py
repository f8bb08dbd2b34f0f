"""Read a notebook file into memory, in the newest format, or say why not."""

import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.core import write_whole
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["read_notebook", "tagged", "write_notebook"]


def read_notebook(
    path: Path, *, any_language: bool = False, text: str | None = None
) -> "NotebookNode":
    """Read a Python notebook, upgraded so that every cell has an id.

    Parameters
    ----------
    path : Path
        An ``.ipynb`` file.
    any_language : bool
        Take one in another language than Python, too: what is not run can be shown.
    text : str, optional
        What was in the file when somebody read it; it is read by default.

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

    broken = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
    try:
        node = _newest(path.read_text(encoding="utf-8-sig") if text is None else text)
    except RefusedError as error:
        raise RefusedError(f"{path} {error}") from error
    except (*broken, nbformat.ValidationError) as error:
        reason = str(error).strip().splitlines()
        raise RefusedError(
            f"{path} is not a readable notebook: {reason[0] if reason else type(error).__name__}"
        ) from error
    if not any_language:
        _require_python(path, node)
    return node


def _newest(text: str) -> "NotebookNode":
    import nbformat
    from nbformat.validator import normalize

    node = nbformat.convert(nbformat.reader.reads(text), 4)
    node = nbformat.v4.upgrade(node) or node
    _require_own_ids(node)
    with warnings.catch_warnings():  # nbformat warns of every id it gives
        warnings.simplefilter("ignore")
        _, node = normalize(node)
    nbformat.validate(node)
    _require_marks(node)
    # What was format 3 still has that format's own class, which papermill takes for a path.
    newest: NotebookNode = nbformat.from_dict(node)
    return newest


def _require_own_ids(nb: "NotebookNode") -> None:
    counted = Counter(str(cell["id"]) for cell in nb.cells if "id" in cell)
    twice = [name for name, count in counted.items() if count > 1]
    if twice:
        raise RefusedError(
            f"has more than one cell with the id {twice[0]!r}. "
            "Open and save it in Jupyter, which gives each cell its own."
        )


def _require_marks(nb: "NotebookNode") -> None:
    for each in (nb, *nb.cells):
        if not isinstance(each.metadata.get("papermill", {}), dict):
            raise RefusedError(
                "has a metadata.papermill that is not a mapping. Remove it; a run writes its own."
            )


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

    write_whole(path, nbformat.writes(nb) + "\n")
