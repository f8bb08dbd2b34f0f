"""A real MLflow server on loopback, which can be killed and started again where it was."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest


class Server:
    """MLflow's own application in a process of its own, on a port that the system has chosen.

    `mlflow server` would start it in a second interpreter, which takes as long again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with socket.create_server(("127.0.0.1", self.port)) as listener:
            self.port = listener.getsockname()[1]
            fd = listener.fileno()
            command = [sys.executable, "-m", "uvicorn", "mlflow.server.fastapi_app:app"]
            with (self.folder / "log").open("ab") as log:
                self.process = subprocess.Popen(
                    [*command, "--fd", str(fd)],
                    pass_fds=[fd], env=self._environment(), stdout=log, stderr=log,
                )  # fmt: skip
        self._wait()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            "_MLFLOW_SERVER_FILE_STORE": f"sqlite:///{self.folder}/runs.db",
            "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
            "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(self.folder / "artifacts"),
            "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        }

    def _wait(self) -> None:
        assert self.process is not None
        end = time.monotonic() + 240
        while self.process.poll() is None and time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.uri}/health", timeout=60):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="session")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("mlflow"))
    yield made
    made.kill()


@pytest.fixture
def server(one_server: Server) -> Server:
    """Return the server of all tests, started where none has or one has killed it."""
    if one_server.process is None:
        one_server.start()
    return one_server
