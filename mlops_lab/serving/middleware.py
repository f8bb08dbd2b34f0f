"""The outermost layer of the server: request ids, bodies within bounds, errors, log, counts.

What a caller typed goes into the answer alone: in the log, and in the labels of the metrics, stand
names that the server knows.
"""

import asyncio
import dataclasses
import random
import re
import time
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.faults import report
from mlops_lab.serving.service import Picked, Service

__all__ = [
    "RequestContext",
    "RequestMiddleware",
    "answer_http_error",
    "answer_other_error",
    "answer_request_error",
    "context_of",
    "path_names",
    "pick",
    "read_body",
    "reply",
]

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""The ids that are taken from a caller: they stand in the log, so no address fits."""
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
_FAILED = RequestError(500, "internal", "The server failed; its log says where.")
_ANSWER = orjson.dumps({"error": _FAILED.message, "field": "", "kind": _FAILED.kind})
_SWALLOWED = 64 * 2**20
"""Bytes of a body that is too large, read so that the caller can read why."""


@dataclass(slots=True)
class RequestContext:
    """What is known of a request by its end, for the log and the metrics.

    All of it is the server's own: routes, not paths; models and versions that there are; fields
    as far as the server knows their names.
    """

    id: str
    started: float
    route: str = ""
    endpoint: str = ""
    model: str = ""
    version: str = ""
    status: int = 0
    kind: str = ""
    field: str = ""
    size: int = 0
    recorded: bool = False
    more: dict[str, Any] = dataclasses.field(default_factory=dict)


def context_of(request: Request) -> RequestContext:
    """Return the note of a request."""
    found: RequestContext = request.scope["serving"]
    return found


def path_names(request: Request) -> tuple[str, str, str]:
    """Return the model, the version and the label in a path; "" where it has none."""
    words = request.path_params
    return words["model"], words.get("version", ""), words.get("label", "")


def pick(request: Request, service: Service, endpoint: str) -> Picked:
    """Choose the version that a request is for, and note it."""
    this = context_of(request)
    this.endpoint = endpoint
    model, version, label = path_names(request)
    picked = service.pick(model, version, label, request.headers.get("x-key") or this.id)
    this.model, this.version = model, str(picked.version.number)
    return picked


class RequestMiddleware:
    """Wraps the application: nothing gets in without an id or out without a line in the log."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        this = RequestContext(_id(scope), time.perf_counter())
        scope["serving"] = this

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                this.status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", this.id.encode())]
                if this.version:
                    message["headers"].append((b"x-model-version", this.version.encode()))
            elif not message.get("more_body"):
                self._record(scope, this)  # who has the answer can rely on finding the line
            await send(message)

        self.service.metrics.flying += 1
        try:
            await self.app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001  told here, as others would quote the request
            report(f"A request failed: {this.route or 'no route'}", error)
            if not this.status:  # and what was to answer it failed too
                this.kind = _FAILED.kind
                await reply(_ANSWER, 500)(scope, receive, noted)
        finally:
            self.service.metrics.flying -= 1
            self._record(scope, this)

    def _record(self, scope: Scope, this: RequestContext) -> None:
        if this.recorded:
            return
        this.recorded = True
        took = time.perf_counter() - this.started
        self.service.metrics.answered(this.model, this.version, this.endpoint, this.status)
        if this.kind:
            self.service.metrics.errors.labels(this.kind).inc()
        if self.service.log.file is None:
            return
        line = {
            "time": time.time(),
            "id": this.id,
            "method": scope["method"] if scope["method"] in _METHODS else "other",
            "route": this.route,
            "endpoint": this.endpoint,
            "model": this.model,
            "version": this.version,
            "status": this.status,
            "error": this.kind,
            "field": this.field,
            "bytes": this.size,
            "seconds": round(took, 6),
            **this.more,
        }
        self.service.log.write(line)


def _id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if _ID.fullmatch(given):
                return str(given)
    return f"{random.getrandbits(64):016x}"


def reply(content: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return an answer of JSON that is written already."""
    return Response(content, status, headers, "application/json")


def _error(request: Request, refusal: RequestError) -> Response:
    this = context_of(request)
    this.kind, this.field = refusal.kind, refusal.place
    document = {"error": refusal.message, "field": refusal.field, "kind": refusal.kind}
    return reply(_dumped(document), refusal.status, refusal.headers)


def _dumped(document: dict[str, str]) -> bytes:
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:  # lone surrogates of a path that was no UTF-8
        clean = {k: v.encode("utf-8", "replace").decode() for k, v in document.items()}
        return orjson.dumps(clean)


async def answer_request_error(request: Request, error: Exception) -> Response:
    """Answer what we refused."""
    assert isinstance(error, RequestError)
    return _error(request, error)


async def answer_http_error(request: Request, error: Exception) -> Response:
    """Answer what the framework refused: paths and methods that are not there."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        routes = _routes(request)  # each knows its own method alone
        allowed = ", ".join(sorted({one for route in routes for one in route.methods or ()}))
        context_of(request).route = routes[0].path_format
        message = f"{request.method} is not allowed here; {allowed} is."
        refusal = RequestError(405, "method", message, "method", {"Allow": allowed})
    else:
        message = f"{request.url.path[:200]!r} is not a path of this server; see /openapi.json."
        refusal = RequestError(
            error.status_code, "path", message, "path", dict(error.headers or {})
        )
    return _error(request, refusal)


def _routes(request: Request) -> list[Route]:
    known = [route for route in request.app.routes if isinstance(route, Route)]
    return [route for route in known if route.matches(request.scope)[0] is not Match.NONE]


async def answer_other_error(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Answer what nobody thought of; `RequestMiddleware` reports where it happened."""
    return _error(request, _FAILED)


async def read_body(request: Request, limit: int, seconds: float) -> bytes:
    """Read a body within its bounds of size and time.

    Raises
    ------
    RequestError
        413 too large, 408 too slow, 415 compressed, 400 gone before the end.
    """
    coding = request.headers.get("content-encoding", "identity")
    if coding != "identity":
        message = f"Content-Encoding is {coding[:40]!r}; identity is allowed."
        raise RequestError(415, "encoding", message, "Content-Encoding", {"Connection": "close"})
    expected = int(request.headers.get("content-length", 0))
    patient = expected <= _SWALLOWED and "expect" not in request.headers
    if expected > limit and not patient:
        raise _too_large(expected, limit)
    chunks, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= limit:
                    chunks.append(chunk)
                elif size > limit + _SWALLOWED:
                    break
    except TimeoutError:
        message = f"The body did not come within {seconds:g} seconds: {size} bytes did."
        raise RequestError(408, "slow", message, "body", {"Connection": "close"}) from None
    except ClientDisconnect:
        raise RequestError(400, "gone", "The caller left before the body's end.", "body") from None
    context_of(request).size = size
    if size > limit:
        raise _too_large(size, limit)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(size: int, limit: int) -> RequestError:
    message = f"The body has {size} bytes; at most {limit} are allowed."
    return RequestError(413, "too-large", message, "body", {"Connection": "close"})
