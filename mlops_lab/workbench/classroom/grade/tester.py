"""Test one submission: test cells here, the student's code in a process of its own."""

import signal
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from mlops_lab.workbench.classroom.book.write import TaskResult
from mlops_lab.workbench.classroom.grade import words
from mlops_lab.workbench.classroom.grade.checks import (
    NAME,
    VALUE,
    Recorder,
    compiled_test,
    expected_and_found,
)
from mlops_lab.workbench.classroom.grade.plan import ANSWER, PROVIDED, Plan, Step
from mlops_lab.workbench.classroom.grade.proxy import GoneError
from mlops_lab.workbench.classroom.grade.side import Side
from mlops_lab.workbench.classroom.sandbox import Student

__all__ = ["Submitted", "run_tests"]


@dataclass(frozen=True)
class Submitted:
    """What is tested.

    Attributes
    ----------
    answers : mapping of str to str
        Sources by grade_id.
    blank : frozenset of str
        Answers that are missing or still the stub.
    seeds : mapping of str to str
        Sources of provided cells that are this student's own, by name.
    """

    answers: Mapping[str, str]
    blank: frozenset[str] = frozenset()
    seeds: Mapping[str, str] = field(default_factory=dict)


class _TooLongError(BaseException):
    """A test cell itself took too long; not an Exception, so that no test catches it."""


def run_tests(
    plan: Plan, submitted: Submitted, start: Callable[[], Student], *, seconds: float,
    skip: int = 0, learnt: set[str] | None = None,
) -> Iterator[TaskResult]:  # fmt: skip
    """Test a submission, task by task.

    Parameters
    ----------
    plan : Plan
        From `make_plan`.
    submitted : Submitted
        The answers.
    start : callable
        Gives a new student process; called again when one has died.
    seconds : float
        Of wall time for each task, its answers and tests together.
    skip : int
        How many tests an earlier attempt got through.
    learnt : set of str, optional
        Gets the names of all modules that tests and answers have imported.

    Yields
    ------
    TaskResult
        Of each test cell, in order; whatever the student's code does, none is left out.
    """
    side = Side(plan, submitted.answers, submitted.seeds, start)
    tests = types.ModuleType("__main__")
    names = tests.__dict__
    names[NAME] = recorder = Recorder()
    sys.modules["__main__"] = tests  # where `kit.student` looks
    done = 0
    try:
        for at, step in enumerate(plan.steps):
            side.until = time.monotonic() + seconds
            if step.kind == PROVIDED:
                side.advance(at)
                _provided(step, submitted.seeds.get(step.name, step.source), names, seconds)
            elif step.kind == ANSWER:
                side.advance(at)
                names.update(side.values(step))
                for name in set(step.names) - side.known:
                    names.pop(name, None)
            elif done < skip:
                done += 1
                side.carry(step)
            else:
                done += 1
                yield _tested(step, submitted, side, names, recorder, seconds)
        if learnt is not None:
            learnt |= {*sys.modules, *side.modules()}
    finally:
        side.drop()


def _provided(step: Step, source: str, names: dict[str, Any], seconds: float) -> None:
    """Run a provided cell; one that stumbles over an answer leaves its names out."""
    with _bounded(seconds):
        try:
            exec(compile(source, f"<cell {step.name}>", "exec"), names)
        except (Exception, GoneError, _TooLongError):  # noqa: BLE001  tests then miss what it makes
            return


def _tested(
    step: Step, submitted: Submitted, side: Side, names: dict[str, Any], recorder: Recorder,
    seconds: float,
) -> TaskResult:  # fmt: skip
    blank = [one for one in step.answers if one in submitted.blank]
    if blank and len(blank) == len(step.answers):
        missing = [one for one in blank if one not in submitted.answers]
        side.carry(step)
        return TaskResult(step.name, "missing", 0.0, step.points, words.missing(missing))
    try:
        side.carry(step)
        with _bounded(seconds):
            exec(compiled_test(step.source, f"<test {step.name}>"), names)
    except GoneError as error:
        return words.gone(step, error.outcome)
    except _TooLongError:
        side.drop()
        return words.too_long(step, seconds)
    except Exception as error:  # noqa: BLE001  whatever a test raises is its answer's failure
        broken = side.broken(step)
        hidden = _hidden(step, error)
        wanted: tuple[str | None, str | None] = (None, None)
        if isinstance(error, AssertionError) and not hasattr(error, "failure"):
            wanted = expected_and_found(str(error), recorder)
        return words.failed(step, error, broken, hidden=hidden, wanted=wanted)
    finally:
        value = names.pop(VALUE, None)
    return words.earned(step, value)


def _hidden(step: Step, error: BaseException) -> bool:
    """Say whether the failure came from a line of the cell that students never see."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = {one.lineno for one in frames if one.filename == f"<test {step.name}>"}
    return bool(lines & set(step.hidden))


@contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    """Raise `_TooLongError` after some seconds of wall time."""

    def ring(*_: object) -> None:
        raise _TooLongError

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds + 2)  # the student process is told first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
