"""A real MLflow server: it answers this machine only, keeps its runs, and is never left behind."""

import runpy
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import httpx
import psutil
import pytest

from mlops_lab import tracking
from mlops_lab.tracking.server import _environment

ENOUGH = 60.0
PARENT = """
import os, sys, time
from mlops_lab import tracking
server = tracking.start(sys.argv[1], patience=None)
print(server.pid, flush=True)
time.sleep(600)
"""


def gone(pid: int) -> bool:
    """Wait for a process to be no more; a zombie of another parent counts as gone."""
    end = time.monotonic() + ENOUGH
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_it_answers_and_has_pages(server: tracking.TrackingServer) -> None:
    assert server.running
    assert httpx.get(f"{server.url}/health").text == "OK"
    assert "<title>MLflow</title>" in httpx.get(f"{server.url}/").text
    assert server.runs_page("7") == f"{server.url}/#/experiments/7/runs"


def test_it_answers_those_alone_who_name_this_machine(server: tracking.TrackingServer) -> None:
    answer = httpx.get(f"{server.url}/", headers={"Host": "shop.example"})
    assert answer.status_code == 403


def test_it_is_one_process(server: tracking.TrackingServer) -> None:
    assert psutil.Process(server.pid).children() == []


def test_mlflow_reads_the_names_that_it_is_told_by() -> None:
    spec = find_spec("mlflow")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    constants = runpy.run_path(str(package / "server" / "constants.py"))
    told = {
        constants[f"{name}_ENV_VAR"]
        for name in (
            "BACKEND_STORE_URI",
            "ARTIFACT_ROOT",
            "ARTIFACTS_DESTINATION",
            "SERVE_ARTIFACTS",
        )
    }
    made = {name for name in _environment(Path("there")) if name.startswith("_MLFLOW_")}
    assert made - told == {"_MLFLOW_SGI_NAME"}
    assert told < made
    assert '"_MLFLOW_SGI_NAME"' in (package / "environment_variables.py").read_text()


def test_it_sends_nothing_and_heeds_no_setting_of_its_surroundings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://shop.example")
    made = _environment(Path("there"))
    assert "MLFLOW_TRACKING_URI" not in made
    assert made["MLFLOW_DISABLE_TELEMETRY"] == made["DO_NOT_TRACK"] == "true"


def test_a_port_in_use_is_named(server: tracking.TrackingServer, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=rf"port {server.port} .* in use by another program"):
        tracking.start(tmp_path, port=server.port)


def test_one_that_cannot_start_gives_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uvicorn.py").write_text("raise ImportError('a broken uvicorn')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RuntimeError, match=r"(?s)died while it started \(exit 1\).*broken uvicorn"):
        tracking.start(tmp_path / "store")


def test_none_survives_the_sigkill_of_its_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
        process.wait()
        assert gone(pid)


def test_a_server_that_is_stopped_or_forgotten_ends(tmp_path: Path) -> None:
    stopped = tracking.start(tmp_path / "one", patience=None)
    stopped.stop()
    assert repr(stopped).endswith("stopped>")
    assert not psutil.pid_exists(stopped.pid)
    forgotten = tracking.start(tmp_path / "two", patience=None)
    pid = forgotten.pid
    del forgotten
    assert gone(pid)
