"""What a caller typed stands nowhere in what the server keeps: log, metrics, its own words."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from mlops_lab import serving
from mlops_lab.serving.app import build
from mlops_lab.serving.faults import report, report_of_loop, without_messages
from mlops_lab.serving.settings import Settings

WHO = "ann.smith@example.org"
MARK = "ann.smith"
"""What is looked for: a part that no way of quoting changes."""
SENT = {"name": "a", "shape": [1, 2], "datatype": "FP32", "data": [[1, 2]]}
Sent = tuple[str, str, dict[str, Any]]


def sent() -> Iterator[Sent]:
    """Yield requests with somebody's address wherever a caller can put it."""
    who, predict = quote(WHO), "/v1/models/pair:predict"
    document: object
    for path in (
        f"/{who}", f"/v1/models/{who}", f"/v1/models/{who}/metadata", f"/v2/models/{who}/ready",
        f"/v1/models/line/versions/{who}", f"/v1/models/line/labels/{who}", f"/routes/{who}",
        f"/v2/models/line/versions/{who}", f"/v2?user={who}", f"/openapi.json?user={who}",
    ):  # fmt: skip
        yield "GET", path, {}
    for path in (
        f"/v1/models/{who}:predict", f"/v1/models/line:{who}", f"/v1/models/{who}:batch",
        f"/v1/models/line/versions/{who}:predict", f"/v1/models/line/labels/{who}:predict",
        f"/v2/models/{who}/infer", f"{predict}?user={who}", f"/{who}",
    ):  # fmt: skip
        yield "POST", path, {"json": {"instances": [[1, 2, 3]]}}
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        yield method, f"/v1/models/{who}:predict", {}
        yield method, f"/routes/{who}", {}
    for name in (
        "X-Request-Id", "X-Key", "User-Agent", "Referer", "Authorization", "Cookie", "Accept",
        "Content-Type", "Content-Encoding", "X-Forwarded-For", "Forwarded", "Expect", MARK,
    ):  # fmt: skip
        yield "POST", predict, {"headers": {name: WHO}, "json": {"inputs": {"a": [[1, 2]]}}}
    for document in (
        {WHO: 1}, {"instances": [{WHO: 1}]}, {"instances": [{"a": [1, 2], "b": [1], WHO: 1}]},
        {"instances": [[WHO]]}, {"instances": [{"a": [WHO, 1], "b": [1]}]}, {"instances": WHO},
        {"inputs": {WHO: 1}}, {"inputs": {"a": [[WHO]], "b": [[1]]}}, {"inputs": WHO}, WHO, [WHO],
        {"signature_name": WHO, "inputs": {}}, {"instances": [WHO]},
    ):  # fmt: skip
        yield "POST", predict, {"json": document}
    for document in (
        {WHO: 1}, {"id": [WHO]}, {"id": WHO, "inputs": []}, {"inputs": [{WHO: 1}]},
        {"inputs": [{**SENT, "name": WHO}]}, {"inputs": [{**SENT, "datatype": WHO}]},
        {"inputs": [{**SENT, "shape": [WHO]}]}, {"inputs": [{**SENT, "data": [[WHO]]}]},
        {"inputs": [{**SENT, WHO: WHO}]}, {"inputs": [SENT], "outputs": [{"name": WHO}]},
        {"inputs": [SENT], "parameters": {WHO: WHO}},
        {"inputs": [SENT, {**SENT, "name": "b", "shape": [1, 1], "datatype": "INT32", "data": [1]}],
         "outputs": [{"name": WHO}]},
    ):  # fmt: skip
        yield "POST", "/v2/models/pair/infer", {"json": document}
    for line in (WHO, json.dumps({WHO: 1}), json.dumps([WHO]), f'{{"a": "{WHO}"}}'):
        yield "POST", "/v1/models/pair:batch", {"content": line}
    for document in ({"kind": WHO}, {WHO: 1}, {"kind": "single", "version": WHO}, WHO):
        yield "PUT", "/routes/line", {"json": document}


@pytest.fixture(scope="module")
def asked(client: httpx.Client) -> list[httpx.Response]:
    """Send them all, and a request that is right."""
    right = client.post("/v1/models/line:predict", json={"instances": [[1, 2, 3]]})
    return [right, *(client.request(how, path, **more) for how, path, more in sent())]


def lines(server: serving.Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(server.settings.log).read_text().splitlines()]


def test_the_log_holds_nothing_that_a_caller_typed(
    server: serving.Server, asked: list[httpx.Response]
) -> None:
    asked_whether_ready = 1  # by who started the server
    assert len(lines(server)) == len(asked) + asked_whether_ready, "each request has its line"
    assert MARK not in Path(server.settings.log).read_text()
    assert sum(MARK in answer.text for answer in asked) > 10, "who asked is told what was wrong"


def test_a_line_tells_the_route_and_the_part_that_the_server_knows(
    server: serving.Server, asked: list[httpx.Response]
) -> None:
    assert asked
    told = lines(server)
    routes = {line["route"] for line in told}
    assert {"/v1/models/{model}:predict", "/routes/{model}", "/v2/models/{model}/infer"} <= routes
    assert {line["model"] for line in told} == {"", "line", "pair"}
    assert {line["version"] for line in told} == {"", "1", "2"}
    fields = {line["field"] for line in told if line["error"] == "name"}
    assert fields == {
        "?", "instances[0].?", "inputs.?", "inputs[0].?", "inputs[0].name", "outputs[0].name"
    }  # fmt: skip
    refused = next(line for line in told if line["status"] == 405)
    assert refused["route"] == "/v1/models/{model}:predict"
    assert next(line for line in told if line["error"] == "path")["route"] == ""


def test_the_metrics_have_no_label_that_a_caller_typed(
    client: httpx.Client, asked: list[httpx.Response]
) -> None:
    assert asked
    text = client.get("/metrics").text
    assert 'serving_errors_total{kind="unknown-model"}' in text
    assert MARK not in text


@pytest.mark.parametrize(
    "raw",
    [
        f"GET /{WHO} HTTP/9.9\r\n\r\n",
        f"{WHO} / HTTP/1.1\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: a\r\n{WHO}\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {WHO}\r\n\r\n",
        f"POST /{WHO} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{WHO}\r\n",
    ],
)
def test_what_is_no_request_is_not_kept_either(server: serving.Server, raw: str) -> None:
    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(raw.encode())
        answer = await reader.read()
        writer.close()
        return answer

    assert asyncio.run(ask()).startswith(b"HTTP/1.1 400")
    assert MARK not in server.words()
    assert MARK not in Path(server.settings.log).read_text()


def test_a_fault_is_told_by_its_place_and_not_by_its_words(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError(f"invalid literal for int() with base 10: {WHO!r}")

    log = tmp_path / "log"
    app = build(Settings(folder=folder, log=str(log)))
    monkeypatch.setattr("mlops_lab.serving.app.parse_predict", broken)

    async def ask() -> list[httpx.Response]:
        inner, transport = app.app, httpx.ASGITransport(app)
        assert isinstance(inner, FastAPI)
        answers = []
        async with (
            inner.router.lifespan_context(inner),
            httpx.AsyncClient(transport=transport, base_url="http://here") as client,
        ):
            for what in ("app.parse_predict", "middleware._dumped"):  # then what would answer, too
                monkeypatch.setattr(f"mlops_lab.serving.{what}", broken)
                body = {"instances": [WHO]}
                answers.append(await client.post("/v1/models/line:predict", json=body))
        return answers

    with caplog.at_level(logging.DEBUG):
        answers = asyncio.run(ask())
    assert [(one.status_code, one.json()["kind"]) for one in answers] == [(500, "internal")] * 2
    told = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(one["status"], one["error"]) for one in told] == [(500, "internal")] * 2
    assert caplog.text.count("A request failed: /v1/models/{model}:predict") == 2
    assert "in broken\n" in caplog.text
    assert "\nValueError" in caplog.text
    assert MARK not in caplog.text + log.read_text()


def fail() -> None:
    try:
        int(WHO)
    except ValueError as error:
        raise KeyError(WHO) from error


def fault() -> Exception:
    with pytest.raises(KeyError) as caught:
        fail()
    return caught.value


def test_a_traceback_keeps_types_and_places_of_the_whole_chain(
    caplog: pytest.LogCaptureFixture,
) -> None:
    group = ExceptionGroup(WHO, [fault(), TypeError(WHO)])
    told = without_messages(group)
    types = [line for line in told.splitlines() if line.isidentifier()]
    assert types == ["ValueError", "KeyError", "TypeError", "ExceptionGroup"]
    assert told.count("in fail\n") == 2
    assert MARK not in told
    circle = fault()
    circle.__cause__ = circle
    assert without_messages(circle).endswith("KeyError")
    report("It failed.", circle)
    loop = asyncio.new_event_loop()
    report_of_loop(loop, {"message": f"Exception in callback f({WHO!r})", "exception": group})
    report_of_loop(loop, {"message": f"Task({WHO!r}) was destroyed"})
    loop.close()
    assert caplog.text.count("\nKeyError") == 2
    assert MARK not in caplog.text


def test_an_id_that_is_no_address_is_kept(server: serving.Server, client: httpx.Client) -> None:
    kept = "4bf92f35-77b3_4da6"
    for given in (kept, WHO, "ann.smith", "ann:smith", "+49-151-1234567", "a" * 129):
        answer = client.get("/v2", headers={"X-Request-Id": given})
        assert (answer.headers["x-request-id"] == given) is (given == kept)
        assert (lines(server)[-1]["id"] == given) is (given == kept)
