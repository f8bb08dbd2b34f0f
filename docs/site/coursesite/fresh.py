"""Which lessons have to run before the site is built."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.core import ending_with_us
from mlops_lab.workbench.runs.course import lesson_paths
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.run import copy_of
from mlops_lab.workbench.runs.sweeps.key import surroundings

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["copy_name", "run_stale", "stale"]


def copy_name(lesson: str, path: Path) -> str:
    """Name the executed copy of a lesson as ``mlops-lab run`` does: ``4.5_drift.ipynb``."""
    return f"{copy_of(path, lesson)}.ipynb"


def stale(course: Path, executed: Path) -> list[Path]:
    """List the lessons of which no executed copy is at hand that would come out the same today.

    A copy counts when it passed, ran with the lesson's own parameters, has the cells of the lesson
    today, and says that it ran with today's package, libraries and data. Times are not looked at: a
    fresh clone is younger than everything.

    Parameters
    ----------
    course : Path
        The folder ``notebooks``.
    executed : Path
        Where executed copies are, if there are any.

    Returns
    -------
    list of Path
        Notebooks of the course, in its order.
    """
    return [path for path, copy in _copies(course, executed).items() if not _is_fresh(path, copy)]


def run_stale(course: Path, executed: Path) -> int:
    """Run the lessons that have to be, and draw the states of their explorers.

    Returns
    -------
    int
        The exit code of the run, 0 when none had to.
    """
    paths = stale(course, executed)
    if not paths:
        return 0
    command = [sys.executable, "-m", "mlops_lab.cli", "run", *map(str, paths)]
    command += ["--course", str(course), "-o", str(executed), "--stills"]
    return subprocess.run(ending_with_us(command), check=False).returncode


def _copies(course: Path, executed: Path) -> Mapping[Path, Path]:
    return {path: executed / copy_name(name, path) for name, path in lesson_paths(course).items()}


def _is_fresh(path: Path, copy: Path) -> bool:
    if not copy.is_file():
        return False
    ran = read_notebook(copy)
    told = ran.metadata.get("mlops_lab", {}).get("run", {})
    given = ran.metadata.get("papermill", {}).get("parameters")
    same = _sources(ran) == _sources(read_notebook(path))
    passed = told.get("state") == "passed" and told.get("surroundings") == surroundings()
    return passed and not given and same


def _sources(nb: "NotebookNode") -> list[tuple[str, str]]:
    return [
        (cell.id, cell.source)
        for cell in nb.cells
        if "injected-parameters" not in cell.metadata.get("tags", [])
    ]
