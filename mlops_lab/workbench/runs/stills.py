"""The states of a notebook's explorers, drawn by its own kernel after its last cell."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["CELL", "asking", "keep", "stills_of"]

CELL = "mlops-lab-stills"
"""The id of the cell that draws."""
_CODE = "from mlops_lab.kit.stills import draw_stills\n\ndraw_stills()"


def asking(nb: "NotebookNode") -> "NotebookNode":
    """Return a copy of a notebook that ends with a cell which draws the states."""
    from nbformat import from_dict
    from nbformat.v4 import new_code_cell

    node: NotebookNode = from_dict(nb)
    node.cells.append(new_code_cell(_CODE, id=CELL))
    return node


def keep(nb: "NotebookNode") -> None:
    """Move what that cell of an executed notebook has drawn into the metadata, and drop the cell.

    Parameters
    ----------
    nb : NotebookNode
        Changed in place; one without such a cell stays as it is.
    """
    from mlops_lab.kit.stills import STILLS  # the kit is heavier than a refused run needs

    if not nb.cells or nb.cells[-1].id != CELL:
        return
    outputs = nb.cells.pop().outputs
    drawn = [one.data[STILLS] for one in outputs if STILLS in one.get("data", {})]
    nb.metadata.setdefault("mlops_lab", {})["stills"] = drawn


def stills_of(nb: "NotebookNode") -> list[dict[str, Any]] | None:
    """Return the states that a run has kept, one entry an explorer; None when it was not asked to.

    `mlops_lab.kit.stills.draw_stills` says what an entry holds.
    """
    found: list[dict[str, Any]] | None = nb.metadata.get("mlops_lab", {}).get("stills")
    return found
