"""An MLflow tracking server on this machine, in a process of its own."""

import json
import os
import sys
from pathlib import Path

from mlops_lab.serving.child import Child, spawn
from mlops_lab.serving.host import listen
from mlops_lab.threads import thread_environment

__all__ = ["TrackingServer", "start"]

GRACE = 3.0
"""Seconds in which requests under way are finished when the server is stopped."""

_SILENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
}


class TrackingServer(Child):
    """An MLflow server that runs in a process of its own; also a context manager.

    It stops when it is told to, when this object is forgotten, and when this process ends, be it
    by SIGKILL.

    Attributes
    ----------
    url : str
        Where its user interface and its REST interface answer.
    port : int
        Its port.
    folder : Path
        Where it keeps runs (``mlflow.db``, SQLite) and artifacts.
    """

    folder: Path

    def runs_page(self, experiment: str) -> str:
        """Return the address of the page with an experiment's runs; `experiment` is its id."""
        return f"{self.url}/#/experiments/{experiment}/runs"


def start(
    folder: str | Path, *, host: str = "127.0.0.1", port: int = 0, patience: float | None = 90.0
) -> TrackingServer:
    """Start an MLflow server that keeps its runs in a folder.

    It is the application that ``mlflow server`` starts, in one interpreter instead of two: without
    the process that only waits, and without the one that runs jobs. It sends nothing anywhere, and
    answers requests that name this machine only.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there; a second server on it later finds the runs of the first.
    host, port : str and int
        Where it listens; port 0 takes any that is free.
    patience : float, optional
        Seconds that it may take to get ready; None does not wait: the first request does.

    Returns
    -------
    TrackingServer

    Raises
    ------
    OSError
        If the port is in use.
    RuntimeError
        If it died while it started, with its own last words; TimeoutError if it is not ready in
        time.
    """
    place = Path(folder).absolute()
    place.mkdir(parents=True, exist_ok=True)
    with listen(host, port) as listener:
        number = listener.getsockname()[1]
        document = {"socket": listener.fileno(), "parent": os.getpid(), "grace": GRACE}
        command = [sys.executable, "-P", "-m", "mlops_lab.tracking", json.dumps(document)]
        child, said = spawn(command, listener, _environment(place))
    shown = f"[{host}]" if ":" in host else host
    server = TrackingServer(f"http://{shown}:{number}", number, child, said, GRACE)
    server.folder = place
    if patience is not None:
        server.wait_ready("/health", patience)
    return server


def _environment(folder: Path) -> dict[str, str]:
    """Return what ``mlflow server`` tells its application; a test holds the names to mlflow's."""
    told = {
        "_MLFLOW_SERVER_FILE_STORE": f"sqlite:///{folder / 'mlflow.db'}",
        "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(folder / "artifacts"),
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "_MLFLOW_SGI_NAME": "uvicorn",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    return {**thread_environment(kept), **_SILENT, **told}
