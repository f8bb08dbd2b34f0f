"""Silence for libraries that write past Python, straight to the process' standard streams."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

__all__ = ["unheard"]


@contextmanager
def unheard(*descriptors: int) -> Iterator[IO[str]]:
    """Lead file descriptors nowhere, and back to where they led afterwards; errors still raise.

    Parameters
    ----------
    *descriptors : int
        1 for standard output, 2 for standard error.

    Yields
    ------
    file
        Where they lead meanwhile.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(one) for one in descriptors]
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123  no place to name
            for one in descriptors:
                os.dup2(nowhere.fileno(), one)
            yield nowhere
    finally:
        for one, before in zip(descriptors, kept, strict=True):
            os.dup2(before, one)
            os.close(before)
