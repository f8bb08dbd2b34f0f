"""Messages between owner and template: whole, with files, and broken ones."""

import os
import socket
import struct
from collections.abc import Iterator

import pytest

from mlops_lab.workbench.kernels.protocol import receive, send

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ends = socket.socketpair()
    for end in ends:
        end.settimeout(5)
    yield ends
    for end in ends:
        end.close()


def test_a_message_arrives_as_it_was(pair: Pair) -> None:
    said = {"env": {"A": "ä" * 5_000}, "limits": [1, None, 2.5]}
    send(pair[0], said)
    send(pair[0], ["next"])
    assert receive(pair[1]) == (said, [])
    assert receive(pair[1]) == (["next"], [])


def test_open_files_travel_with_it(pair: Pair) -> None:
    reading, writing = os.pipe()
    send(pair[0], "here", [writing])
    os.close(writing)
    _, (copy,) = receive(pair[1], 3)
    os.write(copy, b"through")
    os.close(copy)
    assert os.read(reading, 20) == b"through"
    assert os.read(reading, 20) == b""
    os.close(reading)


def test_the_other_side_answers_and_closes_at_once(pair: Pair) -> None:
    reading, answering = pair

    class Quick(socket.socket):
        def sendmsg(self, *message: object) -> int:
            sent = super().sendmsg(*message)  # type: ignore[arg-type]  # handed through
            said, (copy,) = receive(answering, 1)
            assert said == "here"
            os.close(copy)
            send(answering, {"refused": "no"})
            answering.close()
            return sent

    with Quick(fileno=os.dup(reading.fileno())) as asking:
        send(asking, "here", [asking.fileno()])
        assert receive(asking) == ({"refused": "no"}, [])


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", EOFError),
        (b"\0\0", EOFError),
        (struct.pack("!I", 9) + b"[1, 2", EOFError),
        (struct.pack("!I", 1 << 31), ValueError),
        (struct.pack("!I", 3) + b"[1,", ValueError),
    ],
    ids=["nothing", "half a length", "half a message", "too long", "not JSON"],
)
def test_broken_messages(pair: Pair, raw: bytes, error: type[Exception]) -> None:
    pair[0].sendall(raw)
    pair[0].close()
    with pytest.raises(error):
        receive(pair[1])


def test_files_of_a_broken_message_are_closed(pair: Pair) -> None:
    reading, writing = os.pipe()
    send(pair[0], "x" * 10, [writing])
    os.close(writing)
    pair[1].settimeout(0.2)
    head = struct.pack("!I", 1 << 31)
    other = socket.socketpair()
    socket.send_fds(other[0], [head], [reading])
    other[0].close()
    with pytest.raises(ValueError, match="none of ours"):
        receive(other[1], 1)
    other[1].close()
    _, (copy,) = receive(pair[1], 1)
    os.close(copy)
    assert os.read(reading, 1) == b""  # no copy of the writing end is left open anywhere
    os.close(reading)


def test_silence_ends_with_the_time_limit(pair: Pair) -> None:
    pair[1].settimeout(0.05)
    with pytest.raises(TimeoutError):
        receive(pair[1])
