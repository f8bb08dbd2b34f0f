"""What owner and template say to each other: JSON with its length in front, and open files."""

import array
import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

__all__ = ["SOCKET", "receive", "send"]

SOCKET = "template"
"""The socket in the folder of a template: there when the template takes requests."""

_HEAD = struct.Struct("!I")
_LONGEST = 16 * 1024 * 1024  # an environment has 2 MB at the most on Linux


def send(connection: socket.socket, message: object, files: Sequence[int] = ()) -> None:
    """Send one message.

    Parameters
    ----------
    connection : socket
        A connected Unix stream socket.
    message : object
        What JSON can hold.
    files : sequence of int
        Descriptors that the other side gets copies of.

    Raises
    ------
    OSError
        The other side is gone.
    """
    body = json.dumps(message).encode()
    whole = _HEAD.pack(len(body)) + body
    sent = 0
    if files:  # in one piece where it fits: several processes may share the connection
        carried = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))
        sent = connection.sendmsg([whole], [carried])
    # Not with nothing left: even that fails once the other side has answered and closed.
    if sent < len(whole):
        connection.sendall(whole[sent:])


def receive(connection: socket.socket, files: int = 0) -> tuple[Any, list[int]]:
    """Wait for one message.

    Parameters
    ----------
    connection : socket
        A connected Unix stream socket.
    files : int
        How many descriptors may come with it; further ones are closed by the system.

    Returns
    -------
    message : object
        As it was sent.
    files : list of int
        Descriptors, which are the caller's to close.

    Raises
    ------
    EOFError
        The other side closed the connection.
    OSError
        Its time limit passed, or it broke.
    ValueError
        It is no message of ours.
    """
    space = socket.CMSG_SPACE(files * array.array("i").itemsize) if files else 0
    head, ancillary, _, _ = connection.recvmsg(_HEAD.size, space)
    got = _descriptors(ancillary)
    try:
        head += _exactly(connection, _HEAD.size - len(head)) if head else b""
        if not head:
            raise EOFError("the other side closed the connection")
        (size,) = _HEAD.unpack(head)
        if size > _LONGEST:
            raise ValueError(f"a message of {size} bytes is none of ours")
        return json.loads(_exactly(connection, size)), got
    except BaseException:
        _close(got)
        raise


def _descriptors(ancillary: Sequence[tuple[int, int, bytes]]) -> list[int]:
    got = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            got.frombytes(data[: len(data) - len(data) % got.itemsize])
    return list(got)


def _close(files: Sequence[int]) -> None:
    import os

    for one in files:
        os.close(one)


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = connection.recv(min(size, 1 << 16))
        if not part:
            raise EOFError("the other side closed the connection in the middle of a message")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
