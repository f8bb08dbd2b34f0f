"""What grading a release takes: its cells in order, and whose each of them is."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.classroom.frozen import tasks_of
from mlops_lab.workbench.classroom.grade.names import bound, carried
from mlops_lab.workbench.classroom.sandbox.cells import without_magics
from mlops_lab.workbench.classroom.task_map import task_map
from mlops_lab.workbench.runs.errors import RefusedError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "ANSWER",
    "PROVIDED",
    "TEST",
    "Plan",
    "Step",
    "from_document",
    "make_plan",
    "visible_source",
]

PROVIDED, ANSWER, TEST = "provided", "answer", "test"
_HIDDEN = re.compile(r"^\s*### (BEGIN|END) HIDDEN TESTS\s*$")


@dataclass(frozen=True)
class Step:
    """One code cell.

    Attributes
    ----------
    kind : str
        ``"provided"``, ``"answer"`` or ``"test"``.
    name : str
        Its grade_id, or its cell id.
    source : str
        As the master has it; of an answer, the solution.
    names : tuple of str
        Of an answer: what the solution binds.
    points : float
        Of a test.
    hidden : tuple of int
        Of a test: the lines that students never see.
    answers : tuple of str
        Of a test: what it is about, from `task_map`.
    carried : str
        Of a test: the helpers in its visible part, on which an answer may rely.
    """

    kind: str
    name: str
    source: str
    names: tuple[str, ...] = ()
    points: float = 0.0
    hidden: tuple[int, ...] = ()
    answers: tuple[str, ...] = ()
    carried: str = ""


@dataclass(frozen=True)
class Plan:
    """How submissions to one release are graded.

    Attributes
    ----------
    steps : tuple of Step
        The code cells in order.
    manual : tuple of (str, float, str)
        What a person reads: grade_id, points, and the grade_id of the answer, empty without one.
    modules : tuple of str
        What the cells import.
    """

    steps: tuple[Step, ...]
    manual: tuple[tuple[str, float, str], ...]
    modules: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return it as plain data, for `from_document`."""
        return asdict(self)

    @property
    def solutions(self) -> dict[str, str]:
        """The master's own answers, by grade_id."""
        return {one.name: one.source for one in self.steps if one.kind == ANSWER}


def from_document(document: Mapping[str, Any]) -> Plan:
    """Return the plan that `Plan.document` wrote."""
    steps = tuple(Step(**{**one, **_tuples(one)}) for one in document["steps"])
    manual = tuple((name, points, answer) for name, points, answer in document["manual"])
    return Plan(steps, manual, tuple(document["modules"]))


def _tuples(step: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(step[key]) for key in ("names", "hidden", "answers")}


def make_plan(master: "NotebookNode") -> Plan:
    """Read a plan out of a master notebook.

    Parameters
    ----------
    master : NotebookNode
        In nbgrader's format, with solutions and hidden tests.

    Raises
    ------
    RefusedError
        When a test or a solution is not Python, or the master is not in order.
    """
    graded, _ = tasks_of(master)
    steps: list[Step] = []
    about = task_map(master)
    students: set[str] = set()
    for cell in master.cells:
        facts = cell.metadata.get("nbgrader", {})
        name = str(facts.get("grade_id") or cell.get("id", ""))
        if cell.cell_type != "code":
            continue
        source = _python(cell.source, name)
        if facts.get("solution"):
            names = bound(source)
            steps.append(Step(ANSWER, name, source, tuple(sorted(names))))
            students |= names
        elif facts.get("grade"):
            hidden = _hidden(source)
            step = Step(
                TEST, name, source, points=float(facts["points"]), hidden=tuple(sorted(hidden)),
                answers=about[name],
            )  # fmt: skip
            steps.append(replace(step, carried=carried(visible_source(step), frozenset(students))))
        else:
            steps.append(Step(PROVIDED, name, source))
    answers = {c.metadata["nbgrader"]["grade_id"] for c in _answers(master)}
    manual = tuple(
        (one.grade_id, one.points, one.grade_id if one.grade_id in answers else "")
        for one in graded
        if one.manual
    )
    return Plan(tuple(steps), manual, _modules(steps))


def _answers(master: "NotebookNode") -> Iterable["NotebookNode"]:
    return (c for c in master.cells if c.metadata.get("nbgrader", {}).get("solution"))


def _lines(source: str) -> list[str]:
    return source.split("\n")


def visible_source(step: Step) -> str:
    """Return a test without its hidden lines, which are empty instead: the others keep theirs."""
    lines = enumerate(_lines(step.source), 1)
    return "\n".join("" if i in step.hidden else line for i, line in lines)


def _hidden(source: str) -> set[int]:
    """Return the lines between the marks of hidden tests, marks included, from 1."""
    inside, found = False, set()
    for i, line in enumerate(_lines(source), 1):
        mark = _HIDDEN.match(line)
        if mark or inside:
            found.add(i)
        inside = mark[1] == "BEGIN" if mark else inside
    return found


def _python(source: str, name: str) -> str:
    for text in (source, without_magics(source)):
        try:
            ast.parse(text)
        except SyntaxError as error:
            wrong = error
        else:
            return text
    raise RefusedError(
        f"Cell {name!r} of the master is not Python, line {wrong.lineno}: {wrong.msg}. Tests and "
        "solutions in another language cannot be graded here."
    )


def _modules(steps: Iterable[Step]) -> tuple[str, ...]:
    """Name what the cells import at their top, in order."""
    found: dict[str, None] = {}
    for step in steps:
        for node in ast.parse(step.source).body:
            if isinstance(node, ast.Import):
                found |= dict.fromkeys(one.name for one in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= dict.fromkeys(
                    [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
                    if node.module == "mlops_lab"
                    else [node.module]
                )
    return tuple(found)
