"""A server that misbehaves on demand, a small public data set, and the real copies."""

import http.server
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from mlops_lab.data.cards import Card, Column, File
from mlops_lab.data.transport import Patience

ROWS = 2000
SALES = """---
title: Sales
kind: simulation
origin: a script
licence: CC0
rows: 2
script: make.py
columns:
  price: {description: the price, low: 0, high: 9}
known_problems: []
---
"""


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with whatever the test laid down for the path."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.asked.append(self.path)
        answers = self.server.answers.get(self.path)
        if not answers:
            self.send_error(404)
            return
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self)

    def begin(self, *headers: tuple[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Keep the test run quiet."""


Answer = Callable[[Handler], None]


class Server(http.server.ThreadingHTTPServer):
    """Knows what to answer, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[str] = []
        self.released = threading.Event()
        self.half_sent = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that went away: here they do so on purpose."""


class Answers:
    """The ways in which the server can answer."""

    page: ClassVar[bytes] = b"<!DOCTYPE html>\n<html><body>Please log in</body></html>"

    @staticmethod
    def good(body: bytes) -> Answer:
        def answer(handler: Handler) -> None:
            handler.begin(("Content-Length", str(len(body))))
            handler.wfile.write(body)

        return answer

    @staticmethod
    def status(code: int) -> Answer:
        return lambda handler: handler.send_error(code)

    @staticmethod
    def reset(handler: Handler) -> None:
        linger = struct.pack("ii", 1, 0)  # closing at once sends a reset, not a goodbye
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.connection.close()

    @staticmethod
    def silence(handler: Handler) -> None:
        handler.server.released.wait(30)

    @staticmethod
    def short(body: bytes) -> Answer:
        """Promise the whole length, send half."""

        def answer(handler: Handler) -> None:
            handler.begin(("Content-Length", str(len(body))))
            handler.wfile.write(body[: len(body) // 2])

        return answer

    @staticmethod
    def cut_chunk(body: bytes) -> Answer:
        """Send half in chunks, without the chunk that ends them."""

        def answer(handler: Handler) -> None:
            handler.begin(("Transfer-Encoding", "chunked"))
            half = body[: len(body) // 2]
            handler.wfile.write(f"{len(half):x}\r\n".encode() + half + b"\r\n")

        return answer

    @staticmethod
    def no_length(body: bytes) -> Answer:
        """Send half and hang up, with no length: HTTP cannot tell that half is missing."""

        def answer(handler: Handler) -> None:
            handler.begin(("Connection", "close"))
            handler.wfile.write(body[: len(body) // 2])

        return answer

    @staticmethod
    def half_then_silence(body: bytes) -> Answer:
        def answer(handler: Handler) -> None:
            handler.begin(("Content-Length", str(len(body))))
            handler.wfile.write(body[: len(body) // 2])
            handler.wfile.flush()
            handler.server.half_sent.set()
            handler.server.released.wait(30)

        return answer

    @staticmethod
    def together(body: bytes, parties: int) -> Answer:
        """Wait until so many clients ask, so that their downloads overlap."""
        barrier = threading.Barrier(parties)

        def answer(handler: Handler) -> None:
            handler.begin(("Content-Length", str(len(body))))
            handler.wfile.write(body[: len(body) // 2])
            barrier.wait(30)
            handler.wfile.write(body[len(body) // 2 :])

        return answer


@pytest.fixture
def answers() -> type[Answers]:
    return Answers


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.released.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def patience() -> Patience:
    """Enough for this computer, and no waiting between tries."""
    return Patience(tries=3, pause=0.0, connect=5.0, read=0.5)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test away from the user's own cache, mirror and proxy."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("MLOPS_LAB_DATA", str(folder))
    monkeypatch.delenv("MLOPS_LAB_MIRROR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return folder


@pytest.fixture
def body() -> bytes:
    """A good file of the small data set."""
    rows = "".join(f"{i % 48},{0.5 if i % 2 else 0.25},{i % 2}\n" for i in range(ROWS))
    return f"period,nswprice,class\n{rows}".encode()


@pytest.fixture
def small(server: Server) -> Card:
    """A small stand-in for the electricity data, for the server to get wrong."""
    return Card(
        name="electricity",
        title="A small stand-in",
        kind="public",
        origin="this test",
        licence="none",
        rows=ROWS,
        columns={
            "period": Column("half hour of the day", low=0, high=47),
            "nswprice": Column("price", low=0, high=1, mean=0.375),
            "class": Column("up or down", allowed={0: "down", 1: "up"}),
        },
        known_problems=(),
        files=(File("elec.csv", f"{server.url}/elec.csv"),),
    )


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real copies of the public data, laid out as the cache is."""
    beside = Path(__file__).parents[3].parent / "shared" / "data"
    folder = Path(os.environ.get("MLOPS_LAB_TEST_DATA") or beside).absolute()
    if not folder.is_dir():
        pytest.skip(f"real data not found at {folder}")
    return folder


@pytest.fixture
def sales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of data sets with one simulation, whose table is still to be made."""
    folder = tmp_path / "datasets" / "sales"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text(SALES)
    monkeypatch.setattr("mlops_lab.data.registry.datasets_folder", lambda: folder.parent)
    return folder
