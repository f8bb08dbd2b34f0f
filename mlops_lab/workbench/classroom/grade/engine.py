"""The process that tests submissions: it knows the tests, and neither grade book nor other files.

It imports what the assignment imports once, forks a tester for each submission, and has the
student's code run in a sandbox. Jobs come as lines of JSON, results go as lines of JSON.
"""

import gc
import importlib
import json
import math
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO, Any

from mlops_lab.workbench.classroom.grade import in_process, tester
from mlops_lab.workbench.classroom.grade.plan import TEST, Plan, from_document
from mlops_lab.workbench.classroom.grade.usual import Usual
from mlops_lab.workbench.classroom.sandbox import Limits, Sandbox, SandboxError
from mlops_lab.workbench.classroom.sandbox.clock import MOST_TIMES

__all__ = ["main"]

_GRACE = 10.0  # seconds a tester gets beyond the sum of its tasks' times
_MEMORY = 2 * 2**30  # bytes a tester may take beyond what the libraries take
_ATTEMPTS = 3


@dataclass
class _Job:
    """A submission on its way."""

    id: int
    submitted: tester.Submitted
    done: list[dict[str, Any]] = field(default_factory=list)
    learn: bool = False  # which modules it takes
    in_place: bool = False  # whether tests see all changes of arguments
    learnt: set[str] = field(default_factory=set)
    seen: Usual = field(default_factory=dict)  # what came of the calls in the tests
    told: dict[str, Any] = field(default_factory=dict)  # the same, from the tester
    attempts: int = 0
    alone: bool = False  # whether this is its second try, with no other one beside it
    begun: float = 0.0


@dataclass
class _Tester:
    """A fork at work."""

    job: _Job
    process: int
    output: IO[bytes]
    deadline: float
    text: bytes = b""


def main() -> None:
    """Read settings and jobs from standard input, and write results to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner, who ends this process
    _end_with_parent()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries and tests print is no result
    settings = json.loads(sys.stdin.buffer.readline())
    plan = from_document(settings["plan"])
    modules = settings["modules"]
    box = Sandbox(
        modules, read_only=map(Path, settings["read_only"]),
        limits=Limits(**settings["limits"]), sandbox=settings["isolated"],
    )  # fmt: skip
    try:
        with ThreadPoolExecutor(1) as both:  # the sandbox's template imports the same meanwhile
            opened = both.submit(box.open)
            imported(modules)
            opened.result()
        gc.collect()
        gc.freeze()
        _say(out, {"ready": True})
        for line in sys.stdin.buffer:
            batch = json.loads(line)
            _Engine(plan, box, batch, settings["workers"], out).work()
            _say(out, {"over": True})
    except SandboxError as error:
        _say(out, {"refused": str(error)})
    finally:
        box.close()


def _end_with_parent() -> None:
    from mlops_lab.workbench.classroom.sandbox import kernel

    if sys.platform == "linux":
        kernel.die_with_parent(os.getppid())


def imported(modules: Iterable[str]) -> list[str]:
    """Import modules; give those that no earlier one had imported already.

    What cannot be imported is left out: a name may be none of a module, and a module that is
    missing fails in the cell that wants it.
    """
    needed = []
    for name in modules:
        if name not in sys.modules:
            with suppress(Exception):
                importlib.import_module(name)
                needed.append(name)
    return needed


def _say(out: IO[str], said: dict[str, Any]) -> None:
    out.write(json.dumps(said) + "\n")
    out.flush()


class _Engine:
    """Keeps as many testers at work as it may."""

    def __init__(
        self, plan: Plan, box: Sandbox, batch: dict[str, Any], workers: int, out: IO[str]
    ) -> None:
        self.plan, self.box, self.workers, self.out = plan, box, workers, out
        self.seconds: float = batch["seconds"]
        self.beside: bool = batch["beside"]
        self.usual: Usual = batch["usual"]
        self.tests = [step for step in plan.steps if step.kind == TEST]
        self.waiting = deque(_job(one) for one in batch["jobs"])
        self.again = deque[_Job]()  # what is tried once more, alone
        self.busy: dict[int, _Tester] = {}

    def work(self) -> None:
        """Test all jobs."""
        while self.waiting or self.busy or self.again:
            while self.waiting and len(self.busy) < self.workers:
                self._start(self.waiting.popleft())
            if not self.busy and self.again:
                self._start(self.again.popleft())
            if self.busy:
                self._wait()

    def _start(self, job: _Job) -> None:
        job.begun = job.begun or time.monotonic()
        job.attempts += 1
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            self._be_tester(job, writing)
        os.close(writing)
        # By the wall clock, for what nothing else ends.
        time_limit = MOST_TIMES * (self._most() * (1 + len(self.plan.steps)) + _GRACE)
        output = os.fdopen(reading, "rb", buffering=0)
        self.busy[reading] = _Tester(job, pid, output, time.monotonic() + time_limit)

    def _most(self) -> float:
        """Return the seconds of a task in a tester.

        Three times: a test that failed may be told again from a way without hidden tests, and one
        that passed oddly is tried with the master's solutions.
        """
        return 3 * (self.seconds + 3)

    def _be_tester(self, job: _Job, writing: int) -> None:
        code, busy = 1, list[str]()
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # the jobs are not for tests to read
            _limit_memory()
            with os.fdopen(writing, "wb", buffering=0) as output:
                _limit_processor(self._most())
                for result in self._results(job, busy):
                    _limit_processor(self._most())
                    output.write(json.dumps(asdict(result)).encode() + b"\n")
                if busy:
                    output.write(b'{"starved": true}\n')
                if job.learn:
                    told = {"modules": sorted(job.learnt), "usual": job.seen}
                    output.write(json.dumps(told).encode() + b"\n")
            code = 0
        except BaseException:  # noqa: BLE001  a fork must never go on as a second engine
            traceback.print_exc()
        finally:
            os._exit(code)

    def _results(self, job: _Job, busy: list[str]) -> Iterator[Any]:
        run: Callable[..., Iterator[Any]] = in_process.run_in_process
        if not self.beside:
            run = partial(tester.run_tests, in_place=job.in_place)
        return run(
            self.plan, job.submitted, self.box.start, seconds=self.seconds, skip=len(job.done),
            learnt=job.learnt if job.learn else None, usual=self.usual, seen=job.seen, busy=busy,
        )  # fmt: skip

    def _wait(self) -> None:
        poll = select.poll()
        for number in self.busy:
            poll.register(number, select.POLLIN)
        soonest = min(one.deadline for one in self.busy.values())
        ready = poll.poll(max(0.0, soonest - time.monotonic()) * 1000)
        for number, _ in ready:
            one = self.busy[number]
            part = os.read(number, 1 << 16)
            one.text += part
            if not part:
                self._ended(number)
        for number, one in list(self.busy.items()):
            if time.monotonic() > one.deadline:
                os.kill(one.process, signal.SIGKILL)
                self._ended(number)

    def _ended(self, number: int) -> None:
        one = self.busy.pop(number)
        one.output.close()
        os.waitpid(one.process, 0)
        job = one.job
        lines = one.text.split(b"\n")[:-1]  # what follows the last line end is half a line
        told = [json.loads(line) for line in lines]
        # A task may come twice, the second time in words that are for students.
        done = {one["task"]: one for one in [*job.done, *told] if "task" in one}
        job.done = list(done.values())
        job.told = next((one for one in told if "modules" in one), {})
        left = self.tests[len(job.done) :]
        if left:  # the tester did not get through: the test that it died of is the next one
            job.done.append(_lost(left[0].name, left[0].points))
            if left[1:] and job.attempts < _ATTEMPTS:
                self.waiting.appendleft(job)
                return
            job.done += [_lost(step.name, step.points) for step in left[1:]]
        if not job.alone and any("starved" in one for one in told):
            self.again.append(replace(job, alone=True, done=[], attempts=0))
            return
        took = round(time.monotonic() - job.begun, 3)
        said = {"id": job.id, "tasks": job.done, "seconds": took}
        needed = imported(job.told.get("modules", []))
        _say(self.out, said | {"modules": needed, "usual": job.told.get("usual", {})})


def _job(one: dict[str, Any]) -> _Job:
    submitted = tester.Submitted(one["answers"], frozenset(one["blank"]), one["seeds"])
    return _Job(one["id"], submitted, learn=one["learn"], in_place=one["in_place"])


def _lost(name: str, points: float) -> dict[str, Any]:
    told = "The test of this answer took too much time or memory, and was stopped."
    return {"task": name, "state": "killed", "points": 0.0, "of": points, "message": told}


def _limit_processor(seconds: float) -> None:
    """Let this process compute so long from now on, within a library's own code too."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used + seconds), resource.RLIM_INFINITY))


def _limit_memory() -> None:
    if sys.platform == "linux":
        from mlops_lab.workbench.classroom.sandbox.watch import data_of

        most = data_of("self") + _MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
