"""A student's own notebook, read as the plan of a grading: their answers, the tests they see."""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.grade.names import bound
from mlops_lab.workbench.classroom.grade.plan import ANSWER, TEST, Plan, Step, make_plan
from mlops_lab.workbench.classroom.release import find_master
from mlops_lab.workbench.classroom.sandbox.cells import without_magics
from mlops_lab.workbench.classroom.student_version import CELLS, STUB_SAYS, short_digest
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "added",
    "altered",
    "last_of_each",
    "lesson_of",
    "name_all",
    "name_of",
    "own_plan",
    "says",
    "unanswered",
]

_NO_TEST = 'raise SyntaxError("this test is not as it was handed out; put its cell back")'


def _facts(cell: "NotebookNode") -> Mapping[str, object]:
    facts = cell.metadata.get("nbgrader")
    return facts if isinstance(facts, Mapping) else {}


def name_of(cell: "NotebookNode") -> str:
    """Return a cell's grade_id; empty without."""
    return str(_facts(cell).get("grade_id") or "")


def name_all(nb: "NotebookNode") -> None:
    """Give graded cells that lost their grade_id their cell's id for one."""
    for cell in nb.cells:
        if not name_of(cell) and any(says(cell, what) for what in ("grade", "solution", "task")):
            cell.metadata["nbgrader"]["grade_id"] = cell.id


def says(cell: "NotebookNode", what: str) -> bool:
    """Say whether nbgrader's metadata calls a cell ``grade``, ``solution`` or ``task``."""
    return bool(_facts(cell).get(what))


def lesson_of(nb: "NotebookNode") -> str:
    """Return the lesson that a notebook says it belongs to; empty without."""
    ours = nb.metadata.get("mlops_lab")
    told = ours.get("assignment", ours.get("lesson")) if isinstance(ours, Mapping) else None
    return "" if told is None else str(told)


def last_of_each(nb: "NotebookNode") -> tuple[list["NotebookNode"], list[str]]:
    """Of copies of a graded cell keep the last that is written, as the grader does."""
    chosen: dict[str, list[NotebookNode]] = {}
    for cell in nb.cells:
        if name_of(cell):
            chosen.setdefault(name_of(cell), []).append(cell)
    kept = {name: ([c for c in some if not unanswered(c)] or some)[-1]
            for name, some in chosen.items()}  # fmt: skip
    notes = [f"There are {len(some)} cells {name}; the last written counts."
             for name, some in chosen.items() if len(some) > 1]  # fmt: skip
    return [c for c in nb.cells if not name_of(c) or kept[name_of(c)] is c], notes


def unanswered(cell: "NotebookNode") -> bool:
    """Say whether an answer is empty, or nothing but nbgrader's stub."""
    if cell.cell_type != "code":
        return cell.source.strip() in ("", "YOUR ANSWER HERE")
    tree = _parsed(cell.source)
    if tree is None:
        return False
    parts = [part for node in tree.body if isinstance(node, _BLOCK) for part in _parts(node)]
    return (
        not tree.body
        or any(map(_is_stub, tree.body))
        or (bool(parts) and all(_is_stub(_first(one)) for one in parts))
    )


_DEF = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCK = (*_DEF, ast.ClassDef)


def _parts(node: ast.stmt) -> Iterator[ast.stmt]:
    if isinstance(node, ast.ClassDef):
        yield from (one for one in node.body if isinstance(one, _DEF))
    else:
        yield node


def _first(function: ast.stmt) -> ast.stmt:
    body: list[ast.stmt] = function.body  # type: ignore[attr-defined]  # a function has one
    told = ast.get_docstring(function) is not None  # type: ignore[arg-type]  # likewise
    return body[1] if told and len(body) > 1 else body[0]


def _is_stub(node: ast.stmt) -> bool:
    said = ("", repr(STUB_SAYS))  # nbgrader's own stub, and ours
    return ast.unparse(node) in {f"raise NotImplementedError({one})" for one in said}


def _parsed(source: str) -> ast.Module | None:
    for text in (source, without_magics(source)):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # whatever was typed
            continue
    return None


def own_plan(nb: "NotebookNode") -> Plan:
    """Plan as for a master, with the student's answers for solutions and visible tests only."""
    tidy = deepcopy(nb)
    for cell in tidy.cells:
        if cell.cell_type == "code" and _parsed(cell.source) is None:
            # An answer fails when it runs, with the place; other cells would fail in the notebook.
            cell.source = _NO_TEST if says(cell, "grade") else "pass"
    plan = make_plan(tidy)
    return replace(plan, steps=tuple(_own(step) for step in plan.steps))


def _own(step: Step) -> Step:
    if step.kind == TEST:
        lines = enumerate(step.source.split("\n"), 1)
        visible = "\n".join("" if i in step.hidden else line for i, line in lines)
        return replace(step, source=visible, hidden=())
    if step.kind == ANSWER:  # what an answer imports for itself is not for tests
        nodes = ast.walk(ast.parse(step.source))
        imports = [one for one in nodes if isinstance(one, ast.Import | ast.ImportFrom)]
        here = {(n.asname or n.name).split(".")[0] for one in imports for n in one.names}
        return replace(step, names=tuple(name for name in step.names if name not in here))
    return step


def _digests(nb: "NotebookNode") -> Mapping[str, object]:
    found = nb.metadata.get(CELLS)
    return found if isinstance(found, Mapping) else {}


def _given(nb: "NotebookNode", course: Path | None) -> set[str]:
    """Return the ids of the cells that were handed out; none where nobody knows."""
    if digests := _digests(nb):
        return {str(one) for one in digests}
    try:
        master = read_notebook(find_master(lesson_of(nb), course))
    except RefusedError:
        return set()
    same = {name_of(one) for one in nb.cells} == {name_of(one) for one in master.cells}
    return {one.id for one in master.cells} if same else set()


def altered(nb: "NotebookNode") -> list[str]:
    """Tell of tests and provided cells that are not as they were handed out.

    Tests by the checksum that nbgrader put there, other cells by the digests of a release.
    """
    told, digests = [], _digests(nb)
    for cell in nb.cells:
        digest = digests.get(cell.get("id", ""))
        if digest and not name_of(cell) and digest != short_digest(cell.source):
            told.append(
                f"The cell {cell.id} is not as it was handed out. Graders run the one that was: "
                "your answers must not rely on the change."
            )
        given = _facts(cell).get("checksum")
        if given and says(cell, "grade") and says(cell, "locked") and _checksum(cell) != given:
            told.append(
                f"The test {name_of(cell)} is not as it was handed out. Graders run the one that "
                "was: what yours says of your answer may not hold."
            )
    return told


def _checksum(cell: "NotebookNode") -> str:
    """Return what nbgrader's ``compute_checksum`` does; it need not be installed for a check."""
    kinds = [str(says(cell, what)) for what in ("grade", "solution", "locked")]
    points = _facts(cell).get("points", 0)
    worth = [str(float(points))] if isinstance(points, int | float) else []
    parts = [cell.source, cell.cell_type, *kinds, name_of(cell), *worth]
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def added(nb: "NotebookNode", course: Path | None = None) -> list[str]:
    """Tell of cells that the student added and on which answers rely: no grader sees them.

    What was added is known from what a release notes of its cells, or from the assignment's master
    where it is in the course; elsewhere nobody knows.
    """
    given = _given(nb, course)
    if not given:
        return []
    used = {
        node.id
        for cell in nb.cells
        if cell.cell_type == "code" and says(cell, "solution")
        for node in ast.walk(_parsed(cell.source) or ast.Module([], []))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    told = []
    for cell in nb.cells:
        tree = _parsed(cell.source) if cell.cell_type == "code" else None
        if cell.id in given or name_of(cell) or tree is None:
            continue
        told += [
            f"Your answers use {name}, which is in a cell of your own. Graders take only the "
            "answers' cells: move it into one of them."
            for name in sorted(bound(ast.unparse(tree)) & used)
        ]
    return told
