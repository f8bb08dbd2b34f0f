"""A class, a hub that knows some tokens, and the desk as a process of its own."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.classroom.book import put_students
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.model import Student

if TYPE_CHECKING:
    from sqlalchemy import Engine

RUN = [sys.executable, "-m", "mlops_lab.cli"]
MANY = 100


class Hub(ThreadingHTTPServer):
    """Answers ``GET /hub/api/user``; the token of a user is `token-` and the name."""

    request_queue_size = 2 * MANY
    daemon_threads = True
    silent = False  # whether it closes the connection instead of answering

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hub/api"


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if isinstance(self.server, Hub) and self.server.silent:
            return
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        known = kind == "token" and token.startswith("token-") and self.path == "/hub/api/user"
        name = token.removeprefix("token-")
        body = json.dumps({"name": name, "kind": "service" if name == "robot" else "user"})
        self.send_response(200 if known else 403)
        self.end_headers()
        self.wfile.write(body.encode() if known else b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub(("127.0.0.1", 0), _Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def crowd(book: "Engine") -> list[str]:
    people = [Student(f"n{number:03}") for number in range(MANY)]
    put_students(book, people, by="a test")
    return [one.id for one in people]


Start = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]


@pytest.fixture
def start(folder: ClassFolder, hub: Hub) -> Start:
    """Start a desk, give its address and process, and end it with SIGTERM."""

    @contextmanager
    def started(
        command: list[str] | None = None, code: int = 143
    ) -> Iterator[tuple[str, subprocess.Popen[str]]]:
        words = [*(command or RUN), "class", "desk", "--port", "0", "--class", str(folder.path)]
        env = os.environ | {"JUPYTERHUB_API_URL": hub.url}
        with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                yield line.partition(" is at ")[2].partition(";")[0], process
            finally:
                process.terminate()
                ended = process.wait(60)
        assert ended == code

    return started
