"""A small notebook in the class folder that shows the marking panel."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.folder import ClassFolder

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["PLACE", "write_desk"]

PLACE = "marking"
_TEXT = """\
# Marking {assignment}

Tick the lines of the rubric that are met, or type points; **Next** saves and goes on. Where \
there is no panel below, run the cell. `panel("..", "{assignment}", again=True)` in it shows those \
too that are marked."""
_CODE = """\
from mlops_lab.workbench.classroom.mark import panel

panel("..", "{assignment}")"""


def write_desk(folder: ClassFolder, assignment: str) -> Path:
    """Write the notebook with the panel for an assignment, once; it holds no marks.

    Parameters
    ----------
    folder : ClassFolder
        The notebook goes to its ``marking/``.
    assignment : str
        Its id.

    Returns
    -------
    Path
        Of the notebook. One that is there already is left as it is.
    """
    from mlops_lab.workbench.classroom.names import private_folder
    from mlops_lab.workbench.runs.notebook import write_notebook

    path = folder.path / PLACE / f"{assignment}.ipynb"
    if not path.exists():
        private_folder(path.parent)
        write_notebook(_notebook(assignment), path)
    return path


def _notebook(assignment: str) -> "NotebookNode":
    import nbformat

    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [
        nbformat.v4.new_markdown_cell(_TEXT.format(assignment=assignment), id="how"),
        nbformat.v4.new_code_cell(
            _CODE.format(assignment=assignment), id="panel",
            metadata={"jupyter": {"source_hidden": True}},
        ),
    ]  # fmt: skip
    nb: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    return nb
