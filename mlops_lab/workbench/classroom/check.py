"""Let a student check their own notebook with the tests they can see, as the grader runs them."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.frozen import EXTRA, tags_of
from mlops_lab.workbench.classroom.grade.in_process import NOTE
from mlops_lab.workbench.classroom.grade.plan import Plan
from mlops_lab.workbench.classroom.grade.run import Job, Tests
from mlops_lab.workbench.classroom.lenient import UnreadableError, lenient_read
from mlops_lab.workbench.classroom.own_notebook import (
    added,
    altered,
    last_of_each,
    lesson_of,
    name_all,
    name_of,
    own_plan,
    says,
    unanswered,
)
from mlops_lab.workbench.classroom.titles import notebook_title, titles
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from mlops_lab.workbench.classroom.model import TaskResult

__all__ = ["Checked", "CheckedTask", "check"]

NOT_ANSWERED, TO_MARK = "not answered", "to mark"


@dataclass(frozen=True)
class CheckedTask:
    """How one task stands.

    Attributes
    ----------
    task : str
        The grade_id of its test, or of the answer that a person reads.
    title : str
        What the heading above it says.
    state : str
        ``passed``, ``partial``, ``failed``, ``error``, ``timed out``, ``killed``,
        ``not answered``, or ``to mark`` for what no test can see.
    points : float or None
        Reached with the visible tests; None where a person marks.
    of : float
        What it is worth.
    message : str
        Why.
    expected, found : str or None
        What the first test that fails wanted, and what came, where it says so.
    extra : bool
        Whether it is for extra credit, on top of the total.
    """

    task: str
    title: str
    state: str
    points: float | None
    of: float
    message: str = ""
    expected: str | None = None
    found: str | None = None
    extra: bool = False


@dataclass(frozen=True)
class Checked:
    """How a notebook stands.

    Attributes
    ----------
    notebook : Path
        The file.
    title : str
        Its first heading; the file's name without one.
    tasks : tuple of CheckedTask
        In the notebook's order.
    notes : tuple of str
        What else the student should know, a sentence each.
    """

    notebook: Path
    title: str
    tasks: tuple[CheckedTask, ...]
    notes: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Say whether every task that is answered passes."""
        return all(one.state in ("passed", NOT_ANSWERED, TO_MARK) for one in self.tasks)


def check(path: Path, *, seconds: float = 60.0) -> Checked:
    """Run a notebook's visible tests on its answers.

    The answers run in a process apart from the tests, as in grading, but not shut in: it is the
    student's own code on the student's own machine, where the notebook would run it as well, and
    a student's machine need not be one that has any isolation. What a test refuses that way is
    tried once more beside the answers, as the notebook does it, and passes if it passes there.

    Parameters
    ----------
    path : Path
        A released assignment, with or without answers. It is only read.
    seconds : float
        Of wall time for each task.

    Raises
    ------
    RefusedError
        When it cannot be read, or is no assignment.
    KernelError
        When the process that runs the tests dies.
    """
    nb = _read(path)
    _require_assignment(nb, path)
    changed = altered(nb)
    name_all(nb)
    cells, notes = last_of_each(nb)
    nb.cells = cells
    answers = {name_of(c): c.source for c in cells if says(c, "solution")}
    blank = tuple(name_of(c) for c in cells if says(c, "solution") and unanswered(c))
    plan = own_plan(nb)
    code = {name: answers[name] for name in plan.solutions}
    job = Job(0, code, tuple(name for name in blank if name in code))
    found = {one.task: one for one in _tested(plan, job, seconds)}
    found |= {name: _by_hand(name, of, answer in blank) for name, of, answer in plan.manual}
    extra = {name_of(cell) for cell in nb.cells if EXTRA in tags_of(cell)}
    tasks = [
        replace(found[name], title=told, extra=name in extra) for name, told in titles(nb).items()
    ]
    notes += [*changed, *added(nb)]
    return Checked(path, notebook_title(nb) or path.stem, tuple(tasks), tuple(notes))


def _read(path: Path) -> "NotebookNode":
    try:
        return read_notebook(path)
    except RefusedError as error:
        try:
            notes = lenient_read(path.read_bytes()).notes
        except (UnreadableError, OSError) as why:
            told = why.strerror if isinstance(why, OSError) else str(why)
            raise RefusedError(f"{path} cannot be checked. {told}") from error
        if not notes:
            raise
        raise RefusedError(
            f"{path} cannot be checked: Jupyter would not open it. When it is collected as it is: "
            f"{' '.join(notes)}"
        ) from error


def _require_assignment(nb: "NotebookNode", path: Path) -> None:
    if any(says(cell, "grade") or says(cell, "task") for cell in nb.cells):
        return
    lesson = lesson_of(nb)
    beside = path.with_name(f"{path.stem}_assignment.ipynb")
    told = f"is lesson {lesson}" if lesson else "is no assignment: no cell in it is graded"
    hint = f" Its assignment is {beside}." if beside.is_file() else ""
    other = ", which has nothing to check; an assignment has a notebook of its own"
    raise RefusedError(f"{path} {told}{other if lesson else ''}.{hint}")


def _tested(plan: Plan, job: Job, seconds: float) -> list[CheckedTask]:
    with Tests(plan, isolated=False, workers=1) as tests:
        (apart,) = tests.run([job], seconds=seconds)
        if all(one.state in ("passed", "missing") for one in apart.tasks):
            return [_task(one) for one in apart.tasks]
        (beside,) = tests.run([job], seconds=seconds, beside=True)
    return [_task(a, b) for a, b in zip(apart.tasks, beside.tasks, strict=True)]


def _task(apart: "TaskResult", beside: "TaskResult | None" = None) -> CheckedTask:
    told, message = apart, apart.message
    better = beside is not None and (beside.points or 0) > (apart.points or 0)
    if beside is not None and better and apart.state != "missing":
        told, message = beside, beside.message.removesuffix(NOTE).strip()
        message += f" From another process, as graders run it: {apart.message}"
    state = NOT_ANSWERED if told.state == "missing" else told.state
    return CheckedTask(
        told.task, "", state, told.points, told.of, message, told.expected, told.found
    )


def _by_hand(name: str, points: float, blank: bool) -> CheckedTask:
    if blank:
        told = "There is no answer yet: the cell is as it was handed out."
        return CheckedTask(name, "", NOT_ANSWERED, None, points, told)
    return CheckedTask(name, "", TO_MARK, None, points, "A person reads this one.")
