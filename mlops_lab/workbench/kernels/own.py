"""What each process has for itself, and a fork shares with its template until it renews it."""

import itertools
import os
import random
import tempfile
import threading
from collections.abc import Mapping
from multiprocessing import process
from pathlib import Path
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
    # Found from the environment and the folder, which are the kernel's now.
    tempfile.tempdir = tempfile._name_sequence = None  # type: ignore[attr-defined]
    process.ORIGINAL_DIR = str(Path.cwd())  # type: ignore[attr-defined]  # where children start
    # Threads are named by a count of those before.
    threading._counter = itertools.count(1).__next__  # type: ignore[attr-defined]
    _renew_keys()


def _renew_keys() -> None:
    """Have keys of its own for the connections of `multiprocessing` and of Jupyter."""
    from jupyter_client.session import new_id_bytes, session_flags

    process.current_process().authkey = os.urandom(32)
    session_flags["secure"][0]["Session"]["key"] = new_id_bytes()
