"""Load for a server on the network: open-loop, which keeps its schedule, and closed-loop.

The open-loop client measures each request from the moment it was due, so a stall of the server, or
of the client itself, is in the numbers of every request that it held up (Tene 2013 calls the
mistake of leaving them out coordinated omission).
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import ArrayLike

from mlops_lab.serving.connections import Pool, request_bytes
from mlops_lab.serving.results import MOST_REQUESTS, MOST_SECONDS, LoadResult

__all__ = ["closed_loop", "open_loop"]

Headers = Mapping[str, str]


def open_loop(
    url: str,
    body: bytes | Sequence[bytes],
    arrivals: ArrayLike,
    headers: Headers | Sequence[Headers] | None = None,
    *,
    timeout: float = 10.0,
    retries: int = 0,
    connections: int = 400,
) -> LoadResult:
    """POST at the given times, whether or not earlier requests have been answered.

    Runs in a thread of its own with its own event loop, so it works in a notebook as well; returns
    when the last request is answered or given up.

    Parameters
    ----------
    url : str
        ``http://host:port/path``.
    body : bytes, or sequence of bytes
        Of each request; a sequence is gone through in turn, again and again.
    arrivals : array of shape (n,)
        Seconds from the start at which each is due, in order, not below 0; from `schedule`.
    headers : mapping, or sequence of mappings gone through in turn
    timeout : float, above 0
        Seconds after which a request is given up, and its connection closed.
    retries : int, from 0
        How often a request that was given up, or answered 503, is sent again, at once. Real
        callers do that; see what it leads to.
    connections : int, from 1
        Most connections at once. Requests beyond wait in the client, on their own clock.

    Raises
    ------
    ValueError
        For times out of order, an empty body list, or numbers out of range.
    """
    at = np.asarray(arrivals, dtype=float)
    if at.ndim != 1 or len(at) > MOST_REQUESTS or not np.isfinite(at).all():
        raise ValueError(f"arrivals must be one row of finite times; got shape {at.shape}")
    if len(at) and (at[0] < 0 or at[-1] > MOST_SECONDS or np.any(np.diff(at) < 0)):
        raise ValueError(f"arrivals must go up, from 0 to {MOST_SECONDS:g}; got {at[:5]}")
    if not timeout > 0 or retries < 0:
        raise ValueError(f"timeout must be above 0, retries from 0; got {timeout}, {retries}")
    requests = _requests(url, body, headers)

    async def run() -> LoadResult:
        pool = Pool(url, connections)
        book = _Book(len(at))
        book.due[:] = at
        tasks = []
        for i, (due, request) in enumerate(zip(at, itertools.cycle(requests), strict=False)):
            await _until(book.start + due)
            tasks.append(asyncio.create_task(book.ask(i, pool, request, timeout, retries)))
        await asyncio.gather(*tasks)
        pool.close()
        return book.result()

    return _in_thread(run)


def closed_loop(
    url: str,
    body: bytes | Sequence[bytes],
    clients: int,
    seconds: float,
    headers: Headers | Sequence[Headers] | None = None,
    *,
    timeout: float = 10.0,
) -> LoadResult:
    """POST from a fixed number of clients, each of which waits for its answer before the next.

    It finds the capacity of a server. It does not find the latency that its callers see: while
    the server stalls, so does the test.

    Parameters
    ----------
    url, body, headers, timeout
        As of `open_loop`.
    clients : int, 1 to 1000
    seconds : float, above 0
        After this time no request is begun.
    """
    if not 1 <= clients <= 1000 or not 0 < seconds <= MOST_SECONDS:
        raise ValueError(
            f"clients must be 1 to 1000 and seconds above 0 to {MOST_SECONDS:g}; got {clients} "
            f"and {seconds}"
        )
    requests = itertools.cycle(_requests(url, body, headers))

    async def run() -> LoadResult:
        pool = Pool(url, clients)
        book = _Book(0)

        async def client() -> None:
            while (now := time.perf_counter() - book.start) < seconds:
                i = book.add(now)
                await book.ask(i, pool, next(requests), timeout, 0)

        await asyncio.gather(*(client() for _ in range(clients)))
        pool.close()
        return book.result()

    return _in_thread(run)


class _Book:
    """What is written down of each request."""

    def __init__(self, n: int) -> None:
        self.start = time.perf_counter() + 0.01 * (n > 0)
        self.due: list[float] = [0.0] * n
        self.begun, self.done = [0.0] * n, [0.0] * n
        self.status, self.version, self.tries = [0] * n, [0] * n, [0] * n
        self.answers = [b""] * n

    def add(self, due: float) -> int:
        for column in (self.begun, self.done):
            column.append(0.0)
        for count in (self.status, self.version, self.tries):
            count.append(0)
        self.due.append(due)
        self.answers.append(b"")
        return len(self.due) - 1

    async def ask(self, i: int, pool: Pool, request: bytes, timeout: float, retries: int) -> None:
        for _ in range(retries + 1):
            self.tries[i] += 1
            answer = await pool.ask(request, timeout)
            self.begun[i], self.done[i] = answer.begun - self.start, answer.done - self.start
            self.status[i], self.version[i] = answer.status, answer.version
            self.answers[i] = answer.body
            if answer.status not in (0, 503):
                return

    def result(self) -> LoadResult:
        return LoadResult(
            due=np.array(self.due, dtype=np.float64),
            begun=np.array(self.begun, dtype=np.float64),
            done=np.array(self.done, dtype=np.float64),
            status=np.array(self.status, dtype=np.int64),
            version=np.array(self.version, dtype=np.int64),
            tries=np.array(self.tries, dtype=np.int64),
            answers=tuple(self.answers),
            start=self.start,
        )


async def _until(moment: float) -> None:
    left = moment - time.perf_counter()
    if left > 0:
        await asyncio.sleep(left)


def _requests(
    url: str, body: bytes | Sequence[bytes], headers: Headers | Sequence[Headers] | None
) -> list[bytes]:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"url must be http://host:port/path; got {url!r}")
    bodies = [body] if isinstance(body, bytes) else list(body)
    sets = [headers] if headers is None or isinstance(headers, Mapping) else list(headers)
    if not bodies or not sets:
        raise ValueError("body and headers need one entry or more")
    n = int(np.lcm(len(bodies), len(sets)))
    if n > MOST_REQUESTS:
        raise ValueError(f"{len(bodies)} bodies with {len(sets)} headers make too many pairs: {n}")
    return [
        request_bytes(url, bodies[i % len(bodies)], sets[i % len(sets)] or {}) for i in range(n)
    ]


def _in_thread(run: Callable[[], Awaitable[LoadResult]]) -> LoadResult:
    # A notebook has a running loop in its main thread, and a second one may not run there.
    import uvloop

    def main() -> LoadResult:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(run())  # type: ignore[arg-type]  # a coroutine, as Runner wants it

    with ThreadPoolExecutor(1, "load") as thread:
        return thread.submit(main).result()
