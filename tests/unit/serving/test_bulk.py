"""The bulk endpoint, alone and beside the online one."""

import json
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest

from mlops_lab import serving

PATH = "/v1/models/line:batch"


def test_lines_in_lines_out_in_order(client: httpx.Client) -> None:
    count = 1000
    body = "\n".join(json.dumps([k, k, k]) for k in range(count))
    answer = client.post(PATH, content=body)
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["x-model-version"] == "2"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines == [{"prediction": [3.0 * k - 1] * 3} for k in range(count)]


def test_a_wrong_line_gets_its_error_and_the_others_go_on(client: httpx.Client) -> None:
    answer = client.post("/v1/models/lookup:batch", content=b"[0]\n[9]\n\nnot json\n[1.5]\r\n[3]")
    assert answer.status_code == 200
    first, broken, text, kind, last = map(json.loads, answer.text.splitlines())
    assert (first, last) == ({"prediction": [10.0]}, {"prediction": [40.0]})
    assert [line["kind"] for line in (broken, text, kind)] == ["model", "json", "dtype"]
    assert kind["field"] == "line[0]"


def test_lines_of_several_shapes_and_several_outputs(client: httpx.Client) -> None:
    answer = client.post("/v1/models/total:batch", content=b"[1,2]\n[1,2,3]\n[5,5]")
    assert [json.loads(line)["prediction"] for line in answer.text.splitlines()] == [[3], [6], [10]]
    answer = client.post("/v1/models/pair:batch", content=b'{"a": [1, 2], "b": [3]}')
    assert answer.json() == {"prediction": {"total": [4, 5], "product": [3, 6]}}


def test_a_body_beyond_sixteen_times_the_bound_is_413(client: httpx.Client) -> None:
    answer = client.post(PATH, content=b"[1,2,3]\n" * 200_001)
    assert answer.status_code == 413


def test_bulk_work_never_fills_the_online_queue(folder: Path) -> None:
    """With a slow model, a bulk job of many batches is under way; each online request is served."""
    body = b"[1,2,3]\n" * 400
    with (
        serving.start(folder, batch_size=4, queue_size=4, slowdown=0.03, timeout=60.0) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        done = threading.Event()
        lines: list[str] = []

        def bulk() -> None:
            with client.stream("POST", PATH, content=body) as answer:
                for line in answer.iter_lines():
                    lines.append(line)
                    begun.set()
            done.set()

        begun = threading.Event()
        thread = threading.Thread(target=bulk)
        thread.start()
        assert begun.wait(60)
        served = 0
        while not done.is_set() and served < 20:
            answer = client.post("/v1/models/line:predict", json={"instances": [[1, 2, 3]]})
            assert answer.status_code == 200
            served += 1
        assert served == 20
        assert len(lines) < 400, "the answers are streamed while the work goes on"
        thread.join()
        assert len(lines) == 400


def until_in_flight(client: httpx.Client, count: int) -> None:
    """Wait until so many requests are under way, besides the one that looks."""
    end = time.monotonic() + 60
    while f"serving_in_flight {count + 1}.0" not in client.get("/metrics").text:
        assert time.monotonic() < end, f"there are not {count} requests"
        time.sleep(0.02)


def test_callers_that_leave_give_their_places_back(client: httpx.Client) -> None:
    for _ in range(2):
        with client.stream("POST", PATH, content=b"[1,2,3]\n" * 180_000) as answer:
            assert answer.status_code == 200
            next(answer.iter_lines())
    until_in_flight(client, 0)
    assert client.post(PATH, content=b"[1,2,3]\n").status_code == 200


def test_callers_that_never_read_give_their_places_back(
    server: serving.Server, client: httpx.Client
) -> None:
    body = b"[1]\n" * 390_000  # the answer has over 7 million bytes, more than any buffer
    path = "/v1/models/total:batch"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", server.port))
        deaf.sendall(head + body)
        until_in_flight(client, 1)
        until_in_flight(client, 0)


@pytest.mark.parametrize("kept", [2])
def test_only_so_many_bulk_requests_at_once(folder: Path, kept: int) -> None:
    with (
        serving.start(folder, batch_size=1, slowdown=0.02) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        streams = [client.stream("POST", PATH, content=b"[1,2,3]\n" * 100) for _ in range(kept)]
        open_ones = [stream.__enter__() for stream in streams]
        assert {answer.status_code for answer in open_ones} == {200}
        refused = client.post(PATH, content=b"[1,2,3]\n")
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "5"
        for answer in open_ones:
            assert len(answer.read().splitlines()) == 100
        for stream in streams:
            stream.__exit__(None, None, None)
        assert client.post(PATH, content=b"[1,2,3]\n").status_code == 200
