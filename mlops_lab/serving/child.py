"""A server in a process of its own: started, waited for, and ended with the process it serves."""

import http.client
import os
import subprocess
import tempfile
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from socket import socket
from typing import IO, Self

__all__ = ["Child", "spawn", "tail"]

_WORDS = 4000
"""Most characters of what a server that died has said."""


class Child:
    """A server that runs in a process of its own; also a context manager.

    It stops when it is told to, when this object is forgotten, and when this process ends, be it
    by SIGKILL: the child's side of that is `mlops_lab.serving.host.end_with`.

    Attributes
    ----------
    url : str
        Where it answers, such as ``http://127.0.0.1:8501``.
    port : int
        Its port.
    """

    def __init__(
        self, url: str, port: int, child: subprocess.Popen[bytes], said: IO[bytes], grace: float
    ) -> None:
        self.url = url
        self.port = port
        self._child = child
        self._said = said
        self._end = weakref.finalize(self, _stop, os.getpid(), child, said, grace)

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._end.alive and self._child.poll() is None

    def words(self) -> str:
        """Return the end of what it has said on its standard error: warnings and tracebacks."""
        return "" if self._said.closed else tail(self._said)

    def stop(self) -> None:
        """Stop it: it finishes the requests under way; what takes over its grace is cut off.

        Calling it again does nothing.
        """
        self._end()

    def wait_ready(self, path: str, patience: float) -> None:
        """Return when it answers `path` with status 200; else end it, and say why.

        Raises
        ------
        RuntimeError
            If it died, with its own last words, or answers anything else; TimeoutError if it is
            not ready in `patience` seconds.
        """
        try:
            self._wait(path, patience)
        except BaseException:
            self._child.kill()
            self.stop()
            raise

    def _wait(self, path: str, patience: float) -> None:
        # The socket listens already, so one request is enough: it is answered when the server is
        # ready, and cut off when it dies.
        end = time.monotonic() + patience
        host = self.url.removeprefix("http://").rpartition(":")[0].strip("[]")
        connection = http.client.HTTPConnection(host, self.port, timeout=patience)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            said = answer.read().decode(errors="replace")
            if answer.status != 200:
                raise RuntimeError(f"The server is not ready, it answered {answer.status}: {said}")
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, TimeoutError) or time.monotonic() >= end:
                raise TimeoutError(
                    f"The server was not ready within {patience:g} seconds. It said: {self.words()}"
                ) from None
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(5)
            raise RuntimeError(
                f"The server died while it started (exit {self._child.poll()}). "
                f"It said:\n{self.words() or 'nothing'}"
            ) from None
        finally:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "running" if self.running else "stopped"
        return f"<{type(self).__name__} {self.url} {state}>"


def spawn(
    command: Sequence[str], listener: socket | None, environment: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """Start a process that may inherit a listening socket; give it, and the file of its words.

    Its standard input is a pipe that is never written to: the pipe's end tells it that we are gone.
    It is in a session of its own, so a notebook's interrupt does not reach it.
    """
    said = tempfile.TemporaryFile()  # noqa: SIM115  a pipe could fill up; the finalizer closes it
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            pass_fds=[listener.fileno()] if listener else [],
            start_new_session=True,
            env=dict(environment),
        )
    except BaseException:
        said.close()
        raise
    return child, said


def tail(said: IO[bytes]) -> str:
    """Return the end of what a process that was spawned has said so far."""
    number = said.fileno()  # read without moving the place at which the child writes
    size = os.fstat(number).st_size
    return os.pread(number, _WORDS, max(0, size - _WORDS)).decode(errors="replace").strip()


def _stop(owner: int, child: "subprocess.Popen[bytes]", said: IO[bytes], grace: float) -> None:
    """End a server and give back what it held; in a fork of its owner, leave it alone."""
    if os.getpid() != owner:
        return
    child.terminate()
    try:
        child.wait(grace + 2)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdin is not None:
        child.stdin.close()
    said.close()
