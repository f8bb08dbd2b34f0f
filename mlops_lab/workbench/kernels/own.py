"""What each process has for itself, and a fork shares with its template until it renews it."""

import os
import random
import tempfile
from collections.abc import Mapping
from multiprocessing import process
from types import ModuleType

__all__ = ["renew"]


def renew(modules: Mapping[str, ModuleType]) -> None:
    """Draw afresh what a fresh start draws, and forget what was found out for the template.

    Every generator that a library seeds by itself when it is imported is seeded again: two kernels
    must not share the numbers that a fresh start leaves open.

    Parameters
    ----------
    modules : mapping of str to module
        What the template has imported, by name.
    """
    random.seed()
    if generators := modules.get("numpy.random"):
        generators.seed()
    if torch := modules.get("torch"):
        torch.default_generator.seed()
    # Made from the environment, which is the kernel's now.
    tempfile.tempdir = tempfile._name_sequence = None  # type: ignore[attr-defined]
    _renew_key()


def _renew_key() -> None:
    """Have a key of its own for the connections of `multiprocessing`."""
    process.current_process().authkey = os.urandom(32)
