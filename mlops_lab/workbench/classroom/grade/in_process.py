"""Test a submission as nbgrader does: test cells in the same process as the student's code.

For courses whose tests need more of an answer than plain data. The process is shut in all the
same, so a submission harms nobody; but its code could change what its own tests see, and read the
hidden ones. So nothing that such a process says reaches a student: what failed is told in the
words of a second one, which gets the visible lines alone.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from mlops_lab.workbench.classroom.grade import messages
from mlops_lab.workbench.classroom.grade.checks import VALUE, Recorder, expected_and_found
from mlops_lab.workbench.classroom.grade.errors import error_of
from mlops_lab.workbench.classroom.grade.plan import TEST, Plan, Step, visible_source
from mlops_lab.workbench.classroom.grade.student_session import StudentSession
from mlops_lab.workbench.classroom.grade.tester import Submitted
from mlops_lab.workbench.classroom.grade.usual import Usual, Watch
from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.classroom.sandbox import Outcome, State, Student
from mlops_lab.workbench.classroom.sandbox.clock import Patience

__all__ = ["NOTE", "run_in_process"]

NOTE = "Tests ran beside the student's code."


def run_in_process(
    plan: Plan, submitted: Submitted, start: Callable[[], Student], *, seconds: float,
    skip: int = 0, learnt: set[str] | None = None, usual: Usual | None = None,
    seen: Usual | None = None, busy: list[str] | None = None,
) -> Iterator[TaskResult]:  # fmt: skip
    """Test a submission, task by task; see `run_tests` for the parameters.

    Calls are not looked at, as they stay in the student's process; how a test ends is held against
    how it ends with the master's own solutions.

    Yields
    ------
    TaskResult
        With `NOTE` in its message.
    """
    patience = Patience(seconds)
    side = StudentSession(plan, submitted.answers, submitted.seeds, start, patience)
    watch = Watch(usual)
    clean = _Clean(plan, submitted, start, patience)
    again: list[tuple[int, TaskResult]] = []
    done, knows = 0, False
    try:
        for at, step in enumerate(plan.steps):
            side.begin()
            if step.kind != TEST:
                side.advance(at)
                continue
            done += 1
            outcome = side.run_test(step, _scored(step.source))
            knows = knows or bool(step.hidden)
            if done > skip:
                result = _result(step, submitted, side, outcome, watch)
                if knows and outcome.state is not State.OK and result.state != "missing":
                    again.append((at, result))
                    result = messages.untold(result)
                yield replace(result, message=f"{result.message} {NOTE}")
        if learnt is not None:
            learnt |= set(side.modules())
        if seen is not None:
            seen |= watch.seen
        if busy is not None and side.starved:
            busy.append("starved")
        side.drop()  # with all that it held
        for at, result in again:
            told = clean.told(at, result)
            yield replace(told, message=f"{told.message} {NOTE}")
    finally:
        side.drop()
        clean.drop()


class _Clean:
    """A way through the same cells on which no hidden line is ever in the student's process."""

    def __init__(
        self, plan: Plan, submitted: Submitted, start: Callable[[], Student], patience: Patience
    ) -> None:
        self._plan, self._submitted = plan, submitted
        self._side = StudentSession(plan, submitted.answers, submitted.seeds, start, patience)
        self._at = 0  # the next cell

    def told(self, at: int, result: TaskResult) -> TaskResult:
        """Return the result of a test in words that come from here."""
        outcome, step = None, self._plan.steps[at]
        while self._at <= at:
            step = self._plan.steps[self._at]
            self._side.begin()
            if step.kind == TEST:
                step = replace(step, source=visible_source(step), hidden=())
                outcome = self._side.run_test(step, _scored(step.source))
            else:
                self._side.advance(self._at)
            self._at += 1
        assert outcome is not None
        if outcome.state is State.OK and result.state in ("failed", "error"):
            return replace(result, message=messages.HIDDEN, expected=None, found=None)
        again = _result(step, self._submitted, self._side, outcome, Watch())
        return again if again.state == result.state else messages.otherwise(result)

    def drop(self) -> None:
        self._side.drop()


def _scored(source: str) -> str:
    """Keep the value of a last expression, which may be partial credit."""
    tree = ast.parse(source)
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return f"{source}\n{VALUE} = None"
    last = tree.body[-1]
    lines = source.split("\n")
    before = "\n".join(lines[: last.lineno - 1])
    return f"{before}\n{VALUE} = (\n{ast.get_source_segment(source, last)}\n)"


def _result(
    step: Step, submitted: Submitted, side: StudentSession, outcome: Outcome, watch: Watch
) -> TaskResult:
    blank = [one for one in step.answers if one in submitted.blank]
    if outcome.state is State.OK:
        ended = side.score(VALUE)
        result = messages.earned(step, ended)
        watch.begin(step.name, step.source)
        watch.end(ended)
        odd = watch.oddities(step.hidden)
        result = messages.odd(result, odd) if odd and result.points else result
    elif blank and len(blank) == len(step.answers):
        gone = [one for one in blank if one not in submitted.answers]
        result = TaskResult(step.name, "missing", 0.0, step.points, messages.missing(gone))
    elif outcome.state is not State.ERROR or outcome.failure is None:
        result = messages.gone(step, outcome)
    else:
        result = _failed(step, side, outcome)
    return result


def _failed(step: Step, side: StudentSession, outcome: Outcome) -> TaskResult:
    failure = outcome.failure
    assert failure is not None
    error = error_of(failure)
    inside = [line for line in failure.trace.splitlines() if f"<cell {step.name}>" in line]
    first = inside[0] if inside else ""
    hidden = any(f'"<cell {step.name}>", line {number},' in first for number in step.hidden)
    broken = side.broken(step)
    if failure.kind != "AssertionError":
        return messages.failed(step, error, broken, hidden=hidden, wanted=(None, None))
    wanted = expected_and_found(failure.message, Recorder())
    plain = AssertionError(failure.message)  # without the mark of a student's own error
    return messages.failed(step, plain, broken, hidden=hidden, wanted=wanted)
