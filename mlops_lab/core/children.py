"""Processes that end with the one that started them, whatever ends that."""

import ctypes
import os
import sys

__all__ = ["end_with_parent", "ending_with_us"]

_PR_SET_PDEATHSIG = 1  # of prctl(2)
_SIGKILL = 9  # `signal` has no name for it on Windows
_BOUND = f"""import ctypes, os, sys
ctypes.CDLL(None).prctl({_PR_SET_PDEATHSIG}, {_SIGKILL})  # which stays over exec
if os.getppid() == int(sys.argv[1]):
    os.execvp(sys.argv[2], sys.argv[2:])"""


def end_with_parent(parent: int, signal_number: int = _SIGKILL) -> bool:
    """Have the system send this process a signal when its parent ends.

    Parameters
    ----------
    parent : int
        Process id of the parent that was seen last.
    signal_number : int
        The signal. The system sends it at the end of the *thread* that started this process, so
        a signal that can be handled is a reason to look for the parent, not yet to end.

    Returns
    -------
    bool
        False when that parent has ended already and nothing will come.

    Notes
    -----
    Linux alone does this (prctl(2), PR_SET_PDEATHSIG); elsewhere the result tells of the parent.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number)
    return os.getppid() == parent


def ending_with_us(command: list[str]) -> list[str]:
    """Return command that becomes `command` in the same process, and is killed when this one ends.

    Parameters
    ----------
    command : list of str
        A program and its arguments.

    Returns
    -------
    list of str
        The command itself where the system is not Linux.
    """
    if sys.platform != "linux":
        return command
    return [sys.executable, "-I", "-S", "-c", _BOUND, str(os.getpid()), *command]
