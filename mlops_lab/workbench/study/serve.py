"""JupyterLab as a child process, with a template that forks its kernels."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

from mlops_lab.workbench.kernels import PROVISIONER, ForkUnavailableError, warmed
from mlops_lab.workbench.runs.errors import KernelError
from mlops_lab.workbench.study.servers import Server, server_of

__all__ = ["JUPYTERLAB", "Lab", "launched", "warm"]

JUPYTERLAB = (sys.executable, "-m", "jupyterlab")
_CHOICE = "JUPYTER_DEFAULT_PROVISIONER_NAME"
_SECONDS = 120  # for a slow disk's first start
_TWICE = 5.0  # seconds in which a second Ctrl-C ends the lab
_ENDING = 15.0  # seconds for JupyterLab to end its kernels


@contextmanager
def warm() -> Iterator[bool]:
    """Have kernels forked from a template for as long as the block runs, where that is possible.

    Notebooks name the kernel ``python3``, so that they run anywhere; the provisioner is named by
    Jupyter's own variable, in this process and those it starts.

    Yields
    ------
    bool
        Whether there is a template; without one, kernels start afresh.
    """
    before = os.environ.get(_CHOICE)
    os.environ.setdefault(_CHOICE, PROVISIONER)  # before the template, which compares it
    try:
        with warmed() as template:
            yield template is not None
    except ForkUnavailableError:  # it could not even be started
        yield False
    finally:
        if before is None:
            os.environ.pop(_CHOICE, None)


class Lab:
    """A running JupyterLab of ours.

    Parameters
    ----------
    process : subprocess.Popen
    log : Path
        Where it writes what it says.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.process, self.log = process, log

    def server(self) -> Server:
        """Wait until it takes connections.

        Raises
        ------
        KernelError
            It ended before, with the last lines that it wrote.
        """
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise KernelError(f"JupyterLab did not start:\n{self._last_words()}")
            if found := server_of(self.process.pid):
                return found
            time.sleep(0.1)
        raise KernelError(f"JupyterLab does not answer after {_SECONDS} s. It said: {self.log}")

    def wait(self, say: Callable[[str], None], begun: Callable[[], None] = lambda: None) -> int:
        """Wait for its end; Ctrl-C, SIGTERM and a closed terminal are passed on to it.

        Parameters
        ----------
        say : callable
            Tells the learner a sentence.
        begun : callable
            Called as soon as signals are passed on.

        Returns
        -------
        int
            JupyterLab's exit code; 0 when it was ended from here.
        """
        passing = _Passing(self.process, say)
        with passing.at_work():
            begun()
            code = self.process.wait()
        return 0 if passing.asked else code

    def close(self) -> None:
        """End it, if it is still there, and its kernels with it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_ENDING)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return "\n".join(lines[-5:]) or f"it ended with code {self.process.returncode}"


class _Passing:
    """What signals to us do to the child, which has a session of its own and gets none itself."""

    def __init__(self, process: "subprocess.Popen[bytes]", say: Callable[[str], None]) -> None:
        self.process, self.say, self.asked, self.last = process, say, False, -_TWICE

    @contextmanager
    def at_work(self) -> Iterator[None]:
        names = ("SIGINT", "SIGTERM", "SIGHUP")
        numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
        before = {number: signal.signal(number, self.handle) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle(self, number: int, _: FrameType | None) -> None:
        now = time.monotonic()
        first = now - self.last > _TWICE
        if number == signal.SIGINT and first and _is_terminal():
            self.last = now
            self.say("Press Ctrl-C again to close the lab. Save your notebooks first.")
            return
        self.asked = True
        self.process.terminate()  # nothing happens when it has ended


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


@contextmanager
def launched(
    root: Path,
    page: str,
    log: Path,
    *,
    port: int | None = None,
    program: Sequence[str] = JUPYTERLAB,
    mode: str = "lab",
) -> Iterator[Lab]:
    """Start JupyterLab on a folder, and end it at the end of the block.

    Parameters
    ----------
    root : Path
        What it shows.
    page : str
        The notebook that it opens, inside of `root`.
    log : Path
        Where what it says is written.
    port : int, optional
        Where to begin to look for a free one; JupyterLab's own by default.
    program : sequence of str
        How it is called.
    mode : str
        ``lab``, or ``doc`` for the page alone.

    Yields
    ------
    Lab
        It may still be starting.
    """
    words = [
        *program,
        "--no-browser",
        f"--ServerApp.root_dir={root.resolve()}",
        f"--LabApp.default_url=/{mode}/tree/{quote(page)}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    words += [f"--port={port}"] if port is not None else []
    words += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    own: dict[str, Any] = {"stdin": subprocess.DEVNULL, "start_new_session": True}
    with log.open("wb") as file:
        process = subprocess.Popen(words, cwd=root, stdout=file, stderr=subprocess.STDOUT, **own)
    lab = Lab(process, log)
    with _ending_by_exception():
        try:
            yield lab
        finally:
            lab.close()


@contextmanager
def _ending_by_exception() -> Iterator[None]:
    """Turn what would end this process at once, and leave the child, into an exception."""

    def leave(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    names = ("SIGTERM", "SIGHUP")
    before = {n: signal.signal(getattr(signal, n), leave) for n in names if hasattr(signal, n)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
