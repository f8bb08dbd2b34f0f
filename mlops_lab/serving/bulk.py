"""The bulk endpoint: JSON lines in, JSON lines out, in the lane that gives way."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import islice

import numpy as np
import orjson
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from mlops_lab.serving.batching import Answer
from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.middleware import pick, read_body
from mlops_lab.serving.payload import parse_line
from mlops_lab.serving.runners import Arrays, Runner
from mlops_lab.serving.service import Picked, Service

__all__ = ["Bulk"]

_LARGER = 16
"""By how much a body may be larger than an online one."""
_AT_ONCE = 2
"""Bulk requests under way; another is answered 503."""
_PAUSE = 0.01
"""Seconds until a full lane is tried again."""

Row = tuple[int, Arrays]


class Bulk:
    """Answers line by line, in order; a line that is wrong gets its error, the others go on.

    The whole body is read before the first answer leaves: a caller that writes all before it
    reads, as most do, would otherwise wait for us while we wait for it.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.running = 0

    async def answer(self, request: Request) -> Response:
        """Predict for JSON lines: one instance a line, one answer a line."""
        picked = pick(request, self.service, "batch")
        if self.running >= _AT_ONCE:
            message = f"{self.running} bulk requests are under way; at most {_AT_ONCE} may be."
            raise RequestError(503, "full", message, "", {"Retry-After": "5"})
        self.running += 1
        try:
            settings = self.service.settings
            body = await read_body(request, _LARGER * settings.max_bytes, settings.read_timeout)
            if not body or body.isspace():
                raise RequestError(
                    400, "json", "The body is empty; JSON lines are expected.", "body"
                )
        except BaseException:
            self._end()
            raise
        return _Lines(self._stream(picked, body), settings.read_timeout, self._end)

    def _end(self) -> None:
        self.running -= 1

    async def _stream(self, picked: Picked, body: bytes) -> AsyncIterator[bytes]:
        lines = (line for line in io.BytesIO(body) if not line.isspace())
        while some := list(islice(lines, self.service.settings.batch_size)):
            yield await self._answers(picked.runner, some)

    async def _answers(self, runner: Runner, lines: Sequence[bytes]) -> bytes:
        answers = [b""] * len(lines)
        rows: list[Row] = []
        for place, line in enumerate(lines):
            try:
                rows.append((place, parse_line(line, runner.inputs)))
            except RequestError as refusal:
                answers[place] = _wrong(refusal)
        for alike in _alike(rows):
            for (place, _), line in zip(alike, await self._run(runner, alike), strict=True):
                answers[place] = line
        return b"\n".join(answers) + b"\n"

    async def _run(self, runner: Runner, rows: Sequence[Row]) -> list[bytes]:
        inputs = {name: np.concatenate([arrays[name] for _, arrays in rows]) for name in rows[0][1]}
        try:
            outputs = (await self._submitted(runner, inputs)).outputs
        except RequestError as refusal:
            if len(rows) == 1:
                return [_wrong(refusal)]
            return [line for row in rows for line in await self._run(runner, [row])]
        return [
            _right({name: value[place] for name, value in outputs.items()})
            for place in range(len(rows))
        ]

    async def _submitted(self, runner: Runner, inputs: Arrays) -> Answer:
        while True:
            try:
                future = self.service.low.submit(runner, inputs)
            except RequestError as refusal:
                if refusal.kind != "full":
                    raise
                await asyncio.sleep(_PAUSE)
            else:
                return await future


class _Lines(StreamingResponse):
    """A streamed answer that ends when its reader does, or reads nothing for too long."""

    def __init__(
        self, lines: AsyncIterator[bytes], seconds: float, ended: Callable[[], None]
    ) -> None:
        super().__init__(lines, media_type="application/x-ndjson")
        self.seconds = seconds
        self.ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def patiently(message: Message) -> None:
            async with asyncio.timeout(self.seconds):
                await send(message)

        try:
            await super().__call__(scope, receive, patiently)
        except* TimeoutError:
            pass  # the connection is closed, as the answer is not complete
        finally:
            self.ended()


def _alike(rows: Sequence[Row]) -> list[list[Row]]:
    """Put rows of the same shape together: only those can share a call."""
    groups: dict[tuple[tuple[int, ...], ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(array.shape for array in row[1].values()), []).append(row)
    return list(groups.values())


def _right(outputs: Arrays) -> bytes:
    plain = {
        name: np.asarray(value, np.float32 if value.dtype == np.float16 else None)
        for name, value in outputs.items()
    }
    only = next(iter(plain.values())) if len(plain) == 1 else plain
    return orjson.dumps({"prediction": only}, option=orjson.OPT_SERIALIZE_NUMPY)


def _wrong(refusal: RequestError) -> bytes:
    document = {"error": refusal.message, "field": refusal.field, "kind": refusal.kind}
    return orjson.dumps(document)
