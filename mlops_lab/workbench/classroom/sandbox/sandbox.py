"""The owner's side: a template that was warmed once, and student processes out of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from mlops_lab.core import LabError
from mlops_lab.threads import thread_environment
from mlops_lab.workbench.classroom.sandbox.bounds import Bounds, Limits
from mlops_lab.workbench.classroom.sandbox.student import Student
from mlops_lab.workbench.kernels.forked import readable
from mlops_lab.workbench.kernels.protocol import receive, send

__all__ = ["QUIET", "Sandbox", "SandboxError"]

_PATIENCE = 60.0  # seconds for a fork to report, on however busy a machine
_START = """import sys
from mlops_lab.workbench.classroom.sandbox.template import main
main(*sys.argv[1:])"""
_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "MLOPS_LAB_DATA")
QUIET = {
    # One thread each: many students share the cores, and a pool does not survive a fork.
    **thread_environment(dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"), 1),
    # Its own allocator would take a gigabyte at once, which is all that a student process may.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MPLBACKEND": "agg",
}
_SET = QUIET | {
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class SandboxError(LabError, RuntimeError):
    """No student process can be started here; the message says why, and what to do."""


class Sandbox:
    """A place for student processes. Use it in a ``with`` statement, from any thread.

    Parameters
    ----------
    preload : sequence of str
        Modules to import once. One that fails is left out, and told in `left_out`.
    read_only : iterable of Path
        Folders and files that students may read, besides Python and this package.
    hidden : iterable of Path
        Folders within those that must look empty. The notebooks that come with this package,
        which hold solutions, always do.
    limits : Limits, optional
        What each student process may use.
    bounds : Bounds, optional
        How large a message from a student process may be.
    sandbox : bool
        False asks, by name, for plain processes: with the same limits, but with sight of the whole
        machine and its network. Nothing else makes this class do without isolation.

    Attributes
    ----------
    isolated : bool
        Whether student processes are shut in.
    left_out : dict of str to str
        Modules that could not be imported, with the error.

    Raises
    ------
    SandboxError
        From `open`, and from ``with``: there is no isolation on this machine.
    """

    def __init__(
        self,
        preload: Sequence[str] = (),
        *,
        read_only: Iterable[Path] = (),
        hidden: Iterable[Path] = (),
        limits: Limits | None = None,
        bounds: Bounds | None = None,
        sandbox: bool = True,
    ) -> None:
        self.limits = limits or Limits()
        self.bounds = bounds or Bounds()
        self.isolated = sandbox
        self.left_out: dict[str, str] = {}
        shipped = Path(__file__).resolve().parents[3] / "_shipped" / "notebooks"
        self._settings = {
            "preload": list(preload),
            "shown": [os.path.abspath(one) for one in read_only],  # noqa: PTH100  no links followed
            "hidden": [os.path.abspath(one) for one in [*hidden, shipped]],  # noqa: PTH100  likewise
            "isolated": sandbox,
        }
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def open(self) -> None:
        """Start the template, and wait until it has imported all."""
        ours, theirs = socket.socketpair()
        with theirs, tempfile.TemporaryFile() as said:
            arguments = [str(theirs.fileno()), str(os.getpid()), json.dumps(self._settings)]
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, *arguments],
                env={name: os.environ[name] for name in _KEPT if name in os.environ} | _SET,
                cwd=tempfile.gettempdir(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            theirs.close()
            self._line = ours
            try:
                answer = receive(ours)[0]
            except (EOFError, OSError):
                said.seek(0)
                lines = said.read().decode(errors="replace").splitlines() or ["no word"]
                answer = {"refused": f"the template ended with: {lines[-1]}"}
        if "refused" in answer:
            self.close()
            raise SandboxError(_refusal(answer["refused"]))
        self.left_out = answer["left_out"]

    def start(self, limits: Limits | None = None) -> Student:
        """Return a new student process, in which nothing has run.

        Parameters
        ----------
        limits : Limits, optional
            Other ones than the sandbox's own.

        Raises
        ------
        SandboxError
            It could not be made.
        """
        used = limits or self.limits
        ours, files = _channels()
        try:
            with self._lock:
                if self._line is None:
                    raise SandboxError("the sandbox is closed; open it, or use it in a `with`")
                send(self._line, asdict(used), files)
        except OSError as error:
            for one in ours:
                os.close(one)
            raise SandboxError(f"the template is gone ({error})") from error
        finally:
            for one in files:
                os.close(one)
        return _born(ours, used, self.bounds)

    def close(self) -> None:
        """End the template and every student process out of it."""
        with self._lock:
            if self._line is not None:
                self._line.close()
                self._line = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        """Open it."""
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Close it."""
        self.close()


def _channels() -> tuple[list[int], list[int]]:
    """Return our ends and theirs, of: line, standard output, standard error, control."""
    line, control = socket.socketpair(), socket.socketpair()
    out, err = os.pipe(), os.pipe()
    ours = [line[0].detach(), out[0], err[0], control[0].detach()]
    return ours, [line[1].detach(), out[1], err[1], control[1].detach()]


def _born(ours: list[int], limits: Limits, bounds: Bounds) -> Student:
    control = socket.socket(fileno=ours[3])
    process, watcher = None, 0
    until = time.monotonic() + _PATIENCE
    try:
        while True:
            if not readable(control.fileno(), max(0.0, until - time.monotonic())):
                raise SandboxError("a student process did not start in time")
            said, files = receive(control, 1)
            if "process" in said:
                process, watcher = files[0], said["process"]
            elif "ready" in said and process is not None:
                return Student(ours[:3], control, process, limits, bounds, _first_child(watcher))
            else:
                raise SandboxError(_refusal(said.get("refused", f"it ended at once: {said}")))
    except BaseException as error:
        if process is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(process, signal.SIGKILL)
            os.close(process)
        for one in ours[:3]:
            os.close(one)
        control.close()
        if isinstance(error, (EOFError, OSError)):
            raise SandboxError("a student process ended while it was made") from error
        raise


def _first_child(process: int) -> int | None:
    """Return the id of the student process, the first that its watcher has started."""
    try:
        found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # the system does not tell
        return None
    return int(found[0]) if found else None


def _refusal(why: str) -> str:
    return (
        f"no isolation here: {why}. Run `mlops-lab doctor` for the reason, or do without by name "
        "(sandbox=False), which lets the code of strangers see this machine."
    )
