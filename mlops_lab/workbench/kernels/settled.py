"""What libraries settle at import from what a cell may have set before: settled in the kernel."""

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from mlops_lab.threads import thread_count
from mlops_lab.workbench.kernels.hidden import Hidden
from mlops_lab.workbench.kernels.unread import THREADS, Unread

__all__ = ["settle"]

_LATE = (
    "{library} was imported before this kernel began, and so before {variables} was set: it has "
    "not read it. Set it in the first cell, or start the kernel with MLOPS_LAB_WARM=off.\n"
)
# Where each package has its compiled libraries.
_LIBRARIES = {"numpy": "numpy.libs", "scipy": "scipy.libs", "sklearn": "scikit_learn.libs",
              "torch": "torch/lib"}  # fmt: skip
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

    def compute_as_told(module: ModuleType) -> None:
        if any(name.startswith(THREADS) for name in unread.changed()):
            _limit(_LIBRARIES[module.__name__])

    hidden.before = before
    hidden.after = _AFTER | dict.fromkeys(_LIBRARIES, compute_as_told)
    sys.meta_path.insert(0, hidden)
    return unread


def _too_late(hidden: Hidden, unread: Unread, name: str) -> dict[str, set[str]]:
    """Find the libraries that come with a module and should have read what has been set since."""
    changed = {one: readers for one in unread.changed()
               if not one.startswith(THREADS) and (readers := unread.readers(one))}  # fmt: skip
    if not changed:
        return {}
    coming = set(hidden.record.closure(name))
    late: dict[str, set[str]] = {}
    for variable, readers in changed.items():
        for reader in readers & coming:
            late.setdefault(reader.partition(".")[0], set()).add(variable)
    return late


def _limit(place: str) -> None:
    """Give the compiled libraries of a package the number of threads that they would read now."""
    from threadpoolctl import ThreadpoolController

    for library in ThreadpoolController().lib_controllers:
        if place in library.filepath:
            library.set_num_threads(thread_count(os.environ, library.internal_api))


def _of_keras() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("KERAS_")}


def _draw_as_told(matplotlib: ModuleType) -> None:
    """Choose the backend, which in the template was before there was a kernel to draw in."""
    if backend := os.environ.get("MPLBACKEND"):
        matplotlib.rcParams["backend"] = backend


def _log_as_told(tensorflow: ModuleType) -> None:
    """Give TensorFlow's C++ log its least level, which it reads when it is loaded."""
    level = os.environ.get("TF_CPP_MIN_LOG_LEVEL", "")
    folder = Path(str(tensorflow.__file__)).parent  # its __path__ begins elsewhere
    library = ctypes.CDLL(str(folder / "libtensorflow_framework.so.2"))
    if function := getattr(library, _LEVEL, None):
        function(int(level) if level.isdecimal() else 0)


_AFTER: dict[str, Callable[[ModuleType], None]] = {
    "matplotlib": _draw_as_told,
    "tensorflow": _log_as_told,
}
