"""The load client, against a server on this machine that answers when a test says so, and wrk."""

import asyncio
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator

import numpy as np
import pytest

from mlops_lab.serving import connections
from mlops_lab.serving.load import closed_loop, open_loop
from mlops_lab.serving.results import LoadResult

HEAD = "HTTP/1.1 {} Said\r\nX-Model-Version: 7\r\nContent-Length: {}\r\n\r\n{}"
ENOUGH = 60.0
"""Seconds for what takes a moment, also on a busy machine."""
Answer = Callable[[int, bytes], Awaitable[bytes]]


class Told:
    """A server that does what a test tells it: `answer` takes each request, by number and body."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.answer: Answer = after(0.0)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.main()), daemon=True)
        self.thread.start()
        assert self.ready.wait(ENOUGH)

    async def main(self) -> None:
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        self.came = asyncio.Condition()
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
                body = await reader.readexactly(int(size[1]) if size else 0)
                self.requests.append(head + body)
                async with self.came:
                    self.came.notify_all()
                content = await self.answer(len(self.requests) - 1, body)
                writer.write(content)
                if not content:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the client has left, as it may
        finally:
            writer.close()

    async def has(self, count: int) -> None:
        """Wait until so many requests have come."""
        async with self.came:
            await self.came.wait_for(lambda: len(self.requests) >= count)

    async def never(self, _: int, __: bytes) -> bytes:
        """Answer no request as long as the server lives."""
        await self.over.wait()
        return b""

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(ENOUGH)


def after(delay: float, content: bytes | None = None) -> Answer:
    """Answer every request alike."""

    async def answer(_: int, __: bytes) -> bytes:
        await asyncio.sleep(delay)
        return said() if content is None else content

    return answer


def said(status: int = 200, body: str = "ok") -> bytes:
    return HEAD.format(status, len(body), body).encode()


@pytest.fixture
def told() -> Iterator[Told]:
    server = Told()
    yield server
    server.stop()


def test_requests_arrive_whole_and_answers_come_back(told: Told) -> None:
    async def echo(_: int, body: bytes) -> bytes:
        return said(body=body.decode())

    told.answer = echo
    result = open_loop(told.url, [b"{}", b"[1]"], np.arange(6) / 100, {"X-Key": "ada"})
    assert result.failed == 0
    assert result.answers == (b"{}", b"[1]") * 3  # each its own, in whatever order they came
    assert set(result.version.tolist()) == {7}
    assert set(result.tries.tolist()) == {1}
    first = told.requests[0]
    assert first.startswith(b"POST /p?q=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert all(b"X-Key: ada\r\n" in one for one in told.requests)
    came = sorted(one.partition(b"\r\n\r\n")[2] for one in told.requests)
    assert came == [b"[1]"] * 3 + [b"{}"] * 3


def test_one_connection_sends_in_the_order_of_the_schedule(told: Told) -> None:
    open_loop(told.url, [b"{}", b"[1]"], np.zeros(6), connections=1)
    assert [one.partition(b"\r\n\r\n")[2] for one in told.requests] == [b"{}", b"[1]"] * 3


def test_headers_are_gone_through_in_turn_beside_bodies(told: Told) -> None:
    open_loop(told.url, [b"a", b"b"], np.arange(6) / 50, [{"K": "0"}, {"K": "1"}, {"K": "2"}])
    seen = {(re.search(rb"K: (\d)", r)[1], r[-1:]) for r in told.requests}  # type: ignore[index]  # always there
    assert len(seen) == 6


def test_the_schedule_is_kept_whatever_the_server_does(told: Told) -> None:
    async def hold_the_first(_: int, body: bytes) -> bytes:
        if body == b"0":
            await told.has(10)  # for ever, if the others waited for it
        return said()

    told.answer = hold_the_first
    bodies = [b"%d" % i for i in range(10)]
    result = open_loop(told.url, bodies, np.arange(10) / 50, timeout=ENOUGH)
    assert result.failed == 0
    assert (result.begun < result.done[0]).all()  # nobody waited for the first one's answer
    assert told.connections >= 2


def test_waiting_for_a_connection_is_latency(told: Told) -> None:
    told.answer = after(0.05)
    result = open_loop(told.url, b"{}", np.zeros(8), connections=1, timeout=ENOUGH)
    assert (result.begun[1:] >= result.done[:-1]).all()  # each service time is its own alone
    assert result.service_time.min() >= 0.05
    assert result.latency.max() >= 8 * 0.05  # and the last one waited for the seven before
    assert told.connections == 1


def test_a_closed_loop_waits_and_hides_the_stall(told: Told) -> None:
    async def stall_once(i: int, _: bytes) -> bytes:
        await asyncio.sleep(0.6 if i == 0 else 0.002)
        return said()

    told.answer = stall_once
    result = closed_loop(told.url, b"{}", 1, 1.2)
    assert result.latency[0] >= 0.6
    assert len(result.due) > 1
    assert np.array_equal(np.sort(result.begun), result.begun)
    assert (result.due[1:] >= result.done[:-1]).all()  # no other request was due in the stall
    assert (result.begun[1:] >= result.done[:-1]).all()
    assert result.due.max() < 1.2


def test_clients_work_side_by_side(told: Told) -> None:
    async def all_five(_: int, __: bytes) -> bytes:
        await told.has(5)  # for ever, if one waited for another
        return said()

    told.answer = all_five
    result = closed_loop(told.url, b"{}", 5, 0.5, timeout=ENOUGH)
    assert result.failed == 0
    assert len(result.due) >= 5
    assert told.connections == 5


def test_late_answers_are_given_up_and_tried_again(told: Told) -> None:
    async def not_the_first(i: int, body: bytes) -> bytes:
        return await told.never(i, body) if i == 0 else said()

    told.answer = not_the_first
    result = open_loop(told.url, b"{}", [0.0], timeout=2.0, retries=2)
    assert result.status.tolist() == [200]
    assert result.tries.tolist() == [2]
    assert result.latency[0] >= 2.0  # from when it was due, with the try that failed
    assert result.service_time[0] < result.latency[0]


def test_what_never_comes_is_status_0(told: Told) -> None:
    told.answer = told.never
    result = open_loop(told.url, b"{}", [0.0, 0.0], timeout=0.1)
    assert result.status.tolist() == [0, 0]
    assert result.failed == 2
    assert np.isnan(result.percentile(99))
    assert result.throughput == 0


def test_refusals_are_tried_again_and_errors_are_not(told: Told) -> None:
    async def busy_twice(i: int, _: bytes) -> bytes:
        return said(503 if i < 2 else 200)

    told.answer = busy_twice
    assert open_loop(told.url, b"{}", [0.0], retries=3).tries.tolist() == [3]
    told.answer = after(0.0, said(400))
    result = open_loop(told.url, b"{}", [0.0], retries=3)
    assert (result.status.tolist(), result.tries.tolist()) == ([400], [1])


@pytest.mark.parametrize("content", [b"", b"no http\r\n\r\n"], ids=["closed", "nonsense"])
def test_broken_answers_are_status_0(told: Told, content: bytes) -> None:
    told.answer = after(0.0, content)
    assert open_loop(told.url, b"{}", [0.0], timeout=ENOUGH).status.tolist() == [0]


def test_a_connection_that_the_server_closes_is_not_used_again(told: Told) -> None:
    closing = said().replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    told.answer = after(0.0, closing)
    result = open_loop(told.url, b"{}", np.arange(4) / 20)
    assert result.failed == 0
    assert told.connections == 4


def test_nobody_listens() -> None:
    with socket.socket() as silent:  # it holds the port, and does not listen
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert open_loop(url, b"{}", [0.0, 0.01]).status.tolist() == [0, 0]


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
    """Side by side, so that other work on this machine is in both; the best of five."""
    told.answer = after(0.05)
    ratios: list[float] = []
    while len(ratios) < 5 and not any(agree(one) for one in ratios):
        ratios.append(closed_loop(told.url, b"", 4, 1.0).throughput / by_wrk(told.url))
    assert any(agree(one) for one in ratios), f"ours by wrk's requests a second: {ratios}"


def agree(ratio: float) -> bool:
    return 1 / 1.25 < ratio < 1.25


def by_wrk(url: str) -> float:
    """Return the requests a second that wrk counts with four connections."""
    words = ["wrk", "-t1", "-c4", "-d1s", "-H", "Content-Length: 0", url]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]  # wrk ends with it
