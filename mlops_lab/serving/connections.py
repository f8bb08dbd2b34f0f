"""HTTP/1.1 connections of the load client: kept open, one request at a time, as lean as it goes."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

__all__ = ["Answer", "Pool", "request_bytes"]


class Answer(NamedTuple):
    """One answer; `begun` and `done` on the clock of `time.perf_counter`, status 0 for none."""

    begun: float
    done: float
    status: int
    version: int
    body: bytes


def request_bytes(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Write a POST request as it goes over the wire.

    Raises
    ------
    ValueError
        For a header with a line break in it.
    """
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **headers,
    }
    for name, value in fields.items():
        if "\r" in name + value or "\n" in name + value:
            raise ValueError(f"a header may not hold a line break; got {name!r}: {value!r}")
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class _Connection(asyncio.Protocol):
    """Sends a request and gathers its answer."""

    def __init__(self) -> None:
        import httptools

        self.new_parser: Callable[[Any], Any] = httptools.HttpResponseParser
        self.transport: asyncio.Transport | None = None
        self.answered: asyncio.Future[None] | None = None
        self.usable = True

    def send(self, request: bytes) -> asyncio.Future[None]:
        assert self.transport is not None  # the pool gives connections that are made
        self.parser = self.new_parser(self)
        self.chunks: list[bytes] = []
        self.status, self.version, self.done = 0, 0, 0.0
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answered

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # of TCP
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        import httptools

        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc  # a broken connection is status 0, however it broke
        self.usable = False
        if self.answered is not None and not self.answered.done():
            self.status, self.done = 0, time.perf_counter()
            self.answered.set_result(None)

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"x-model-version" and value.isdigit():
            self.version = int(value)

    def on_body(self, data: bytes) -> None:
        self.chunks.append(data)

    def on_message_complete(self) -> None:
        self.done = time.perf_counter()
        self.status = self.parser.get_status_code()
        self.usable = self.usable and self.parser.should_keep_alive()
        if self.answered is not None and not self.answered.done():
            self.answered.set_result(None)

    def close(self) -> None:
        self.usable = False
        if self.transport is not None:
            self.transport.abort()


class Pool:
    """At most so many connections to one server; the one used last is used next."""

    def __init__(self, url: str, most: int) -> None:
        if most < 1:
            raise ValueError(f"there must be one connection or more; got {most}")
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.idle: list[_Connection] = []
        self.free = asyncio.Semaphore(most)

    async def ask(self, request: bytes, timeout: float) -> Answer:
        """Send a request; a connection that breaks or an answer that is late gives status 0."""
        async with self.free:
            begun = time.perf_counter()
            connection = None
            try:
                async with asyncio.timeout(timeout):
                    connection = await self._connection()
                    begun = time.perf_counter()
                    await connection.send(request)
            except (TimeoutError, OSError):
                if connection is not None:
                    connection.close()  # HTTP/1.1 has no other way to take a request back
                return Answer(begun, time.perf_counter(), 0, 0, b"")
            if connection.usable:
                self.idle.append(connection)
            else:
                connection.close()
            body = b"".join(connection.chunks)
            return Answer(begun, connection.done, connection.status, connection.version, body)

    async def _connection(self) -> _Connection:
        while self.idle:
            connection = self.idle.pop()
            if connection.usable:
                return connection
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(_Connection, self.host, self.port))[1]

    def close(self) -> None:
        """Close what is idle."""
        for connection in self.idle:
            connection.close()
