"""When a forked kernel would be the same as a fresh one, and when it would not."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

__all__ = ["differing", "fingerprint", "shadowed", "supported"]

# Read when Python or a library is loaded: a fork has the template's, whatever its own says.
_READ_AT_START = (
    "CONDA_", "CUDA_", "GLIBC_TUNABLES", "GOMP_", "GOTO_", "HOME", "IPYTHON", "JUPYTER_", "KERAS_",
    "KMP_", "LANG", "LANGUAGE", "LC_", "LD_", "MALLOC_", "MATPLOTLIB", "MKL_", "MPL", "NPY_",
    "NUMBA_", "NUMEXPR_", "OMP_", "OPENBLAS_", "PANDAS_", "PYTHON", "PYTORCH_", "SCIPY_",
    "SKLEARN_", "TF_", "TORCH", "TZ", "VIRTUAL_ENV", "XDG_", "XLA_",
)  # fmt: skip
# Set by Jupyter for each kernel, and read by nobody before the kernel runs.
_FREE = ("PYTHONEXECUTABLE", "JUPYTER_SERVER_ROOT", "JUPYTER_SERVER_URL", "JUPYTER_TOKEN")


def supported() -> str | None:
    """Say why this system cannot fork kernels from a template, None where it can.

    Returns
    -------
    str or None
        A reason for a log.
    """
    if sys.platform != "linux":
        return f"forking kernels from a template needs Linux, not {sys.platform}"
    if not hasattr(os, "pidfd_open"):
        return "this Python has no os.pidfd_open"
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        return f"this Linux has no process descriptors ({error.strerror})"
    return None


def differing(template: Mapping[str, str], kernel: Mapping[str, str]) -> list[str]:
    """Name the variables that are read at start and that a kernel has otherwise than its template.

    Parameters
    ----------
    template, kernel : mapping of str to str
        Environments.

    Returns
    -------
    list of str
        Sorted; empty when a fork is as good as a fresh start.

    Examples
    --------
    >>> differing({"HOME": "/a"}, {"HOME": "/a", "OMP_NUM_THREADS": "1", "TERM": "dumb"})
    ['OMP_NUM_THREADS']
    """
    return sorted(
        name
        for name in template.keys() | kernel.keys()
        if name.startswith(_READ_AT_START)
        and name not in _FREE
        and template.get(name) != kernel.get(name)
    )


def shadowed(cwd: Path, modules: Mapping[str, ModuleType]) -> list[str]:
    """Name what a fresh kernel would have taken from its folder, not from the environment.

    Parameters
    ----------
    cwd : Path
        The kernel's folder, which comes first on its path.
    modules : mapping of str to module
        What the template has imported, by name.

    Returns
    -------
    list of str
        Modules with a file or folder of their name in `cwd` that they do not come from, as a
        checkout's own package does, and ``matplotlibrc``, which Matplotlib reads there when it is
        imported. Empty for a folder that cannot be read.
    """
    try:
        names = {entry.name.partition(".")[0] for entry in os.scandir(cwd) if _importable(entry)}
        settings = {"matplotlibrc"} if (cwd / "matplotlibrc").is_file() else set()
    except OSError:
        return []
    top = {name.partition(".")[0] for name in modules}
    others = {name for name in names & top if not _is_in(cwd, modules.get(name))}
    return sorted(others | settings)


def _is_in(folder: Path, module: ModuleType | None) -> bool:
    file = getattr(module, "__file__", None)
    if file is None:
        return False
    home = Path(file).parent.parent if hasattr(module, "__path__") else Path(file).parent
    return home.resolve() == folder.resolve()


def _importable(entry: os.DirEntry[str]) -> bool:
    if entry.is_dir():
        return (Path(entry.path) / "__init__.py").is_file()
    return entry.name.endswith((".py", ".so", ".pyc"))


def fingerprint(package: Path = Path(__file__).parents[2]) -> str:
    """Describe what is installed, so that a template can tell when it is out of date.

    Parameters
    ----------
    package : Path
        Folder whose Python files are looked at one by one: this package.

    Returns
    -------
    str
        Changes when a package is installed, upgraded or removed, and when a file in `package`
        changes. An edit inside another installed package is not seen.
    """
    records = [path for entry in sys.path if entry for path in _records(Path(entry))]
    files = sorted(package.rglob("*.py"))
    return repr([(str(path), _changed(path)) for path in [*records, *files]])


def _records(folder: Path) -> list[Path]:
    """List what pip leaves of each package; other files come and go without meaning anything."""
    if not folder.is_dir():
        return []
    endings = (".dist-info", ".egg-info", ".pth")
    return sorted(path for path in folder.iterdir() if path.name.endswith(endings))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
