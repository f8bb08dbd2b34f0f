"""Finding the server that shows a folder, and not those that have ended."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mlops_lab.workbench.study.servers import page_address, running, server_of


@pytest.fixture
def told(home: Path) -> Iterator[Callable[..., None]]:
    """Tell of a server; without changes, it is this process and takes connections."""
    with socket.create_server(("localhost", 0)) as listener:
        port = listener.getsockname()[1]

        def tell(**changes: Any) -> None:
            usual = {
                "pid": os.getpid(), "url": f"http://localhost:{port}/", "token": "a b",
                "root_dir": str(home), "hostname": "localhost", "port": port,
            }  # fmt: skip
            record = {**usual, **changes}
            path = home / "runtime" / f"jpserver-{record['pid']}.json"
            path.write_text(json.dumps(record))

        yield tell


def test_a_running_server_is_found_by_its_folder(home: Path, told: Callable[..., None]) -> None:
    told()
    link = home / "link"
    link.symlink_to(home)
    for root in (home, link):
        found = running(root)
        assert found is not None
        assert found.pid == os.getpid()
        address = page_address(found, "Start here.ipynb")
        assert address == f"{found.url}lab/tree/Start%20here.ipynb?token=a+b"
    assert running(home / "other") is None
    assert server_of(os.getpid()) == running(home)


def test_a_server_with_a_password_has_no_token(home: Path, told: Callable[..., None]) -> None:
    told(token="")
    found = running(home)
    assert found is not None
    assert "?" not in page_address(found, "a.ipynb")


def test_the_trace_of_a_dead_server_is_passed_over(home: Path, told: Callable[..., None]) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    told(pid=ended.pid)
    assert running(home) is None


def test_a_number_that_is_another_process_now_is_passed_over(
    home: Path, told: Callable[..., None]
) -> None:
    with socket.create_server(("localhost", 0)) as gone:
        port = gone.getsockname()[1]
    told(port=port)
    assert running(home) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": "x"}'])
def test_a_half_written_trace_is_passed_over(home: Path, text: str) -> None:
    (home / "runtime" / "jpserver-1.json").write_text(text)
    assert running(home) is None


def test_no_runtime_folder_is_no_server(home: Path) -> None:
    (home / "runtime").rmdir()
    assert running(home) is None
