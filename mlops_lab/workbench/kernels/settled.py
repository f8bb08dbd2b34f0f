"""What libraries settle at import from what a cell may have set before: settled in the kernel."""

import ctypes
import os
import sys
from collections.abc import Callable
from types import ModuleType

from mlops_lab.workbench.kernels.hidden import Hidden
from mlops_lab.workbench.kernels.unread import Unread

__all__ = ["settle"]

_LATE = (
    "{library} was imported before this kernel began, and so before {variables} was set: it has "
    "not read it. Set it in the first cell, or start the kernel with MLOPS_LAB_WARM=off.\n"
)
_LEVEL = "_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE"


def settle(hidden: Hidden) -> Unread:
    """Find modules in this kernel from now on, and settle what they would have at import.

    Returns
    -------
    Unread
        The kernel's environment from now on.
    """
    unread, begun = Unread(hidden, dict(os.environ)), _of_keras()

    def before(name: str) -> bool:
        if name.partition(".")[0] == "keras" and _of_keras() != begun:
            hidden.forget([one for one in hidden.modules if one.partition(".")[0] == "keras"])
            return False
        for late, variables in _too_late(hidden, unread, name).items():
            sys.stderr.write(_LATE.format(library=late, variables=", ".join(sorted(variables))))
        return True

    hidden.before, hidden.after = before, _AFTER
    sys.meta_path.insert(0, hidden)
    return unread


def _too_late(hidden: Hidden, unread: Unread, name: str) -> dict[str, set[str]]:
    """Find the libraries that come with a module and should have read what has been set since."""
    changed = {one: readers for one in unread.changed() if (readers := unread.readers(one))}
    if not changed:
        return {}
    coming = set(hidden.record.closure(name))
    late: dict[str, set[str]] = {}
    for variable, readers in changed.items():
        for reader in readers & coming:
            late.setdefault(reader.partition(".")[0], set()).add(variable)
    return late


def _of_keras() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("KERAS_")}


def _draw_as_told(matplotlib: ModuleType) -> None:
    """Choose the backend, which in the template was before there was a kernel to draw in."""
    if backend := os.environ.get("MPLBACKEND"):
        matplotlib.rcParams["backend"] = backend


def _log_as_told(tensorflow: ModuleType) -> None:
    """Give TensorFlow's C++ log its least level, which it reads when it is loaded."""
    level = os.environ.get("TF_CPP_MIN_LOG_LEVEL", "")
    library = ctypes.CDLL(f"{tensorflow.__path__[0]}/libtensorflow_framework.so.2")
    if function := getattr(library, _LEVEL, None):
        function(int(level) if level.isdecimal() else 0)


_AFTER: dict[str, Callable[[ModuleType], None]] = {
    "matplotlib": _draw_as_told,
    "tensorflow": _log_as_told,
}
