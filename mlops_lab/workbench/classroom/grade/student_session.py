"""The student's side of one submission: its cells in order, begun again when its process dies."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mlops_lab.workbench.classroom.grade.plan import ANSWER, PROVIDED, Plan, Step
from mlops_lab.workbench.classroom.grade.proxy import (
    GoneError,
    Proxy,
    UncaughtError,
    inside,
    value_of,
    with_each,
)
from mlops_lab.workbench.classroom.grade.usual import Watch
from mlops_lab.workbench.classroom.sandbox import (
    Failure,
    Handle,
    Outcome,
    SerializationError,
    State,
    Student,
)
from mlops_lab.workbench.classroom.sandbox.clock import Deadline, Patience

__all__ = ["StudentSession"]

_PRELUDE = """
def display(*objects, **_):
    print(*objects, sep="\\n")
def get_ipython():
    return None
"""
_SECONDS = 60.0  # of a task, where nobody says
_CALLS = "mlops_lab.workbench.classroom.grade.calls"


class StudentSession:
    """Runs provided cells and answers in a student process, and asks it for tests.

    When the process has ended, it is begun again without the cell that ended it, so that the
    other answers are tested as if that one were missing.

    Parameters
    ----------
    plan : Plan
        The cells.
    answers, seeds : mapping of str to str
        The student's answers, and the provided cells that are the student's own.
    start : callable
        Gives a new student process.
    patience : Patience, optional
        What the tasks may take; all ways through one submission share it.
    watch : Watch, optional
        Looks at what comes of each call and attribute that a test asks for.

    Attributes
    ----------
    known : set of str
        Names of answers that exist in the student process.
    generation : int
        How often a student process was started.
    starved : bool
        Whether anything ran out of time while it waited for a core.
    """

    def __init__(
        self, plan: Plan, answers: Mapping[str, str], seeds: Mapping[str, str],
        start: Callable[[], Student], patience: Patience | None = None, watch: Watch | None = None,
    ) -> None:  # fmt: skip
        self._patience = patience or Patience(_SECONDS)
        self._deadline: Deadline | None = None
        self._used = 0.0  # seconds that student processes have computed which are gone
        self.watch = watch or Watch()
        self.known: set[str] = set()
        self._plan, self._answers, self._seeds, self._start = plan, answers, seeds, start
        self._student: Student | None = None
        self._ran: list[tuple[str, str]] = []  # name and source of what has run, for a new start
        self.generation = 0
        self.starved = False
        self._outcomes: dict[str, Outcome] = {}  # of the answers' own cells
        self._left = 1 + 2 * len(plan.steps)  # starts; a process may die of its own old threads

    def begin(self) -> None:
        """Begin the time of a task."""
        if self._deadline is not None:
            self._patience.end(self._deadline)
        self._deadline = self._patience.begin(self.used)

    def used(self) -> float:
        """Return how many seconds this process and its student processes have computed."""
        now = 0.0 if self._student is None else self._student.used()
        return time.process_time() + self._used + now

    def advance(self, at: int) -> None:
        """Run a provided cell or an answer."""
        step = self._plan.steps[at]
        if step.kind == PROVIDED:
            self._run(step.name, self._seeds.get(step.name, step.source))
        elif step.kind == ANSWER and step.name in self._answers:
            self._outcomes[step.name] = self._run(step.name, self._answers[step.name])

    def carry(self, step: Step) -> None:
        """Run what of a test's visible part an answer may rely on."""
        if step.carried:
            self._run(f"{step.name} helpers", step.carried)

    def run_test(self, step: Step, source: str) -> Outcome:
        """Run a test cell beside the answers, which get copies of their arguments."""
        cells = [f"<cell {one.name}>" for one in self._plan.steps if one.kind == ANSWER]
        given = f"{source!r}, {f'<cell {step.name}>'!r}, {cells!r}, globals()"
        return self._run(
            f"{step.name} begins", f"__import__({_CALLS!r}, fromlist=['run']).run({given})"
        )

    def score(self, name: str) -> object:
        """Return the value of a name, None where it is not plain."""
        outcome = self._living().value(name, seconds=self._deadline)
        return outcome.value if outcome.ok else None

    def modules(self) -> list[str]:
        """Name the modules that the student process has imported; of the master's only."""
        self._run("modules", "import sys\n__modules__ = sorted(sys.modules)")
        found = self.score("__modules__")
        return [str(one) for one in found] if isinstance(found, list) else []

    def _run(self, name: str, source: str) -> Outcome:
        student = self._living()
        outcome = self._seen(student.run([(name, source)], seconds=self._deadline)[0])
        if student.ended is None:
            self._ran.append((name, source))
        return outcome

    def _seen(self, outcome: Outcome) -> Outcome:
        if outcome.state is State.TIMED_OUT and self._student is not None:
            self.starved = self.starved or self._student.starved()
        return outcome

    def _living(self) -> Student:
        if self._student is not None and self._student.ended is None:
            return self._student
        while True:
            self.drop()
            self._left -= 1
            self._student = self._start()
            self.generation += 1
            self._student.run([("start", _PRELUDE)])
            for i, cell in enumerate(self._ran):
                self._student.run([cell], seconds=self._deadline)
                if self._student.ended is not None:
                    del self._ran[i]  # it died of this cell this time
                    break
            if self._student.ended is None or self._left <= 0:
                return self._student

    def values(self, step: Step) -> dict[str, Any]:
        """Return what an answer has bound, as tests see it, but for what cannot be handed over."""
        found: dict[str, Any] = {}
        self.known -= set(step.names)
        for name in step.names:
            student = self._living()
            outcome = student.value(name, seconds=self._deadline)
            if outcome.state is State.OK:
                top = outcome.value.number if type(outcome.value) is Handle else None
                line = _Line(self, name, top, self.generation)
                found[name] = value_of(outcome, line, name)
                self.known.add(name)
        return found

    def broken(self, step: Step) -> Outcome | None:
        """Return how the first of a test's answers failed that did not even run."""
        for name in step.answers:
            outcome = self._outcomes.get(name)
            if outcome is not None and not outcome.ok:
                return outcome
        return None

    def call(
        self, line: "_Line", target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any],
        path: str, *, changes: bool,
    ) -> Outcome:  # fmt: skip
        """Call something in the student process."""
        student = self._living()
        place = self._place(line, target)
        args, kwargs = self._here(list(args)), self._here(dict(kwargs))
        try:
            return self._seen(
                student.call(
                    place, args, kwargs, path=path, seconds=self._deadline, changes=changes
                )
            )
        except SerializationError as error:
            raise _not_handed_over(error) from error

    def map(self, line: "_Line", target: Handle, rows: Sequence[Any], path: str) -> Outcome:
        """Call something in the student process, once for each row of arguments."""
        student = self._living()
        place = self._place(line, target)
        try:
            given = self._here(rows)
            return self._seen(student.map(place, given, path=path, seconds=self._deadline))
        except SerializationError as error:
            raise _not_handed_over(error) from error

    def value(self, line: "_Line", target: Handle, path: str) -> Outcome:
        """Return an attribute in the student process."""
        student = self._living()
        return student.value(self._place(line, target), path=path, seconds=self._deadline)

    def _place(self, line: "_Line", target: Handle) -> str | Handle:
        """Find in a new process what an old one had; an object that it made is gone."""
        if line.generation == self.generation:
            return target
        if target.number == line.top:
            return line.name
        raise GoneError(Outcome(State.KILLED))

    def _here(self, values: Any) -> Any:  # noqa: ANN401  of any type
        """Put what the living process knows in place of proxies that a test hands over."""
        return with_each(values, Proxy, self._known)

    def _known(self, proxy: Proxy) -> Any:  # noqa: ANN401  a handle, as a rule
        handle, line, path = inside(proxy)
        assert isinstance(line, _Line)
        place = self._place(line, handle)
        if isinstance(place, Handle) and not path:
            return place
        outcome = self._living().value(place, path=path, seconds=self._deadline)
        value_of(outcome, line)  # raises where there is none any more
        return outcome.value

    def drop(self) -> None:
        """End a process that may still be busy; the next cell or call begins a new one."""
        if self._student is not None:
            self._student.end()
            self._used += self._student.used()
            self._student = None


def _not_handed_over(error: SerializationError) -> UncaughtError:
    """Return the end of a test that hands over what cannot cross; no test may wait for that."""
    told = f"a test hands over what cannot cross: {error}"
    return UncaughtError(Failure("SerializationError", told))


class _Line:
    """What proxies ask: the side; and the name, number and process to which they belong."""

    def __init__(self, side: StudentSession, name: str, top: int | None, generation: int) -> None:
        self.side, self.name, self.top, self.generation = side, name, top, generation

    def call(
        self, target: Handle, args: Sequence[Any], kwargs: Mapping[str, Any], *, path: str,
        changes: bool,
    ) -> Outcome:  # fmt: skip
        return self.side.call(self, target, args, kwargs, path, changes=changes)

    def note(self, origin: str, value: Any) -> None:  # noqa: ANN401  of any type
        self.side.watch.note(origin, value)

    def works_in_place(self, origin: str) -> bool:
        return self.side.watch.works_in_place(origin)

    def changed(self, origin: str) -> None:
        self.side.watch.changed(origin)

    def map(self, target: Handle, rows: Sequence[Any], *, path: str) -> Outcome:
        return self.side.map(self, target, rows, path)

    def value(self, target: Handle, *, path: str) -> Outcome:
        return self.side.value(self, target, path)

    def now(self) -> "_Line":
        if self.generation == self.side.generation:
            return self
        return _Line(self.side, self.name, None, self.side.generation)
