"""Silence for libraries that write progress past Python, straight to the terminal."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from mlops_lab.kit.silence import unheard

__all__ = ["quiet"]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep information of the converter and the runtime off the page; errors still raise.

    TensorFlow's C++ parts write to file descriptors 1 and 2, which no Python setting reaches.
    Both lead nowhere inside, and back to where they led afterwards, also after an error.
    """
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with unheard(1, 2) as nowhere, redirect_stdout(nowhere):
            yield
    finally:
        logging.disable(before)
