"""Run a lesson with papermill, in an empty folder, and give the executed copy."""

from pathlib import Path

import nbformat
import papermill
from nbformat import NotebookNode

__all__ = ["WORK", "run"]

WORK = "work"
CELL_SECONDS = 300


def run(lesson: Path, chosen: dict[str, int | str], folder: Path) -> NotebookNode:
    """Run a lesson with the parameters `chosen`, with the new folder `folder / WORK` as its own."""
    (folder / WORK).mkdir()
    executed = folder / "executed.ipynb"
    try:
        papermill.execute_notebook(
            lesson,
            executed,
            parameters=chosen,
            cwd=folder / WORK,
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=CELL_SECONDS,
        )
    except papermill.PapermillExecutionError:
        # papermill also raises, at the end, for a cell tagged raises-exception. It has written
        # the copy by then, and the checks on executed notebooks tell the two apart.
        assert executed.exists(), "papermill wrote no executed copy"
    nb = nbformat.read(executed, as_version=4)
    return _without_error_marks(nb)


def _without_error_marks(nb: NotebookNode) -> NotebookNode:
    mark = "papermill-error-cell-tag"
    nb.cells = [cell for cell in nb.cells if mark not in cell.metadata.get("tags", [])]
    return nb
