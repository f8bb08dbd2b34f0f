"""What a template has to import for some notebooks: heavy libraries only where they are used."""

from collections.abc import Iterable
from pathlib import Path

from mlops_lab.workbench.kernels.preload import modules_for
from mlops_lab.workbench.runs.notebook import read_notebook

__all__ = ["preload"]


def preload(notebooks: Iterable[Path]) -> tuple[str, ...]:
    """Choose what a template imports for some notebooks.

    Parameters
    ----------
    notebooks : iterable of Path
        Their code decides, as `modules_for` reads it.

    Returns
    -------
    tuple of str
        Modules, in the order of import.
    """
    return modules_for("\n".join({_code(path) for path in notebooks}))


def _code(path: Path) -> str:
    return "\n".join(cell.source for cell in read_notebook(path).cells if cell.cell_type == "code")
