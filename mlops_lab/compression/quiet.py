"""Silence for libraries that write progress past Python, straight to the terminal."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

__all__ = ["quiet"]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep information of the converter and the runtime off the page; errors still raise.

    TensorFlow's C++ parts write to file descriptors 1 and 2, which no Python setting reaches.
    Both lead nowhere inside, and back to where they led afterwards, also after an error.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept, before = [os.dup(1), os.dup(2)], logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        logging.disable(before)
        for target, one in enumerate(kept, start=1):
            os.dup2(one, target)
            os.close(one)
