# ruff: noqa: ARG001  a job takes rank and world whether it needs them or not
"""Real workers: what they compute, how they fail, and that none is left."""

import inspect
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from mlops_lab.distributed import Pool, WorkerError

ENOUGH = 120.0
"""Seconds for what takes one or two; a test that waits for them all fails."""


def gone(*pids: int) -> bool:
    """Wait for processes to be no more; a zombie of another parent counts as gone."""
    end = time.monotonic() + ENOUGH
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(alive, pids))


def alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_for(path: Path, count: int) -> list[int]:
    """Wait until so many files are there, each named by a process; give the processes."""
    end = time.monotonic() + ENOUGH
    while len(list(path.iterdir())) < count:
        assert time.monotonic() < end, "the workers never came so far"
        time.sleep(0.02)
    return [int(one.name) for one in path.iterdir()]


def add(rank: int, world: int, vectors: Any) -> Any:
    import torch
    import torch.distributed as dist

    mine = torch.tensor(vectors[rank])
    dist.all_reduce(mine)
    return mine.numpy()


def settings(rank: int, world: int) -> Any:
    import os

    import torch

    return rank, world, torch.get_num_threads(), os.environ["GLOO_SOCKET_IFNAME"], os.getpid()


def fail(rank: int, world: int, who: int, how: str, folder: str) -> int:
    import os
    import signal
    import sys
    from pathlib import Path

    import torch
    import torch.distributed as dist

    (Path(folder) / str(os.getpid())).touch()
    if rank == who:
        if how == "raise":
            raise KeyError("no such row")
        if how == "exit":
            sys.exit(3)
        os.kill(os.getpid(), getattr(signal, how))
    dist.all_reduce(torch.ones(1000))
    return rank


def stuck(rank: int, world: int, folder: str) -> None:
    import os
    import time
    from pathlib import Path

    (Path(folder) / str(os.getpid())).touch()
    time.sleep(600)


def unpicklable(rank: int, world: int) -> Any:
    return threading.Lock()


@pytest.mark.parametrize("world", [1, 2, 5])
def test_the_sum_over_workers_is_numpys(pool: Pool, world: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(world, 1001))
    for found in pool.run(add, world, vectors=vectors):
        np.testing.assert_allclose(found, vectors.sum(axis=0), atol=1e-12)


def test_a_worker_has_one_thread_the_loopback_and_a_process_of_its_own(pool: Pool) -> None:
    found = pool.run(settings, 3)
    assert [one[:3] for one in found] == [(0, 3, 1), (1, 3, 1), (2, 3, 1)]
    assert {one[3] for one in found} == {"lo0" if sys.platform == "darwin" else "lo"}
    pids = {one[4] for one in found}
    assert len(pids) == 3
    assert os.getpid() not in pids
    assert gone(*pids)


def test_a_host_has_no_thread_beside_its_own(pool: Pool) -> None:
    pool.run(settings, 1)
    assert pool.pid is not None
    assert psutil.Process(pool.pid).num_threads() == 1


def test_large_values_come_through(pool: Pool) -> None:
    vectors = np.ones((2, 3_000_000))
    first, second = pool.run(add, 2, vectors=vectors)
    assert first.sum() == second.sum() == 6_000_000


@pytest.mark.parametrize(
    ("how", "code", "error"),
    [
        ("raise", 1, "KeyError: 'no such row'"),
        ("exit", 1, "SystemExit: 3"),
        ("SIGKILL", -9, "killed by SIGKILL (exit code -9)"),
        ("SIGSEGV", -11, "killed by SIGSEGV (exit code -11)"),
    ],
)
def test_a_worker_that_fails_is_told_and_none_is_left(
    pool: Pool, tmp_path: Path, how: str, code: int, error: str
) -> None:
    found = pool.launch(fail, 3, who=1, how=how, folder=str(tmp_path))
    assert (found[1].value, found[1].code, found[1].error) == (None, code, error)
    for other in (found[0], found[2]):  # they do not hang
        assert other.value is None
        assert other.error is not None
        assert other.error.startswith("RuntimeError")
        assert "all_reduce" in other.trace
    assert gone(*(one.pid for one in found))
    assert len(pool.run(settings, 2)) == 2, "the next launch is as if nothing had been"


def test_the_first_error_is_raised_with_its_line(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match=r"(?s)worker 0: KeyError.*raise KeyError") as caught:
        pool.run(fail, 2, who=0, how="raise", folder=str(tmp_path))
    assert [one.code for one in caught.value.outcomes] == [1, 1]


def test_what_cannot_come_back_is_an_error(pool: Pool) -> None:
    with pytest.raises(WorkerError, match="cannot pickle"):
        pool.run(unpicklable, 1)


def test_a_worker_that_takes_too_long_is_killed(pool: Pool, tmp_path: Path) -> None:
    found = pool.launch(stuck, 2, patience=1.0, folder=str(tmp_path))
    assert [one.code for one in found] == [-9, -9]
    assert "took too long, 1 s" in str(found[0].error)
    assert gone(*(one.pid for one in found))


@pytest.mark.parametrize(("workers", "patience"), [(0, 1.0), (65, 1.0), (2, 0.0)])
def test_what_is_refused(pool: Pool, workers: int, patience: float) -> None:
    with pytest.raises(ValueError, match="1 to 64 workers and a patience above 0; got"):
        pool.launch(settings, workers, patience=patience)


def test_nothing_is_leaked(pool: Pool, tmp_path: Path) -> None:
    me = psutil.Process()

    def held() -> tuple[int, int, int]:
        return me.num_fds(), threading.active_count(), len(me.children(recursive=True))

    pool.run(settings, 2)
    before, host = held(), psutil.Process(pool.pid or 0)
    files = host.num_fds()
    for _ in range(3):
        pool.run(settings, 2)
        pool.launch(fail, 2, who=1, how="SIGKILL", folder=str(tmp_path))
    assert (held(), host.num_fds()) == (before, files)


def test_stop_ends_the_host_and_the_next_launch_starts_another() -> None:
    me = psutil.Process()
    before = me.num_fds(), me.children(recursive=True)
    pool = Pool()
    assert [pool.pid] == [None]
    pool.run(settings, 1)
    first = pool.pid or 0
    pool.stop()
    pool.stop()
    assert not psutil.pid_exists(first)
    with pool:
        pool.run(settings, 1)
        assert pool.pid not in (None, first)
    assert (me.num_fds(), me.children(recursive=True)) == before


def test_a_pool_that_is_forgotten_ends() -> None:
    pool = Pool()
    pool.run(settings, 1)
    host = pool.pid
    del pool
    assert gone(host or 0)


def test_an_interrupt_leaves_no_worker(tmp_path: Path) -> None:
    pool = Pool()
    main, found = threading.get_ident(), []

    def interrupt() -> None:
        found.extend(wait_for(tmp_path, 2))
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        pool.launch(stuck, 2, folder=str(tmp_path))
    thread.join()
    assert pool.pid is None
    assert gone(*found)
    assert len(pool.run(settings, 2)) == 2
    pool.stop()


def killed_host(pool: Pool, job: Callable[..., Any], folder: Path) -> tuple[int, list[int]]:
    """Kill the host while two workers are at a job; give its id and theirs."""
    host, found = pool.pid or 0, list[int]()

    def kill() -> None:
        found.extend(wait_for(folder, 2))
        os.kill(host, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    with pytest.raises(RuntimeError, match="the host of the workers died"):
        pool.launch(job, 2, folder=str(folder))
    thread.join()
    return host, found


def test_a_host_that_dies_is_told_and_takes_its_workers_along(tmp_path: Path) -> None:
    with Pool() as pool:
        pool.run(settings, 1)
        host, found = killed_host(pool, stuck, tmp_path)
        assert gone(host, *found)


def test_a_host_that_cannot_start_gives_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('a broken torch')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    me = psutil.Process()
    before = me.num_fds(), me.children()
    pool = Pool()
    with pytest.raises(RuntimeError, match="a broken torch"):
        pool.run(settings, 1)
    assert (me.num_fds(), me.children()) == before


OWNER = """
import sys
from tests_jobs import stuck
from mlops_lab.distributed import Pool

pool = Pool()
pool.launch(stuck, 3, folder=sys.argv[1])
"""
FORKING = """
import os, time
if os.fork() == 0:  # it holds a copy of all that the owner had, and lives on
    os.closerange(0, 3)
    time.sleep(600)
"""


@pytest.mark.parametrize("fork", [False, True])
def test_an_owner_that_is_killed_leaves_none(tmp_path: Path, fork: bool) -> None:
    jobs, marks = tmp_path / "jobs", tmp_path / "marks"
    jobs.mkdir()
    marks.mkdir()
    (jobs / "tests_jobs.py").write_text(textwrap.dedent(inspect.getsource(stuck)))
    owner = OWNER
    if fork:
        owner = owner.replace("pool.launch", "pool.run(stuck_not, 1)\n" + FORKING + "pool.launch")
        owner = owner.replace("pool = Pool()", "def stuck_not(rank, world): pass\n\npool = Pool()")
    script = jobs / "owner.py"
    script.write_text(owner)
    child = subprocess.Popen(
        [sys.executable, str(script), str(marks)], env={**os.environ, "PYTHONPATH": str(jobs)}
    )
    try:
        workers = wait_for(marks, 3)
        below = psutil.Process(child.pid).children(recursive=True)
        hosts = [one.pid for one in below if "mlops_lab.distributed" in one.cmdline()]
        assert set(workers) < set(hosts), "workers are forks of the host"
        folder = next(
            part for part in psutil.Process(hosts[0]).cmdline() if "mlops-lab-workers-" in part
        )
    finally:
        child.kill()
        child.wait()
    assert gone(*workers, *hosts)
    assert not Path(folder).exists()
    for one in below:  # the fork of the owner, which is the test's own
        if one.pid not in hosts and one.is_running():
            one.kill()


def test_a_worker_ends_with_the_host_without_the_kernels_help(
    tmp_path: Path,
) -> None:
    """Where there is no signal for it, a thread sees the line's end."""

    def unarmed(rank: int, world: int, folder: str) -> None:
        import ctypes
        import os
        import time
        from pathlib import Path

        ctypes.CDLL(None).prctl(1, 0)  # PR_SET_PDEATHSIG: none
        (Path(folder) / str(os.getpid())).touch()
        time.sleep(600)

    with Pool() as pool:
        pool.run(settings, 1)
        _, found = killed_host(pool, unarmed, tmp_path)
        assert gone(*found)
