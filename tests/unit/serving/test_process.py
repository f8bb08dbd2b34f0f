"""Starting and stopping servers: nothing is left behind, however the parent ends."""

import contextlib
import errno
import os
import platform
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import psutil
import pytest

from mlops_lab import serving

PATH = "/v1/models/line:predict"
BODY = {"instances": [[1, 2, 3]]}
GOOD = {"predictions": [[2.0, 5.0, 8.0]]}
ENOUGH = 60.0
"""Seconds for what takes one or two; a test that waits for them all fails."""


def predict(url: str) -> object:
    return httpx.post(url + PATH, json=BODY, timeout=ENOUGH).json()


def alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def gone(pid: int) -> bool:
    """Wait for a process to be no more; a zombie of another parent counts as gone."""
    end = time.monotonic() + ENOUGH
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


def refused(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED


def test_a_server_starts_answers_and_stops(folder: Path) -> None:
    server = serving.start(folder)
    assert server.running
    assert predict(server.url) == GOOD
    server.stop()
    assert repr(server).endswith("stopped>")
    assert refused(server.port)
    assert not psutil.pid_exists(server.pid), "a zombie, or alive"
    server.stop()


def test_two_servers_at_once(folder: Path) -> None:
    with serving.start(folder) as first, serving.start(folder, batch_size=1) as second:
        assert first.port != second.port
        assert predict(first.url) == predict(second.url) == GOOD
        first.stop()
        assert predict(second.url) == GOOD


def test_nothing_is_leaked(folder: Path) -> None:
    me = psutil.Process()
    with serving.start(folder):
        pass
    before = me.num_fds(), threading.active_count(), len(me.children())
    for _ in range(3):
        with serving.start(folder) as server:
            predict(server.url)
    assert (me.num_fds(), threading.active_count(), len(me.children())) == before


def test_a_server_that_is_forgotten_stops(folder: Path) -> None:
    server = serving.start(folder)
    pid = server.pid
    del server
    assert gone(pid)


def test_a_port_in_use_is_named(folder: Path) -> None:
    me = psutil.Process()
    with serving.start(folder) as server:
        before = me.num_fds()
        with pytest.raises(OSError, match=rf"port {server.port} .* in use by another program"):
            serving.start(folder, port=server.port)
        assert me.num_fds() == before


def test_a_setting_that_is_none_is_named_with_the_closest(folder: Path) -> None:
    with pytest.raises(
        TypeError, match="'batchsize' is no setting of a server; did you mean batch"
    ):
        serving.start(folder, batchsize=3)


def test_a_server_that_dies_at_its_start_gives_its_last_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "uvicorn.py").write_text("raise ImportError('a broken uvicorn')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    me = psutil.Process()
    before = me.num_fds()
    with pytest.raises(RuntimeError, match=r"(?s)died while it started \(exit 1\).*broken uvicorn"):
        serving.start(folder)
    assert me.num_fds() == before
    assert [child for child in me.children() if "mlops_lab.serving" in child.cmdline()] == []


def test_a_server_that_does_not_get_ready_is_ended(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "uvicorn.py").write_text("import time; time.sleep(600)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(TimeoutError, match=r"not ready within 1 seconds"):
        serving.start(folder, patience=1.0)
    left = [one for one in psutil.Process().children() if "mlops_lab.serving" in one.cmdline()]
    assert left == []


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_lets_it_finish_what_it_began(folder: Path, name: str) -> None:
    server = serving.start(folder, slowdown=1.0, batch_size=1, timeout=ENOUGH, grace=ENOUGH)
    answers: list[object] = []
    with httpx.Client(base_url=server.url, timeout=ENOUGH) as client:

        def ask() -> None:
            answers.append(client.post(PATH, json=BODY).json())

        def until_in_flight(count: int) -> None:
            end = time.monotonic() + ENOUGH
            while f"serving_in_flight {count}.0" not in client.get("/metrics").text:
                assert time.monotonic() < end, f"there are never {count} requests"

        until_in_flight(1)  # the one that looks; what a client makes at first is made
        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        until_in_flight(4)
        os.kill(server.pid, getattr(signal, name))
        for thread in threads:
            thread.join()
    assert answers == [GOOD] * 3
    server.stop()
    assert server._child.returncode == 0


def test_a_request_beyond_the_grace_does_not_keep_a_stop(folder: Path) -> None:
    server = serving.start(folder, slowdown=10.0, batch_size=1, timeout=ENOUGH, grace=1.0)
    failed: list[Exception] = []

    def ask() -> None:
        try:
            predict(server.url)
        except (httpx.HTTPError, ValueError) as error:
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    end = time.monotonic() + ENOUGH
    while "serving_in_flight 2.0" not in httpx.get(server.url + "/metrics").text:
        assert time.monotonic() < end, "there are never two requests"
    server.stop()
    thread.join()
    assert len(failed) == 1
    assert not psutil.pid_exists(server.pid)


PARENT = """
import os, signal, sys, threading, time
from mlops_lab import serving
servers = []
def begin():
    servers.append(serving.start(sys.argv[1]))
{how}
print(servers[0].pid, servers[0].port, flush=True)
{then}
time.sleep(600)
"""
THREAD = "thread = threading.Thread(target=begin); thread.start(); thread.join()"
FORK = "if os.fork() == 0: time.sleep(600)"  # holds the other end of the pipe too


def parent(folder: Path, how: str, then: str = "") -> "subprocess.Popen[str]":
    program = PARENT.format(how=how, then=then)
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(("how", "then"), [("begin()", ""), (THREAD, ""), ("begin()", FORK)])
def test_no_server_survives_the_sigkill_of_its_parent(folder: Path, how: str, then: str) -> None:
    if then and platform.system() != "Linux":
        pytest.skip("off Linux the pipe alone tells, and this fork holds it")
    with parent(folder, how, then) as process:
        assert process.stdout is not None
        pid, port = map(int, process.stdout.readline().split())
        assert predict(f"http://127.0.0.1:{port}") == GOOD
        children = psutil.Process(process.pid).children()
        process.kill()
        process.wait()
        try:
            assert gone(pid)
            assert refused(port)
        finally:
            for child in children:
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.kill()


def test_a_server_outlives_the_thread_that_started_it(folder: Path) -> None:
    with parent(folder, THREAD) as process:
        assert process.stdout is not None
        pid, port = map(int, process.stdout.readline().split())
        time.sleep(1)  # what would end it comes at once, from the kernel
        assert predict(f"http://127.0.0.1:{port}") == GOOD
        process.kill()
        process.wait()
        assert gone(pid)


def test_an_ordinary_end_of_the_parent_stops_it_too(folder: Path) -> None:
    with parent(folder, "begin()", "sys.exit()") as process:
        assert process.stdout is not None
        pid, _ = map(int, process.stdout.readline().split())
        assert process.wait(ENOUGH) == 0
        assert gone(pid)


def test_an_interrupt_of_the_notebook_does_not_reach_it(folder: Path) -> None:
    with serving.start(folder) as server:
        assert os.getpgid(server.pid) != os.getpgid(0)


def test_a_fork_of_the_owner_leaves_it_alone(folder: Path) -> None:
    program = (
        "import os, sys\n"
        "from mlops_lab import serving\n"
        "server = serving.start(sys.argv[1])\n"
        "if os.fork() == 0:\n"
        "    server.stop()\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "print(server.running)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"


def test_importing_the_package_imports_no_server() -> None:
    program = (
        "import sys, mlops_lab.serving\n"
        "heavy = {'fastapi', 'uvicorn', 'tensorflow', 'ai_edge_litert', 'prometheus_client'}\n"
        "print(heavy & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
