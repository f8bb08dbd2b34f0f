"""Callers that do not keep to HTTP, over plain sockets; the server goes on serving the others."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mlops_lab import serving
from mlops_lab.serving.wire import MAX_HEADER_BYTES

PATH = "/v1/models/line:predict"
BODY = b'{"instances": [[1, 2, 3]]}'
HEAD = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n"
GOOD = {"predictions": [[2.0, 5.0, 8.0]]}


@pytest.fixture
def line(server: serving.Server, client: httpx.Client) -> Iterator[socket.socket]:
    """Yield a connection; afterwards the server has to answer others as ever."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        yield connection
    assert client.post(PATH, content=BODY).json() == GOOD


def everything(connection: socket.socket) -> bytes:
    """Read until the server closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
    return received


def answer(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    head, _, body = everything(connection).partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def post(length: int | str) -> bytes:
    return f"{HEAD}Content-Length: {length}\r\n\r\n".encode()


def test_headers_that_stop_are_408(line: socket.socket) -> None:
    line.sendall(HEAD.encode())
    status, said = answer(line)
    assert (status, said["field"]) == (408, "headers")


def test_headers_byte_by_byte_are_408(line: socket.socket) -> None:
    """Each byte is in time; all of them together are not."""
    with contextlib.suppress(ConnectionError):
        for byte in (HEAD + "X: " + "y" * 200).encode():
            line.sendall(bytes([byte]))
            time.sleep(0.02)
    status, said = answer(line)
    assert (status, said["field"]) == (408, "headers")


def test_a_body_that_stops_is_408(line: socket.socket) -> None:
    line.sendall(post(len(BODY) + 5) + BODY)
    status, said = answer(line)
    assert (status, said["field"]) == (408, "body")
    assert f"{len(BODY)} bytes" in said["error"]


def test_a_second_request_has_its_own_time(line: socket.socket) -> None:
    line.sendall(post(len(BODY)) + BODY)
    assert b"200 OK" in line.recv(65536)
    line.sendall(b"GET /v2 HT")
    status, said = answer(line)
    assert (status, said["field"]) == (408, "headers")


def test_who_says_nothing_is_shown_out(line: socket.socket) -> None:
    assert everything(line) == b""


def test_a_caller_that_closed_its_half_gets_its_answer(line: socket.socket) -> None:
    line.sendall(post(len(BODY)) + BODY)
    line.shutdown(socket.SHUT_WR)
    assert answer(line) == (200, GOOD)


def test_closed_in_the_middle_of_the_body_is_400(line: socket.socket) -> None:
    line.sendall(post(len(BODY) + 5) + BODY)
    line.shutdown(socket.SHUT_WR)
    status, said = answer(line)
    assert (status, said["field"]) == (400, "Content-Length")


def test_closed_in_the_middle_of_the_headers_is_400(line: socket.socket) -> None:
    line.sendall(HEAD.encode())
    line.shutdown(socket.SHUT_WR)
    status, said = answer(line)
    assert (status, said["field"]) == (400, "headers")


def test_a_content_length_that_is_too_small(line: socket.socket) -> None:
    """The rest of the body stands where the next request should."""
    line.sendall(post(len(BODY) - 1) + BODY)
    status, said = answer(line)
    assert (status, said["field"]) == (400, "Content-Length")


@pytest.mark.parametrize("length", ["-5", "abc", "1e3", "5, 6", ""])
def test_a_content_length_that_is_none_is_named(line: socket.socket, length: str) -> None:
    line.sendall(post(length) + BODY)
    status, said = answer(line)
    assert (status, said["field"]) == (400, "Content-Length")


def test_length_and_chunks_at_once_are_refused(line: socket.socket) -> None:
    line.sendall(f"{HEAD}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n".encode())
    status, said = answer(line)
    assert status == 400
    assert said["field"] in ("Content-Length", "Transfer-Encoding")


def test_chunks_are_taken_and_broken_ones_are_400(line: socket.socket) -> None:
    head = f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode()
    line.sendall(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY))
    assert b"200 OK" in line.recv(65536)
    line.sendall(head + b"zz\r\n")
    status, said = answer(line)
    assert (status, said["field"]) == (400, "chunk")


def test_what_is_no_http_is_400(line: socket.socket) -> None:
    line.sendall(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")
    status, said = answer(line)
    assert (status, said["kind"]) == (400, "http")


def test_headers_without_end_are_431(line: socket.socket) -> None:
    with contextlib.suppress(ConnectionError):
        line.sendall(HEAD.encode() + b"X: y\r\n" * (MAX_HEADER_BYTES // 3))
    status, said = answer(line)
    assert (status, said["field"]) == (431, "headers")


def test_a_huge_length_is_refused_before_it_comes(line: socket.socket) -> None:
    line.sendall(post(10**12))
    status, said = answer(line)
    assert (status, said["field"]) == (413, "body")


def test_who_asks_first_is_refused_before_sending(line: socket.socket) -> None:
    line.sendall(f"{HEAD}Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n".encode())
    status, said = answer(line)
    assert (status, said["field"]) == (413, "body")


def test_who_leaves_in_the_middle_harms_nobody(
    server: serving.Server, client: httpx.Client
) -> None:
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(post(len(BODY)) + BODY[:10])
    assert client.post(PATH, content=BODY).json() == GOOD


def test_many_slow_callers_keep_nobody_waiting(
    server: serving.Server, client: httpx.Client
) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(200):
            slow = socket.create_connection(("127.0.0.1", server.port), timeout=30)
            stack.enter_context(slow)
            slow.sendall(post(1000) + b"{")
        for _ in range(20):
            assert client.post(PATH, content=BODY).json() == GOOD


def test_an_upgrade_is_answered_as_if_not_asked_for(line: socket.socket) -> None:
    line.sendall(b"GET /v2 HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
    line.shutdown(socket.SHUT_WR)
    assert b"200 OK" in everything(line)


def test_refusals_are_counted(client: httpx.Client) -> None:
    client.post(PATH, content=b"{")
    counted = [name for name in client.get("/metrics").text.splitlines() if "errors_total{" in name]
    kinds = {name.split('"')[1] for name in counted}
    assert {"slow", "gone", "http", "too-large", "json"} <= kinds
