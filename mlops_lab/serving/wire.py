"""HTTP on the wire, bounded: slow, oversized, half-closed and broken requests end in an answer."""

import asyncio
from collections.abc import Callable
from typing import Any

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["MAX_HEADER_BYTES", "protocol"]

MAX_HEADER_BYTES = 2**16
_REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


def protocol(seconds: float, most: int, told: Callable[[str], None]) -> type[HttpToolsProtocol]:
    """Return uvicorn's protocol with bounds that it does not have.

    Parameters
    ----------
    seconds : float
        Time in which the headers of a request must have come, from its first byte, or from the
        connection's start.
    most : int
        Connections at a time; another is answered 503.
    told : callable
        Told the kind of each refusal that the application does not see.
    """

    class Bounded(HttpToolsProtocol):
        reading_timer: asyncio.TimerHandle | None = None
        header_bytes = 0
        in_headers = True
        begun = False
        in_body = False
        had_body = False

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
            super().connection_made(transport)
            self._expect_headers()
            if len(self.connections) > most:
                message = f"{most} connections are open, which is all that there may be."
                self._refuse(503, "full", message, "")

        def connection_lost(self, exc: Exception | None) -> None:
            self._got_headers()
            super().connection_lost(exc)

        def _expect_headers(self) -> None:
            self.header_bytes, self.in_headers = 0, True
            if self.reading_timer is None:
                self.reading_timer = self.loop.call_later(seconds, self._too_slow)

        def _got_headers(self) -> None:
            self.in_headers = self.begun = False
            if self.reading_timer is not None:
                self.reading_timer.cancel()
                self.reading_timer = None

        def _too_slow(self) -> None:
            self.reading_timer = None
            if self.begun:
                self._refuse(408, "slow", f"No headers within {seconds:g} seconds.", "headers")
            else:  # nothing was asked
                self.transport.close()

        def data_received(self, data: bytes) -> None:
            if self.in_headers:
                self.header_bytes += len(data)
                if self.header_bytes > MAX_HEADER_BYTES and not self._ends(data):
                    message = f"The headers have over {MAX_HEADER_BYTES} bytes."
                    self._refuse(431, "too-large", message, "headers")
                    return
            self._unset_keepalive_if_required()
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade:
                return  # an upgrade that we do not have: the request is answered as it is
            except httptools.HttpParserError as error:
                message = f"This is no HTTP request: {error}."
                field = _field(error)
                if self.had_body and not self.in_body:
                    message += " Is the Content-Length of the request before it too small?"
                    field = "Content-Length"
                self._refuse(400, "http", message, field)

        def _ends(self, data: bytes) -> bool:
            return b"\r\n\r\n" in data[:MAX_HEADER_BYTES]

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._expect_headers()
            self.begun = True

        def on_headers_complete(self) -> None:
            self._got_headers()
            self.in_body, self.had_body = True, False
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            self.had_body = True
            super().on_body(body)

        def on_message_complete(self) -> None:
            self.in_body = False
            super().on_message_complete()

        def eof_received(self) -> bool | None:  # type: ignore[override]  # asyncio's own signature
            if self.in_body:
                message = "The connection was closed for writing before the body's end."
                self._refuse(400, "gone", message, "Content-Length")
            elif self.cycle is not None and not self.cycle.response_complete:
                self.cycle.keep_alive = False  # it wrote all and waits: the answer still goes out
                return True
            elif self.begun:
                message = "The connection was closed for writing before the headers' end."
                self._refuse(400, "gone", message, "headers")
            return None

        def _refuse(self, status: int, kind: str, message: str, field: str) -> None:
            if self.transport is None or self.transport.is_closing():
                return
            answering = self.cycle is not None and not self.cycle.response_complete
            if not answering or not self.cycle.response_started:
                if answering:
                    self.cycle.disconnected = True  # what the application has to say comes too late
                    self.cycle.message_event.set()
                else:
                    told(kind)
                self.transport.write(_answer(status, kind, message, field))
            self.transport.close()

    return Bounded


def _field(error: Exception) -> str:
    said = str(error).lower()
    names = {"content-length": "Content-Length", "transfer": "Transfer-Encoding"}
    found = [field for word, field in names.items() if word in said]
    return (found or ["chunk" if "chunk" in said else "request line or headers"])[0]


def _answer(status: int, kind: str, message: str, field: str) -> bytes:
    document: dict[str, Any] = {"error": message, "field": field, "kind": kind}
    content = orjson.dumps(document)
    again = "retry-after: 1\r\n" if status == 503 else ""
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\n{again}content-type: application/json\r\n"
        f"content-length: {len(content)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + content
