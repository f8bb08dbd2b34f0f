"""Start and stop a server as a child of this process, without waiting longer than it takes."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import weakref
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from mlops_lab.serving.host import listen
from mlops_lab.serving.settings import Settings
from mlops_lab.threads import thread_environment

__all__ = ["Server", "start"]

_WORDS = 4000
"""Most characters of what a server that died has said."""


class Server:
    """A server that runs in a process of its own; also a context manager.

    It stops when it is told to, when this object is forgotten, and when this process ends, be it
    by SIGKILL.

    Attributes
    ----------
    url : str
        Where it answers, such as ``http://127.0.0.1:8501``.
    port : int
        Its port.
    settings : Settings
        What it works by.
    """

    def __init__(
        self,
        url: str,
        port: int,
        settings: Settings,
        child: subprocess.Popen[bytes],
        said: IO[bytes],
    ) -> None:
        self.url = url
        self.port = port
        self.settings = settings
        self._child = child
        self._said = said
        self._end = weakref.finalize(self, _stop, os.getpid(), child, said, settings.grace)

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._end.alive and self._child.poll() is None

    def words(self) -> str:
        """Give the end of what it has said on its standard error: warnings and tracebacks."""
        return "" if self._said.closed else _tail(self._said)

    def stop(self) -> None:
        """Stop it: it finishes the requests under way; what takes over its grace is cut off.

        Calling it again does nothing.
        """
        self._end()

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Server {self.url} {'running' if self.running else 'stopped'}>"


def start(
    model_dir: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    patience: float = 60.0,
    **settings: Any,  # noqa: ANN401  the fields of Settings, which checks them
) -> Server:
    """Start a server for a model folder; return when it is ready to answer.

    Parameters
    ----------
    model_dir : str or Path
        ``<name>/<version>/model.tflite`` or ``model.keras``; see `save_model`.
    host, port : str and int
        Where it listens; port 0 takes any that is free.
    patience : float
        Seconds that it may take to get ready.
    **settings
        ``batch_size``, ``batch_window``, ``queue_size``, ``timeout``, ``max_bytes``, ``threads``,
        ``slowdown`` and the others of `Settings`.

    Returns
    -------
    Server
        With its ``url`` and ``stop()``.

    Raises
    ------
    ValueError
        If a setting is not allowed, or the folder is none.
    OSError
        If the port is in use.
    RuntimeError
        If the server died while it started, with its own last words, or no model in the folder can
        answer; TimeoutError if it is not ready in time.
    """
    wanted = _settings(Path(model_dir), settings)
    with listen(host, port) as listener:
        address = listener.getsockname()
        said = tempfile.TemporaryFile()  # noqa: SIM115  a pipe could fill up; the finalizer closes it
        try:
            child = _spawn(wanted, listener.fileno(), said)
        except BaseException:
            said.close()
            raise
    place = f"[{address[0]}]" if ":" in host else address[0]
    server = Server(f"http://{place}:{address[1]}", address[1], wanted, child, said)
    try:
        _wait(server, place, patience)
    except BaseException:
        child.kill()
        server.stop()
        raise
    return server


def _settings(folder: Path, given: dict[str, Any]) -> Settings:
    from difflib import get_close_matches

    known = [name for name in Settings.__dataclass_fields__ if name != "folder"]
    for name in given:
        if name not in known:
            close = get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
            raise TypeError(f"{name!r} is no setting of a server; {hint}")
    return Settings(folder=folder.absolute(), **given)


def _spawn(settings: Settings, socket: int, said: IO[bytes]) -> "subprocess.Popen[bytes]":
    document = {"settings": settings.document(), "socket": socket, "parent": os.getpid()}
    threads = thread_environment(os.environ, settings.threads)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "mlops_lab.serving", json.dumps(document)],
        stdin=subprocess.PIPE,  # never written to: its end tells the child that we are gone
        stdout=said,
        stderr=said,
        pass_fds=[socket],
        start_new_session=True,  # a notebook's interrupt is not for the server
        env={**threads, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )


def _wait(server: Server, host: str, patience: float) -> None:
    # The socket listens already, so one request is enough: it is answered when the server is
    # ready, and cut off when it dies.
    end = time.monotonic() + patience
    connection = http.client.HTTPConnection(host.strip("[]"), server.port, timeout=patience)
    try:
        connection.request("GET", "/v2/health/ready")
        answer = connection.getresponse()
        said = answer.read().decode(errors="replace")
        if answer.status != 200:
            raise RuntimeError(f"The server is not ready, it answered {answer.status}: {said}")
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, TimeoutError) or time.monotonic() >= end:
            raise TimeoutError(
                f"The server was not ready within {patience:g} seconds. It said: {server.words()}"
            ) from None
        with suppress(subprocess.TimeoutExpired):
            server._child.wait(5)
        raise RuntimeError(
            f"The server died while it started (exit {server._child.poll()}). "
            f"It said:\n{server.words() or 'nothing'}"
        ) from None
    finally:
        connection.close()


def _tail(said: IO[bytes]) -> str:
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
