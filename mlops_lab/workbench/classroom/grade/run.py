"""The owner's side of the engine: start it, hand it submissions, take what comes."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Any, Self

from mlops_lab.workbench.classroom.grade.plan import Plan
from mlops_lab.workbench.classroom.grade.usual import Usual
from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.classroom.sandbox.bounds import Limits
from mlops_lab.workbench.classroom.sandbox.sandbox import QUIET
from mlops_lab.workbench.runs.errors import KernelError, RefusedError

__all__ = ["Job", "Tested", "Tests"]

_START = "from mlops_lab.workbench.classroom.grade.engine import main; main()"


@dataclass(frozen=True)
class Job:
    """A submission to test.

    Attributes
    ----------
    id : int
        Any number that is its own.
    answers : mapping of str to str
        Sources by grade_id.
    blank : tuple of str
        Answers that are missing or still the stub.
    seeds : mapping of str to str
        Sources of provided cells that are this student's own, by name.
    learn : bool
        Say which modules it takes; for answers that can be trusted.
    in_place : bool
        Let tests see whatever the answers change in their arguments; likewise.
    """

    id: int
    answers: Mapping[str, str]
    blank: tuple[str, ...] = ()
    seeds: Mapping[str, str] = field(default_factory=dict)
    learn: bool = False
    in_place: bool = False


@dataclass(frozen=True)
class Tested:
    """What came of a job.

    Attributes
    ----------
    id : int
        The job's.
    tasks : tuple of TaskResult
        One for each test, in the notebook's order.
    seconds : float
        Of wall time.
    modules : tuple of str
        What has to be imported for it, where the job asked to `learn` that.
    usual : Usual
        What came of the calls in the tests, likewise.
    """

    id: int
    tasks: tuple[TaskResult, ...]
    seconds: float
    modules: tuple[str, ...] = ()
    usual: Usual = field(default_factory=dict)


class Tests:
    """Tests submissions to one release, in parallel and shut in. Use it in a ``with`` statement.

    Parameters
    ----------
    plan : Plan
        From `make_plan`.
    modules : sequence of str, optional
        What to import once for all submissions; what the cells import by default.
    isolated : bool
        False runs students' code without isolation, with sight of this machine.
    workers : int
        Submissions at once.
    limits : Limits, optional
        What each student process may use.
    read_only : sequence of str
        Folders that students' code may read, besides Python and this package.

    Raises
    ------
    RefusedError
        From ``with``: there is no isolation on this machine.
    """

    def __init__(
        self, plan: Plan, *, modules: Sequence[str] | None = None, isolated: bool = True,
        workers: int = 2, limits: Limits | None = None, read_only: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._settings = {
            "plan": plan.document(), "modules": list(plan.modules if modules is None else modules),
            "isolated": isolated, "workers": workers,
            "limits": asdict(limits or Limits()), "read_only": list(read_only),
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the process."""
        self._folder = tempfile.TemporaryDirectory(prefix="mlops-lab-")
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START], cwd=self._folder.name, env={**os.environ, **QUIET},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            start_new_session=True,
        )  # fmt: skip
        self._send(self._settings)
        said = self._receive()
        if "refused" in said:
            self.__exit__(None, None, None)
            raise RefusedError(said["refused"])
        return self

    def run(
        self, jobs: Sequence[Job], *, seconds: float, beside: bool = False,
        usual: Usual | None = None,
    ) -> Iterator[Tested]:  # fmt: skip
        """Test submissions; results come as they are ready.

        Parameters
        ----------
        jobs : sequence of Job
            Each gives one result.
        seconds : float
            Of processor time for each task; ten times as much may pass.
        beside : bool
            Run tests beside the student's code.
        usual : Usual, optional
            What comes of the calls in the tests with the master's own solutions.

        Raises
        ------
        KernelError
            When the process that tests has died.
        """
        batch = [asdict(one) for one in jobs]
        how = {"seconds": seconds, "beside": beside, "usual": usual or {}}
        self._send({"jobs": batch, **how})
        while "over" not in (said := self._receive()):
            tasks = tuple(TaskResult(**one) for one in said["tasks"])
            modules = tuple(said["modules"])
            yield Tested(said["id"], tasks, said["seconds"], modules, said["usual"])

    def _send(self, said: Mapping[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(said).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._died() from error

    def _receive(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._died()
        said: dict[str, Any] = json.loads(line)
        return said

    def _died(self) -> KernelError:
        self._errors.seek(0)
        told = self._errors.read().decode(errors="replace").strip().splitlines()
        why = told[-1] if told else "no word"
        return KernelError(f"The process that runs the tests has ended: {why}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """End it with all that it has started."""
        process = self._process
        if process is not None:
            process.kill()  # the sandbox and all students end with it
            process.communicate()
            self._process = None
        self._errors.close()
        self._folder.cleanup()
