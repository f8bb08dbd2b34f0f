"""Messages between grader and student: JSON with values as nodes, and their buffers behind it."""

import json
import select
import socket
import struct
from collections.abc import Callable
from typing import Any

from mlops_lab.workbench.classroom.sandbox.bounds import Bounds, ProtocolError

__all__ = ["encode", "read", "split", "write"]

_HEAD = struct.Struct("!IQ")
_HEADER = 16 * 2**20


def encode(message: dict[str, Any], buffers: list[bytes]) -> bytes:
    """Return the bytes of a message."""
    header = json.dumps(message, separators=(",", ":")).encode()
    return b"".join([_HEAD.pack(len(header), sum(map(len, buffers))), header, *buffers])


def split(data: bytes, sizes: tuple[int, int], bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    """Return header and buffers of a message's bytes; raises ProtocolError for what is no message.

    Parameters
    ----------
    data : bytes
        All that came after the sizes.
    sizes : tuple of int
        Of header and buffers.
    bounds : Bounds
        What is too much to take.
    """
    header = data[: sizes[0]]
    # Each opening makes an object of some sixty bytes from two: count before they are made.
    if header.count(b"[") + header.count(b"{") > 2 * bounds.nodes:
        raise ProtocolError("too many values")
    try:
        message = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("what came is not JSON") from error
    if type(message) is not dict:
        raise ProtocolError("what came is no message")
    return message, data[sizes[0] :]


def read(
    line: socket.socket, bounds: Bounds, wait: Callable[[socket.socket], None]
) -> tuple[dict[str, Any], bytes]:
    """Take one message; raises EOFError at the end, ProtocolError for what is no message.

    Parameters
    ----------
    line : socket
        Where it comes from.
    bounds : Bounds
        What is too much to take.
    wait : callable
        Called before each piece; returns when there is something to read, or raises.
    """
    head = _exactly(line, _HEAD.size, wait)
    sizes = _HEAD.unpack(head)
    if sizes[0] > _HEADER or sizes[1] > bounds.size:
        raise ProtocolError("a message that is too long")  # how long, is a stranger's number
    return split(_exactly(line, sum(sizes), wait), sizes, bounds)


def _exactly(line: socket.socket, size: int, wait: Callable[[socket.socket], None]) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        wait(line)
        part = line.recv(min(size - len(parts), 2**20))
        if not part:
            raise EOFError("the other side has closed the line")
        parts += part
    return bytes(parts)


def write(line: socket.socket, data: bytes, left: Callable[[], float]) -> None:
    """Send a message's bytes to somebody who may never read them.

    Parameters
    ----------
    line : socket
        Non-blocking.
    data : bytes
        From `encode`.
    left : callable
        Gives how many seconds are left; without any, a TimeoutError is raised.
    """
    rest = memoryview(data)
    poll = select.poll()
    poll.register(line, select.POLLOUT)
    while rest:
        seconds = left()
        if seconds <= 0:
            raise TimeoutError("the student process does not read")
        if poll.poll(seconds * 1000):
            rest = rest[line.send(rest) :]
