"""The load client, against a server on this machine whose delays are known, and against wrk."""

import asyncio
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from mlops_lab.serving import connections
from mlops_lab.serving.load import closed_loop, open_loop
from mlops_lab.serving.results import LoadResult

HEAD = "HTTP/1.1 {} Said\r\nX-Model-Version: 7\r\nContent-Length: {}\r\n\r\n{}"


class Told:
    """A server that does what a test tells it: `answer` gives delay and bytes for each request."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.answer: Callable[[int], tuple[float, bytes]] = lambda _: (0.0, said())
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.main()), daemon=True)
        self.thread.start()
        self.ready.wait(10)

    async def main(self) -> None:
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/p?q=1"
        self.ready.set()
        await self.over.wait()
        server.close()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = re.search(rb"(?i)content-length: (\d+)", head)
                self.requests.append(head + await reader.readexactly(int(size[1]) if size else 0))
                delay, content = self.answer(len(self.requests) - 1)
                await asyncio.sleep(delay)
                writer.write(content)
                if not content:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the client has left, as it may
        finally:
            writer.close()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(10)


def said(status: int = 200, body: str = "ok") -> bytes:
    return HEAD.format(status, len(body), body).encode()


@pytest.fixture
def told() -> Iterator[Told]:
    server = Told()
    yield server
    server.stop()


def test_requests_arrive_whole_and_answers_come_back(told: Told) -> None:
    result = open_loop(told.url, [b"{}", b"[1]"], np.arange(6) / 100, {"X-Key": "ada"})
    assert result.failed == 0
    assert result.answers == (b"ok",) * 6
    assert set(result.version.tolist()) == {7}
    assert set(result.tries.tolist()) == {1}
    first = told.requests[0]
    assert first.startswith(b"POST /p?q=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"X-Key: ada\r\n" in first
    assert [one.partition(b"\r\n\r\n")[2] for one in told.requests] == [b"{}", b"[1]"] * 3


def test_headers_are_gone_through_in_turn_beside_bodies(told: Told) -> None:
    open_loop(told.url, [b"a", b"b"], np.arange(6) / 50, [{"K": "0"}, {"K": "1"}, {"K": "2"}])
    seen = {(re.search(rb"K: (\d)", r)[1], r[-1:]) for r in told.requests}  # type: ignore[index]  # always there
    assert len(seen) == 6


def test_the_schedule_is_kept_whatever_the_server_does(told: Told) -> None:
    told.answer = lambda i: (1.0 if i == 0 else 0.0, said())
    result = open_loop(told.url, b"{}", np.arange(10) / 50)
    assert (result.begun < 0.9).all()  # nobody waited for the first one's second
    assert result.done[0] >= 1.0
    assert told.connections >= 2


def test_waiting_for_a_connection_is_latency(told: Told) -> None:
    told.answer = lambda _: (0.05, said())
    result = open_loop(told.url, b"{}", np.zeros(8), connections=1)
    assert (result.service_time < 0.3).sum() >= 7  # each took its 0.05 seconds
    assert result.latency.max() >= 8 * 0.05  # and the last one waited for the seven before
    assert told.connections == 1


def test_a_closed_loop_waits_and_hides_the_stall(told: Told) -> None:
    told.answer = lambda i: (0.6 if i == 5 else 0.002, said())
    result = closed_loop(told.url, b"{}", 1, 1.2)
    assert (result.latency >= 0.5).sum() == 1
    assert np.array_equal(np.sort(result.begun), result.begun)
    assert (result.begun[1:] >= result.done[:-1]).all()
    assert result.due.max() < 1.2


def test_clients_work_side_by_side(told: Told) -> None:
    told.answer = lambda _: (0.05, said())
    result = closed_loop(told.url, b"{}", 5, 0.5)
    assert told.connections == 5
    assert result.throughput > 25  # one alone could make 20


def test_late_answers_are_given_up_and_tried_again(told: Told) -> None:
    told.answer = lambda i: (5.0 if i == 0 else 0.0, said())
    result = open_loop(told.url, b"{}", [0.0], timeout=0.3, retries=2)
    assert result.status.tolist() == [200]
    assert result.tries.tolist() == [2]
    assert result.latency[0] >= 0.3  # from when it was due, with the try that failed
    assert result.service_time[0] < result.latency[0]


def test_what_never_comes_is_status_0(told: Told) -> None:
    told.answer = lambda _: (5.0, said())
    result = open_loop(told.url, b"{}", [0.0, 0.0], timeout=0.1)
    assert result.status.tolist() == [0, 0]
    assert result.failed == 2
    assert np.isnan(result.percentile(99))
    assert result.throughput == 0


def test_refusals_are_tried_again_and_errors_are_not(told: Told) -> None:
    told.answer = lambda i: (0.0, said(503 if i < 2 else 200))
    assert open_loop(told.url, b"{}", [0.0], retries=3).tries.tolist() == [3]
    told.answer = lambda _: (0.0, said(400))
    result = open_loop(told.url, b"{}", [0.0], retries=3)
    assert (result.status.tolist(), result.tries.tolist()) == ([400], [1])


@pytest.mark.parametrize("content", [b"", b"no http\r\n\r\n"], ids=["closed", "nonsense"])
def test_broken_answers_are_status_0(told: Told, content: bytes) -> None:
    told.answer = lambda _: (0.0, content)
    assert open_loop(told.url, b"{}", [0.0], timeout=2).status.tolist() == [0]


def test_a_connection_that_the_server_closes_is_not_used_again(told: Told) -> None:
    closing = said().replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    told.answer = lambda _: (0.0, closing)
    result = open_loop(told.url, b"{}", np.arange(4) / 20)
    assert result.failed == 0
    assert told.connections == 4


def test_nobody_listens() -> None:
    result = open_loop("http://127.0.0.1:9/", b"{}", [0.0, 0.01])
    assert result.status.tolist() == [0, 0]


def test_it_works_where_a_loop_runs_already(told: Told) -> None:
    async def notebook() -> LoadResult:
        return open_loop(told.url, b"{}", [0.0])

    assert asyncio.run(notebook()).failed == 0


def test_no_arrivals_make_an_empty_result(told: Told) -> None:
    result = open_loop(told.url, b"{}", [])
    assert len(result.due) == 0
    assert result.failed == 0
    assert np.isnan(result.percentile(50))
    assert result.throughput == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"url": "https://x/"}, "url must be http"),
        ({"url": "nonsense"}, "url must be http"),
        ({"body": []}, "one entry or more"),
        ({"arrivals": [0.2, 0.1]}, "arrivals must go up"),
        ({"arrivals": [-0.1]}, "arrivals must go up"),
        ({"arrivals": [1e9]}, "arrivals must go up"),
        ({"arrivals": [float("nan")]}, "finite times"),
        ({"arrivals": [[0.0]]}, "one row"),
        ({"timeout": 0}, "timeout must be above 0"),
        ({"retries": -1}, "retries from 0"),
        ({"connections": 0}, "one connection or more"),
        ({"headers": {"A": "b\r\nC: d"}}, "line break"),
    ],
)
def test_wrong_use_of_the_open_loop_is_refused(change: dict[str, object], why: str) -> None:
    right = {"url": "http://127.0.0.1:9/", "body": b"", "arrivals": [0.0]}
    with pytest.raises(ValueError, match=why):
        open_loop(**{**right, **change})  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(("clients", "seconds"), [(0, 1), (2000, 1), (1, 0), (1, 1e9)])
def test_wrong_use_of_the_closed_loop_is_refused(clients: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="clients must be 1 to 1000"):
        closed_loop("http://127.0.0.1:9/", b"", clients, seconds)


def test_request_bytes_are_plain_http() -> None:
    made = connections.request_bytes("http://h:1/a?b", b"xyz", {})
    assert made == (b"POST /a?b HTTP/1.1\r\nHost: h:1\r\nContent-Type: application/json\r\n"
                    b"Content-Length: 3\r\n\r\nxyz")  # fmt: skip


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed here")
def test_the_closed_loop_agrees_with_wrk(told: Told) -> None:
    told.answer = lambda _: (0.02, said())
    ratios = []
    for _ in range(3):  # this machine may be busy: side by side, and the best of three
        ours = closed_loop(told.url, b"", 4, 1.0).throughput
        script = ["wrk", "-t1", "-c4", "-d1s", "-H", "Content-Length: 0", told.url]
        out = subprocess.run(script, capture_output=True, text=True, check=True).stdout
        theirs = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])  # type: ignore[index]  # wrk ends with it
        ratios.append(ours / theirs)
    assert min(abs(np.log(ratios))) < np.log(1.25), ratios
