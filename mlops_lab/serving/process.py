"""Start and stop a server as a child of this process, without waiting longer than it takes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from socket import socket
from typing import IO, Any

from mlops_lab.core import did_you_mean
from mlops_lab.serving.child import Child, spawn
from mlops_lab.serving.host import listen
from mlops_lab.serving.settings import Settings
from mlops_lab.threads import thread_environment

__all__ = ["Server", "start"]


class Server(Child):
    """A model server that runs in a process of its own; also a context manager.

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
        super().__init__(url, port, child, said, settings.grace)
        self.settings = settings


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
        child, said = _spawn(wanted, listener)
    place = f"[{address[0]}]" if ":" in host else address[0]
    server = Server(f"http://{place}:{address[1]}", address[1], wanted, child, said)
    server.wait_ready("/v2/health/ready", patience)
    return server


def _settings(folder: Path, given: dict[str, Any]) -> Settings:
    known = [name for name in Settings.__dataclass_fields__ if name != "folder"]
    for name in given:
        if name not in known:
            close = did_you_mean(name, known, "did you mean {}?")
            hint = close or f"there are {', '.join(known)}."
            raise TypeError(f"{name!r} is no setting of a server; {hint}")
    return Settings(folder=folder.absolute(), **given)


def _spawn(settings: Settings, listener: socket) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    document = {
        "settings": settings.document(),
        "socket": listener.fileno(),
        "parent": os.getpid(),
    }
    return spawn(
        [sys.executable, "-P", "-m", "mlops_lab.serving", json.dumps(document)],
        listener,
        {**thread_environment(os.environ, settings.threads), "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
