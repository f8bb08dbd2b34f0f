"""Variables that have changed in a kernel, and that something would read that is still hidden."""

import os
from collections.abc import Mapping

from mlops_lab.workbench.kernels.hidden import Hidden

__all__ = ["AS_A_KERNEL", "THREADS", "Unread", "is_settled"]

AS_A_KERNEL = {
    "TERM": "xterm-color",
    "CLICOLOR": "1",
    "CLICOLOR_FORCE": "1",
    "FORCE_COLOR": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
"""What ipykernel puts into the environment before the first cell."""
THREADS = ("GOMP_", "GOTO_", "KMP_", "MKL_", "OMP_", "OPENBLAS_")
"""Beginnings of variables that say with how many threads compiled code computes."""
# Read by compiled code when it is loaded: no import tells.
_COMPILED = {
    THREADS: ("numpy", "scipy", "sklearn", "torch"),
    ("NPY_",): ("numpy",),
    ("ATEN_", "PYTORCH_", "TORCH_"): ("torch",),
    ("DNNL_", "ONEDNN_", "TF_", "TSL_", "XLA_"): ("tensorflow",),
    ("ARROW_", "JE_ARROW_", "MIMALLOC_"): ("pyarrow",),
    ("HDF5_",): ("h5py",),
}
_SEARCHED = {"PATH"}  # read whenever a program is looked for


class Unread:
    """The environment of a kernel, compared with that of the imports in its template.

    Parameters
    ----------
    hidden : Hidden
        What nothing in the kernel has imported yet.
    environment : mapping of str to str
        What the kernel has begun with.
    """

    def __init__(self, hidden: Hidden, environment: Mapping[str, str]) -> None:
        self._hidden = hidden
        self._known = [environment, AS_A_KERNEL]
        self._known += [one.variables for one in hidden.record.effects.values() if one.variables]

    def changed(self) -> set[str]:
        """Name the variables that are not as they were for any import."""
        gone = {name for name in self._known[0] if name not in os.environ}
        return gone | {name for name, value in os.environ.items() if self._is_new(name, value)}

    def counts(self, name: str) -> bool:
        """Say whether something that is still hidden would read a variable."""
        return any(True for _ in self.readers(name))

    def readers(self, name: str) -> set[str]:
        """Name the hidden modules whose import would read a variable."""
        if is_settled(name) or name in _SEARCHED:
            return set()
        compiled = {root for starts, roots in _COMPILED.items() if name.startswith(starts)
                    for root in roots}  # fmt: skip
        found = compiled | self._hidden.record.readers.get(name, set())
        return found & self._hidden.modules.keys()

    def _is_new(self, name: str, value: str) -> bool:
        return all(one.get(name) != value for one in self._known)


def is_settled(name: str) -> bool:
    """Say whether a variable is read in the kernel itself, as the import that it is for would."""
    return name in {"MPLBACKEND", "TF_CPP_MIN_LOG_LEVEL"} or name.startswith("KERAS_")
