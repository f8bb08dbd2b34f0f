"""A sweep on a Dask cluster: a real scheduler, real workers, one of them killed."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps import results, sweep
from mlops_lab.workbench.runs.sweeps.cluster import on_cluster

Make = Callable[..., Path]
POINTS = [{"seed": seed} for seed in range(8)]
CELL = "import time; time.sleep(0.5)\nfrom mlops_lab import kit\nkit.record('next', seed + 1)"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers on loopback, each a process of its own."""
    file = tmp_path / "scheduler.json"
    common = ["--no-dashboard", "--host", "127.0.0.1", "--scheduler-file", str(file)]
    local = ["--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path)]
    scheduler = _dask(tmp_path, "scheduler", "--port", "0", *common)
    workers: list[subprocess.Popen[bytes]] = []
    try:
        end = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < end
            time.sleep(0.1)
        workers += [_dask(tmp_path, "worker", *common, *local) for _ in range(2)]
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        _wait_for_workers(address, 2)
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def _dask(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    quiet = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    with (folder / "dask.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words], cwd=folder, env=quiet, stdout=log, stderr=log
        )


def _wait_for_workers(address: str, number: int) -> None:
    from distributed import Client

    with Client(address, timeout=30, set_as_default=False) as client:
        client.wait_for_workers(number, timeout=60)


def test_the_table_is_that_of_this_machine_though_a_worker_is_killed(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], make_notebook: Make, tmp_path: Path
) -> None:
    address, workers = cluster
    notebook = make_notebook(CELL)
    for progress in sweep(
        notebook, POINTS, tmp_path / "far", runner=on_cluster(address), keep_copies=True
    ):
        if progress.done == 2:
            workers[0].kill()
    far = results(tmp_path / "far")
    assert list(far["state"]) == ["passed"] * 8
    assert workers[0].poll() is not None
    assert workers[1].poll() is None
    assert list(far["next"]) == [point["seed"] + 1 for point in POINTS]
    assert (tmp_path / "far/notebooks/8/tiny.ipynb").is_file()
    for _ in sweep(notebook, POINTS[:2], tmp_path / "near"):
        pass
    near = results(tmp_path / "near")
    same = [name for name in near.columns if name not in ("seconds", "memory")]
    assert near[same].equals(far[same].iloc[:2])


def test_no_scheduler_is_told(make_notebook: Make, tmp_path: Path) -> None:
    with socket.socket() as silent:  # it holds the port, and does not listen
        silent.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(RefusedError, match=f"No Dask scheduler answers at '{address}'"):
            list(
                sweep(
                    make_notebook(CELL), POINTS, tmp_path / "out", runner=on_cluster(address)
                )
            )  # fmt: skip
    assert not (tmp_path / "out").exists()
