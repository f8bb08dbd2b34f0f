"""The student's version of an assignment, made in memory by nbgrader's own steps, and its gate."""

from copy import deepcopy

from nbclient import NotebookClient
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    LockCells,
)
from rules.assignment import HIDDEN, SOLUTION, facts
from rules.reading import code_cells, where

__all__ = ["problems", "run", "student_version", "traces"]

STEPS = (
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
)
CELL_SECONDS = 300


def student_version(master: NotebookNode) -> NotebookNode:
    """Do what nbgrader does when it makes an assignment, without its database."""
    nb = deepcopy(master)
    for step in STEPS:
        nb, _ = step().preprocess(nb, {})
    return nb


def run(nb: NotebookNode, folder: str) -> NotebookNode:
    """Run every cell, also after one that failed."""
    resources = {"metadata": {"path": folder}}
    client = NotebookClient(nb, timeout=CELL_SECONDS, allow_errors=True, resources=resources)
    executed: NotebookNode = client.execute()
    return executed


def problems(executed: NotebookNode) -> list[str]:
    """Tests fail, and only with NotImplementedError; everything else runs."""
    found = []
    for cell in code_cells(executed):
        errors = [output.ename for output in cell.outputs if output.output_type == "error"]
        flags = facts(cell) or {"grade": False, "solution": False}
        test = flags["grade"] and not flags["solution"]
        if test and not errors:
            found.append(f"{where(cell)} passes before the task is done")
        if any(name != "NotImplementedError" for name in errors):
            found.append(f"{where(cell)} fails with {errors[0]}; only NotImplementedError may")
        elif errors and not (flags["grade"] or flags["solution"]):
            found.append(f"{where(cell)} fails and belongs to no task")
    return found


def traces(master: NotebookNode, student: NotebookNode) -> list[str]:
    """Lines of solutions and hidden tests that the student's version still shows."""
    marks = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN", "END HIDDEN")
    shown = "\n".join(cell.source for cell in student.cells)
    left = [mark for mark in marks if mark in shown]
    return left + sorted(_secret_lines(master) & _lines(shown))


def _secret_lines(master: NotebookNode) -> set[str]:
    """Lines inside the regions that do not stand outside of them as well."""
    whole = [cell.source for cell in master.cells]
    inside = [
        body for one in whole for region in (SOLUTION, HIDDEN) for body in region.findall(one)
    ]
    outside = [HIDDEN.sub("", SOLUTION.sub("", one)) for one in whole]
    return _lines("\n".join(inside)) - _lines("\n".join(outside))


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if line.strip()}
