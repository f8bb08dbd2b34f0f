"""What a student process prints: read as it comes, kept up to a limit."""

import os
import select
from contextlib import suppress

__all__ = ["OutputError", "Stream"]


class OutputError(Exception):
    """More was printed than is allowed."""


class Stream:
    """The reading end of a pipe to which a student process prints.

    Parameters
    ----------
    descriptor : int
        Closed with the stream.
    most : int
        Bytes, in all.
    """

    def __init__(self, descriptor: int, most: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._left = most
        self._open = True
        self._new = bytearray()

    def register(self, poll: "select.poll") -> None:
        """Have it looked at, while somebody can still write."""
        if self._open:
            poll.register(self._descriptor, select.POLLIN)

    def take(self, ready: dict[int, int], poll: "select.poll") -> None:
        """Read what is there, if it is among what is `ready`; raises OutputError at the limit."""
        if self._descriptor in ready and not self._read():
            poll.unregister(self._descriptor)

    def text(self) -> str:
        """Return what was printed since the last time; raises OutputError at the limit."""
        while self._open and self._ready() and self._read():
            pass
        return self._taken()

    def last(self) -> str:
        """Return what was printed since the last time, cut at the limit."""
        with suppress(OutputError):
            return self.text()
        return self._taken()

    def _taken(self) -> str:
        new = bytes(self._new).decode("utf-8", "replace")
        self._new.clear()
        return new

    def close(self) -> None:
        """Close it; what was not read is lost."""
        os.close(self._descriptor)
        self._open = False

    def _ready(self) -> bool:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(0))

    def _read(self) -> bool:
        data = os.read(self._descriptor, 65536)
        self._open = bool(data)
        self._new += data[: self._left]
        self._left -= len(data)
        if self._left < 0:
            self._left, self._open = 0, False  # no further word of it is read
            raise OutputError
        return self._open
