"""Run a lesson with papermill, in an empty folder, and give the executed copy.

A lesson that has run is not run again for another test of the same parallel run, whatever worker
that is on.
"""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
import papermill
import pytest
from choices import is_public, real_data
from filelock import FileLock
from memory import peak_of_children
from nbformat import NotebookNode

from mlops_lab.workbench.kernels import SWITCH

__all__ = ["WORK", "Ran", "of_all_workers", "run", "run_once"]

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


@dataclass(frozen=True)
class Ran:
    """What came of a lesson's run.

    Attributes
    ----------
    copy : str
        The file of the executed copy.
    written : list of str
        Files that the lesson left in its folder.
    peak : int
        Bytes that its kernel, and what that started, took at the most.
    """

    copy: str
    written: list[str]
    peak: int


def of_all_workers(factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of a parallel run share."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def run_once(lesson: Path, chosen: dict[str, int | str], shared: Path) -> Ran:
    """Run a lesson with the parameters `chosen`, or give what came when another test did so.

    Its kernel starts afresh and is a child of this process, so that its memory is seen.
    """
    folder = shared / "ran" / "-".join([lesson.stem, *map(str, chosen.values())])
    folder.mkdir(parents=True, exist_ok=True)
    facts = folder / "ran.json"
    with FileLock(folder / "lock"):
        if not facts.exists():
            told = asdict(_ran(lesson, chosen, Path(tempfile.mkdtemp(dir=folder))))
            (folder / "part").write_text(json.dumps(told), encoding="utf-8")
            (folder / "part").replace(facts)
        return Ran(**json.loads(facts.read_text(encoding="utf-8")))


def _ran(lesson: Path, chosen: dict[str, int | str], folder: Path) -> Ran:
    with pytest.MonkeyPatch.context() as patch, peak_of_children() as peak:
        patch.setenv(SWITCH, "off")
        if any(map(is_public, map(str, chosen.values()))):
            patch.setenv("MLOPS_LAB_DATA", str(real_data().resolve()))
        nb = run(lesson, chosen, folder)
    copy = folder / lesson.name
    nbformat.write(nb, copy)
    return Ran(str(copy), [path.name for path in (folder / WORK).rglob("*")], peak.bytes)


def _without_error_marks(nb: NotebookNode) -> NotebookNode:
    mark = "papermill-error-cell-tag"
    nb.cells = [cell for cell in nb.cells if mark not in cell.metadata.get("tags", [])]
    return nb
