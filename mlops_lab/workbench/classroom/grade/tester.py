"""Test one submission: test cells here, the student's code in a process of its own."""

import sys
import traceback
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from mlops_lab.workbench.classroom.grade import messages
from mlops_lab.workbench.classroom.grade.bounded import TooLongError, bounded
from mlops_lab.workbench.classroom.grade.checks import (
    NAME,
    VALUE,
    Recorder,
    compiled_test,
    expected_and_found,
)
from mlops_lab.workbench.classroom.grade.plan import (
    ANSWER,
    PROVIDED,
    TEST,
    Plan,
    Step,
    visible_source,
)
from mlops_lab.workbench.classroom.grade.proxy import GoneError, UncaughtError
from mlops_lab.workbench.classroom.grade.student_session import StudentSession
from mlops_lab.workbench.classroom.grade.usual import Usual, Watch
from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.classroom.sandbox import State, Student
from mlops_lab.workbench.classroom.sandbox.clock import Patience

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


def run_tests(
    plan: Plan, submitted: Submitted, start: Callable[[], Student], *, seconds: float,
    skip: int = 0, learnt: set[str] | None = None, usual: Usual | None = None,
    seen: Usual | None = None, in_place: bool = False, busy: list[str] | None = None,
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
        For each task, its answers and tests together, as in `Limits`.
    skip : int
        How many tests an earlier attempt got through.
    learnt : set of str, optional
        Gets the names of all modules that tests and answers have imported.
    usual : Usual, optional
        What comes of the calls in the tests where the master's own solutions are called.
    seen : Usual, optional
        Gets what came of the calls.
    in_place : bool
        Let tests see whatever answers change in their arguments.
    busy : list of str, optional
        Gets a word where an answer ran out of time while it waited for a core.

    Yields
    ------
    TaskResult
        Of each test cell, in order; whatever the student's code does, none is left out. Then some
        of them again, in the words of a process in which no hidden test was ever run.
    """
    patience = Patience(seconds)
    way, clean = _TestRun(plan, submitted, start, patience, Watch(usual, in_place=in_place)), None
    own: _TestRun | None = None
    again: list[tuple[int, TaskResult]] = []
    done = 0
    try:
        for at, step in enumerate(plan.steps):
            done += step.kind == TEST
            if step.kind != TEST or done <= skip:
                way.do(at)
                continue
            result, told = way.test(at)
            if told:
                again.append((at, result))
                result = messages.untold(result)
            if way.odd:
                solved = replace(submitted, answers=plan.solutions, blank=frozenset())
                own = own or _TestRun(plan, solved, start, patience, Watch(usual))
                result = _refused(result, way, own, at)
            yield result
        if learnt is not None:
            learnt |= {*sys.modules, *way.side.modules()}
        if seen is not None:
            seen |= way.watch.seen
        if busy is not None and way.side.starved:
            busy.append("starved")
        # Whatever the first process held, such as a lock, is let go before the other one begins.
        way.side.drop()
        for at, result in again:
            clean = clean or _TestRun(plan, submitted, start, patience, Watch(usual))
            yield _told_again(result, clean, at)
    finally:
        for one in (way, clean, own):
            if one is not None:
                one.side.drop()


def _refused(result: TaskResult, way: "_TestRun", own: "_TestRun", at: int) -> TaskResult:
    """Return no points for what no test can tell from right, unless the master's own is like it.

    The master's solution is asked once more, as its data may be this student's only, or drawn.
    """
    for before in range(own.at, at):
        own.do(before)
    own.test(at)
    step = way.plan.steps[at]
    odd = way.watch.oddities(step.hidden, own.watch.seen)
    return messages.odd(result, odd) if odd else result


def _told_again(result: TaskResult, clean: "_TestRun", at: int) -> TaskResult:
    """Return the result in words that come from where no hidden test was ever run.

    What a student's code says, in an error or a value, could be what hidden tests handed to it.
    """
    for before in range(clean.at, at):
        clean.do(before)
    again, _ = clean.test(at, visible=True)
    return again if again.state == result.state else messages.otherwise(result)


class _TestRun:
    """One way through the cells: a student process, and the names of the tests."""

    def __init__(
        self, plan: Plan, submitted: Submitted, start: Callable[[], Student],
        patience: Patience, watch: Watch | None = None,
    ) -> None:  # fmt: skip
        self.plan, self.submitted, self.seconds = plan, submitted, patience.seconds
        self.watch = watch or Watch()
        self.side = StudentSession(
            plan, submitted.answers, submitted.seeds, start, patience, self.watch
        )
        self.odd = False  # whether something odd came in a test that gave points
        self.at = 0  # the next cell
        self.knows = False  # whether hidden tests have run
        self.recorder = Recorder()
        self.tests = types.ModuleType("__main__")
        self.names = self.tests.__dict__
        self.names[NAME] = self.recorder

    def _begin(self, at: int) -> Step:
        self.at = at + 1
        self.side.begin()
        sys.modules["__main__"] = self.tests  # where `kit.student` looks
        return self.plan.steps[at]

    def do(self, at: int) -> None:
        """Run a cell; of a test, what an answer may rely on."""
        step = self._begin(at)
        if step.kind == PROVIDED:
            self.side.advance(at)
            source = self.submitted.seeds.get(step.name, step.source)
            _provided(step, source, self.names, self.seconds)
        elif step.kind == ANSWER:
            self.side.advance(at)
            with bounded(self.seconds, self.side.used), suppress(TooLongError):
                values = self.side.values(step)
                self.names.update(values)
                for name, value in values.items():
                    self.watch.value(name, value)
            for name in set(step.names) - self.side.known:
                self.names.pop(name, None)
        else:
            self.side.carry(step)
            _provided(step, step.carried, self.names, self.seconds)

    def test(self, at: int, *, visible: bool = False) -> tuple[TaskResult, bool]:
        """Test an answer, with the visible lines only or with all.

        Returns
        -------
        TaskResult
            What came of it.
        bool
            Whether its words are from a student's code that hidden tests have called.
        """
        step = self._begin(at)
        if visible:
            step = replace(step, source=visible_source(step))
        knew, self.knows = self.knows, self.knows or (bool(step.hidden) and not visible)
        self.watch.begin(step.name, step.source)
        result, line = _tested(
            step, self.submitted, self.side, self.names, self.recorder, self.seconds, self.watch
        )
        self.odd = bool(result.points) and bool(self.watch.oddities(step.hidden))
        late = self.knows and line > min(step.hidden, default=line)
        return result, line >= 0 and (knew or late)


def _provided(step: Step, source: str, names: dict[str, Any], seconds: float) -> None:
    """Run a provided cell; one that stumbles over an answer leaves its names out."""
    with bounded(seconds):
        try:
            exec(compile(source, f"<cell {step.name}>", "exec"), names)
        except (Exception, GoneError, UncaughtError, TooLongError):  # noqa: BLE001  tests then miss what it makes
            return


def _tested(
    step: Step, submitted: Submitted, side: StudentSession, names: dict[str, Any],
    recorder: Recorder,
    seconds: float, watch: Watch,
) -> tuple[TaskResult, int]:  # fmt: skip
    """Return what came of a test, and the line of which it tells; -1 where all words are ours."""
    blank = [one for one in step.answers if one in submitted.blank]
    if blank and len(blank) == len(step.answers):
        missing = [one for one in blank if one not in submitted.answers]
        side.carry(step)
        return TaskResult(step.name, "missing", 0.0, step.points, messages.missing(missing)), -1
    recorder.begin()  # what is left of an earlier test is not for this one
    try:
        side.carry(step)
        with bounded(seconds, side.used):
            exec(compiled_test(step.source, f"<test {step.name}>"), names)
    except GoneError as error:
        return messages.gone(step, error.outcome), -1
    except TooLongError:
        side.drop()
        return messages.too_long(step, seconds), -1
    except (Exception, UncaughtError) as error:  # noqa: BLE001  all is its answer's failure
        broken = side.broken(step)
        lines = _lines(step, error)
        hidden = bool(lines & set(step.hidden))
        wanted: tuple[str | None, str | None] = (None, None)
        if isinstance(error, AssertionError) and not hasattr(error, "failure"):
            wanted = expected_and_found(str(error), recorder)
        result = messages.failed(step, error, broken, hidden=hidden, wanted=wanted)
        ours = hidden if broken is None else broken.state is not State.ERROR
        return result, -1 if ours else max(lines, default=0)
    finally:
        value = names.pop(VALUE, None)
    watch.end(value)
    return messages.earned(step, value), -1


def _lines(step: Step, error: BaseException) -> set[int]:
    """Return the lines of the cell that the failure came through."""
    frames = traceback.extract_tb(error.__traceback__)
    return {one.lineno or 0 for one in frames if one.filename == f"<test {step.name}>"}
