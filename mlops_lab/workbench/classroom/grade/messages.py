"""What came of a task, in words for the student, and in full for the instructor."""

import math
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Any

from mlops_lab.workbench.classroom.grade.plan import Step
from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.classroom.points import rounded
from mlops_lab.workbench.classroom.sandbox import Failure, Outcome, State
from mlops_lab.workbench.classroom.sandbox.replies import plain
from mlops_lab.workbench.classroom.student_version import STUB_SAYS

__all__ = [
    "earned",
    "failed",
    "gone",
    "missing",
    "odd",
    "otherwise",
    "too_long",
    "unreadable",
    "untold",
]

_HIDDEN_ERROR = "A hidden test failed: your code raised an error there."
HIDDEN = "A hidden test failed: the visible ones pass, and other data shows a difference."
ONLY_ANSWERS = "Only answer cells are graded: what an answer needs has to be in one of them."
_LONGEST = 2_000
_LINE = re.compile(r'File "<cell ([\w.-]{1,100})(?: helpers)?>", line (\d{1,6})')
_ENDED = {
    State.TIMED_OUT: "timed out",
    State.OUT_OF_MEMORY: "killed",
    State.TOO_MUCH_OUTPUT: "killed",
    State.KILLED: "killed",
    State.FORGED: "killed",
}


def missing(gone: Sequence[str]) -> str:
    """Say that nothing was answered."""
    if gone:
        return f"There is no answer: the submission has no cell {' and '.join(gone)}."
    return "There is no answer yet: the cell is as it was handed out."


def unreadable(why: str) -> str:
    """Say that the file holds no answers."""
    return f"The file could not be read: {why}"


def earned(step: Step, value: Any) -> TaskResult:  # noqa: ANN401  whatever a test ends with
    """Return all points, or as many as the test's last value says.

    A number from 0 up to the points is partial credit, as nbgrader has it. Any other number is no
    credit, nor is a text that reads as one: no test means to give it.
    """
    points = step.points
    credit = _credit(value)
    if credit is not None:
        if not 0 <= credit <= points:
            return _no_credit(step, value)
        points = credit
    if points >= step.points:
        return TaskResult(step.name, "passed", step.points, step.points, "All tests pass.")
    told = f"{points:g} of {step.points:g} points."
    return TaskResult(step.name, "partial" if points else "failed", points, step.points, told)


def _credit(value: Any) -> float | None:  # noqa: ANN401  of any type
    """Return the number that a value is, or reads as, NaN for the latter; None where it is none."""
    if isinstance(value, str | bytes):
        try:
            float(value)
        except ValueError:
            return None
        return math.nan
    if isinstance(value, complex):
        return math.nan
    if type(value).__name__ == "ndarray" and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Real):  # of numpy too
        return None
    try:
        return rounded(float(value))
    except OverflowError:
        return math.inf


def _no_credit(step: Step, value: Any) -> TaskResult:  # noqa: ANN401  of any type
    told = "The test gave no credit that there is. Your instructor can see what it gave."
    try:
        shown = repr(value)
    except Exception as error:  # noqa: BLE001  any, of whatever library the value is
        shown = f"a {type(value).__name__} that cannot be shown ({type(error).__name__})"
    detail = f"The test ends with {shown}; a number from 0 to {step.points:g} is credit."
    return TaskResult(step.name, "failed", 0.0, step.points, told, detail=_cut(detail))


def odd(result: TaskResult, found: Sequence[tuple[bool, str]]) -> TaskResult:
    """Return no points for what came without being of the kind that is due.

    Where the test gave a part of the points it has looked closely; that part stays.

    Parameters
    ----------
    result : TaskResult
        What the test gave.
    found : sequence of (bool, str)
        From `Watch.oddities`.
    """
    detail = _cut(" ".join([*filter(None, [result.detail]), *(told for _, told in found)]))
    if result.state == "partial":
        return replace(result, detail=detail)
    shown = [told for hidden, told in found if not hidden]
    told = f"No test can judge what came: {shown[0]}" if shown else HIDDEN
    return TaskResult(result.task, "failed", 0.0, result.of, _shown(told), detail=detail)


def failed(
    step: Step, error: BaseException, broken: Outcome | None, *, hidden: bool,
    wanted: tuple[str | None, str | None],
) -> TaskResult:  # fmt: skip
    """Say why a test failed: an answer that did not run, its error, or a difference."""
    detail = _cut(f"{type(error).__name__}: {error}")
    if broken is not None:
        if broken.failure is None or broken.state is not State.ERROR:
            return gone(step, broken)
        if _is_stub(broken.failure):
            return TaskResult(step.name, "missing", 0.0, step.points, missing([]), detail=detail)
        told = f"Your cell did not run: {_raised(broken.failure)}"
        return TaskResult(step.name, "error", 0.0, step.points, _shown(told), detail=detail)
    failure = getattr(error, "failure", None)
    if failure is not None:
        detail = _cut(f"{detail}\n{failure.trace}")
        if _is_stub(failure):
            return TaskResult(step.name, "missing", 0.0, step.points, missing([]), detail=detail)
        # Its kind and its line could tell of the data that nobody is to see.
        told = _HIDDEN_ERROR if hidden else f"Your code raised {_raised(failure)}"
        return TaskResult(step.name, "error", 0.0, step.points, _shown(told), detail=detail)
    if hidden:
        return TaskResult(step.name, "failed", 0.0, step.points, HIDDEN, detail=detail)
    if isinstance(error, NameError) and error.name:
        told = f"Your answer does not define {error.name}."
        return TaskResult(step.name, "failed", 0.0, step.points, told, detail=detail)
    told = str(error) if isinstance(error, AssertionError) else detail
    told = _shown(told).strip() or "A test failed."
    expected, found = (None if one is None else _shown(one) for one in wanted)
    return TaskResult(step.name, "failed", 0.0, step.points, told, expected, found, detail)


def gone(step: Step, outcome: Outcome) -> TaskResult:
    """Say how the student process came to its end."""
    state = _ENDED.get(outcome.state, "killed")
    why = outcome.failure.message if outcome.failure else "its process had ended"
    # With which code or signal is the choice of code that may have seen hidden data.
    shown = "its process ended" if outcome.state is State.KILLED else why.rstrip(".")
    told = f"Your code was stopped: {shown}."
    detail = _cut(f"{outcome.state}: {why}")
    return TaskResult(step.name, state, 0.0, step.points, _shown(told), detail=detail)


def untold(result: TaskResult) -> TaskResult:
    """Keep what a student's code says to itself, where hidden tests have run before."""
    return _instead(result, "A test failed.")


def otherwise(result: TaskResult) -> TaskResult:
    """Say that a failure comes in company only."""
    return _instead(result, "A test failed that ends otherwise when no other tests ran before it.")


def _instead(result: TaskResult, told: str) -> TaskResult:
    """Return a result with our words in place of all that a student reads of it."""
    return replace(result, message=told, expected=None, found=None)


def too_long(step: Step, seconds: float) -> TaskResult:
    """Say that the time of a task was over."""
    told = f"Your code was stopped: this task may take {seconds:g} seconds in all."
    return TaskResult(step.name, "timed out", 0.0, step.points, told)


def _raised(failure: Failure) -> str:
    said = failure.message.strip()
    if said and failure.kind == "NameError":
        said += f"{'' if said[-1] in '.?!' else '.'} {ONLY_ANSWERS}"
    return f"{_kind(failure)}{_where(failure)}" + (f": {said}" if said else ".")


def _kind(failure: Failure) -> str:
    return failure.kind if re.fullmatch(r"\w{1,60}", failure.kind) else "an error"


def _where(failure: Failure) -> str:
    """Name cell and line, from the last of the student's own lines."""
    found = _LINE.findall(failure.trace)
    return f" in line {found[-1][1]} of {found[-1][0]}" if found else ""


def _is_stub(failure: Failure) -> bool:
    return failure.kind == "NotImplementedError" and failure.message in ("", STUB_SAYS)


def _shown(text: str) -> str:
    """Keep what a student may read: where things are on this machine is nobody's business."""
    for place in _places():
        text = text.replace(place, "…")
    return _cut(text)


@cache
def _places() -> list[str]:
    """List the folders of this installation and this user, the longest first."""
    package = Path(__file__).resolve().parents[4]
    named = [Path(sys.prefix), Path(sys.base_prefix), package, Path.home(), Path.cwd()]
    known = {str(one) for one in named if len(one.parts) > 2}  # /usr tells nothing
    return sorted(known, key=len, reverse=True)


def _cut(text: str) -> str:
    """Keep what a grade book and a page can take, of a text that may hold a student's words."""
    text = plain(text[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else text[: _LONGEST - 2] + " …"
