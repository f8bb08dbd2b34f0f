"""The notebook `Start here.ipynb`: written anew by each `mlops-lab lab`, yours below its line."""

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.study.as_saved import as_saved
from mlops_lab.workbench.study.files import as_bytes, put, put_aside
from mlops_lab.workbench.study.merge import merged
from mlops_lab.workbench.study.navigation import START
from mlops_lab.workbench.study.page import Page
from mlops_lab.workbench.study.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode
    from nbformat.sign import NotebookNotary

__all__ = ["PAGE", "write_page"]

PAGE = START
"""The notebook that opens first."""
_TITLE = """\
# Start here

These are your own copies of the lessons: write in them, break them, add cells. `mlops-lab update` \
brings new text and keeps what is yours, `mlops-lab reset 2.6` gives one lesson afresh. Below you \
see where you stand, as of what is saved."""
_CODE = "from mlops_lab.workbench import study\n\nstudy.start()"
_FOLDED = {"jupyter": {"source_hidden": True}}  # the map is what somebody came for
_LINE = """\
---
*Below this line is yours. What you add here stays when the page above is written anew.*"""


def write_page(space: Workspace, page: Page) -> str:
    """Write the start page with its content in it, so that it is read before any kernel runs.

    Parameters
    ----------
    space : Workspace
    page : Page
        From `start`.

    Returns
    -------
    str
        What went wrong with the page that was there, or with signing; empty otherwise.
    """
    path, base = space.file(PAGE), space.base(PAGE)
    new, said, mine = _page(page), "", None
    if path.exists():
        try:
            mine = read_notebook(path)
        except RefusedError as error:
            aside = put_aside(path.with_stem("Start here.unreadable"), path.read_bytes())
            said = f"{error} It is kept as {aside}, and a new one was written."
    trusted = mine is None or _is_trusted(mine)
    result = _with_yours(_old(base), mine, new) if mine is not None else new
    put(path, as_bytes(result))
    put(base, as_bytes(new))
    told = _trust(result) if trusted else ""
    return f"{said} {told}".strip()


def _page(page: Page) -> "NotebookNode":
    import nbformat  # slow to import

    shown = nbformat.v4.new_output(
        "execute_result", data={"text/html": page._repr_html_(), "text/plain": repr(page)}
    )
    cells = [
        nbformat.v4.new_markdown_cell(_TITLE, id="start-title"),
        nbformat.v4.new_code_cell(_CODE, id="start-map", outputs=[shown], metadata=_FOLDED),
        nbformat.v4.new_markdown_cell(_LINE, id="start-line"),
    ]
    return as_saved(nbformat.v4.new_notebook(cells=cells))


def _old(base: Path) -> "NotebookNode | None":
    try:
        return read_notebook(base)
    except RefusedError:  # the first time, or damaged
        return None


def _with_yours(
    old: "NotebookNode | None", mine: "NotebookNode", new: "NotebookNode"
) -> "NotebookNode":
    """Merge, then put back what makes it a start page: its cells first, with today's map."""
    nb = merged(old, mine, new).nb
    ours = {cell.id: cell for cell in new.cells}
    yours = [cell for cell in nb.cells if cell.id not in ours]
    kept = {cell.id: cell for cell in nb.cells if cell.id in ours}
    nb.cells = [kept.get(key, cell) for key, cell in ours.items()] + yours
    for cell in nb.cells:
        if cell.id == "start-map" and cell.source == _CODE:
            cell.outputs, cell.execution_count = ours["start-map"].outputs, None
    return nb


def _is_trusted(nb: "NotebookNode") -> bool:
    try:
        with _notary() as notary:
            return bool(notary.check_signature(nb))
    except (OSError, sqlite3.Error):  # Jupyter's own folder is full or not to be read
        return False


def _trust(nb: "NotebookNode") -> str:
    # JupyterLab leaves pictures out of what nobody vouches for. This page is ours; one with
    # cells of the learner's is signed only if it was trusted before.
    try:
        with _notary() as notary:
            notary.sign(nb)
    except (OSError, sqlite3.Error) as error:
        return f"The map shows when you run its cell: it could not be signed ({error})."
    return ""


@contextmanager
def _notary() -> "Iterator[NotebookNotary]":
    from jupyter_core.paths import jupyter_data_dir
    from nbformat.sign import NotebookNotary

    # Left to itself, it starts a Jupyter application to ask for the folder, which sets up logging
    # afresh and so closes the files of every handler that there is in this process.
    folder = Path(jupyter_data_dir())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    notary = NotebookNotary(data_dir=str(folder))
    try:
        yield notary
    finally:
        notary.store.close()
