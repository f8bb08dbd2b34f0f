"""Bound the threads of the libraries of this process, loaded or yet to come."""

import logging
import operator
import os
import sys
from collections.abc import Mapping

from mlops_lab.threads.environment import own_count, thread_count, thread_environment

__all__ = ["limit_threads", "set_threads"]

_log = logging.getLogger(__name__)


def limit_threads() -> None:
    """Bound the threads that BLAS, OpenMP, PyTorch and TensorFlow compute with.

    To the numbers in their variables (``OMP_NUM_THREADS`` and the libraries' own), or else to one.
    What is loaded is told; the variables are set for what is loaded later and for child processes.
    TensorFlow keeps what a program has told it before, and what it has begun to compute with: then
    a warning is logged.

    OpenMP keeps a number for each thread of a program: one that starts later has that of the
    variable as it was when the library was loaded.
    """
    before, after = dict(os.environ), thread_environment(os.environ)
    try:
        _limit_tensorflow(before, after, keep=True)
    except RuntimeError as error:
        _log.warning("%s", error)
    os.environ.update(after)
    _limit_loaded()


def set_threads(number: int) -> None:
    """Let numeric libraries compute with another number of threads than one.

    For a lesson about threads. A thread that waits for others spins: with more threads than idle
    cores, a computation can take many times as long as with one.

    Parameters
    ----------
    number : int
        Threads of each library, in this process and in those that it starts; at least 1.

    Raises
    ------
    ValueError
        For a number below 1.
    RuntimeError
        TensorFlow has computed with another number already, which it cannot change; nothing is
        changed then.
    """
    number = operator.index(number)
    if number < 1:
        raise ValueError(f"the number of threads must be at least 1; got {number}")
    before, after = dict(os.environ), thread_environment(os.environ, number)
    _limit_tensorflow(before, after, keep=False)
    os.environ.update(after)
    _limit_loaded()


def _limit_tensorflow(before: Mapping[str, str], after: Mapping[str, str], *, keep: bool) -> None:
    """Tell TensorFlow where it is imported; elsewhere its first operation reads its variables."""
    threading = getattr(getattr(sys.modules.get("tensorflow"), "config", None), "threading", None)
    for pool in ("intra_op", "inter_op") if threading else ():
        told = getattr(threading, f"get_{pool}_parallelism_threads")()  # 0: nobody has told it
        has, wanted = told or own_count(before, pool), thread_count(after, pool)
        if has == wanted or (told and keep):
            continue
        try:
            getattr(threading, f"set_{pool}_parallelism_threads")(wanted)
        except RuntimeError as error:
            raise RuntimeError(
                f"TensorFlow has computed already, and cannot change its threads to {wanted}. "
                "Restart the kernel, and call kit.style() or kit.set_threads() before TensorFlow's "
                "first operation."
            ) from error


def _limit_loaded() -> None:
    from threadpoolctl import ThreadpoolController

    for library in ThreadpoolController().lib_controllers:
        library.set_num_threads(thread_count(os.environ, library.internal_api))
    # Both keep a number of their own beside OpenMP's.
    for name, kind in (("torch", "openmp"), ("numexpr", "numexpr")):
        if tell := getattr(sys.modules.get(name), "set_num_threads", None):
            tell(thread_count(os.environ, kind))
