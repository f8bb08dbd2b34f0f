"""Bring a notebook into the form it is stored in: no outputs but those that tests compare."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.engine import execute, prepare
from mlops_lab.workbench.runs.failure import Failure, find_failure
from mlops_lab.workbench.runs.kept import room
from mlops_lab.workbench.runs.notebook import read_notebook, tagged, write_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["COMPARED", "store"]

COMPARED = "nbval-check-output"
"""Cells with this tag keep their output; tests compare it with what a fresh run gives."""


def store(notebook: Path) -> Failure | None:
    """Strip a notebook, run it if it has outputs to keep, and write it back.

    Parameters
    ----------
    notebook : Path
        Rewritten in place, and only when every cell passed.

    Returns
    -------
    Failure or None
        The cell it stopped at; the file is as it was then.

    Raises
    ------
    RefusedError
        For a file that is no notebook, or one that cannot be written; before it is run.
    KernelError
        When no kernel could be started.
    """
    source = read_notebook(notebook)
    compared = [cell.id for cell in tagged(source, COMPARED)]
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    with room(notebook):
        if compared:
            ran = prepare(source, {})
            ended = execute(ran, title=notebook.stem)
            if failure := find_failure(ran, source, ended, None):
                return failure
            _keep(source, {cell.id: cell for cell in ran.cells if cell.id in compared})
        write_notebook(source, notebook)
    return None


def _keep(source: "NotebookNode", ran: "dict[str, NotebookNode]") -> None:
    """Copy outputs over. A count of 1 says that the cell ran: nbval asks for one."""
    for cell in source.cells:
        if cell.id in ran:
            cell.outputs, cell.execution_count = ran[cell.id].outputs, 1
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = 1
