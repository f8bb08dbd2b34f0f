"""Start a template, and end it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from mlops_lab.threads import thread_environment
from mlops_lab.workbench.kernels.forked import ForkUnavailableError, readable

__all__ = ["BASE", "PRELOAD", "Template", "alive"]

_LOG = "log"

BASE = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "sqlite3",
    "tornado.platform.asyncio",
    "runpy",
)
"""What every kernel has imported when its first cell runs."""
PRELOAD = (
    "psutil",
    "ipywidgets",
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.projections",
    "matplotlib.style",
    "PIL.PngImagePlugin",
    "scipy.stats",
    "sklearn.datasets",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.neural_network",
    "sklearn.tree",
    "torch",
    "tensorflow",
    "mlops_lab.kit",
)
"""What a template imports when nobody says what its kernels will need.

Matplotlib looks for a place to draw with the first picture, not before: so that is the kernel's.
"""
# Without the empty entry, which would let a file in the current folder stand in for a library.
_START = """import sys
sys.path[:] = [entry for entry in sys.path if entry]
from mlops_lab.workbench.kernels.template import main
main(sys.argv[1], sys.argv[2], sys.argv[3:])"""


def alive(folder: Path) -> bool:
    """Say whether the template of a folder lives, whichever process owns it.

    Parameters
    ----------
    folder : Path
        A template's; any other is told to have none.
    """
    try:
        with (folder / _LOG).open("rb") as log:
            _lock(log, shared=True)
    except BlockingIOError:
        return True
    except OSError:
        return False  # the folder has gone with it
    return False


def _lock(file: IO[bytes], *, shared: bool = False) -> None:
    import fcntl  # not there on Windows, where this module is imported too

    fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


class Template:
    """A template process of ours, in a private folder; it ends with this process.

    Parameters
    ----------
    modules : sequence of str
        What it imports.

    Attributes
    ----------
    folder : Path
        Where it can be asked, by other processes of this user too.
    pid : int
    left_out : dict of str to str
        Modules that could not be imported, with the error; known once it is ready.
    """

    def __init__(self, modules: Sequence[str] = PRELOAD) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mlops-lab-template-"))  # mode 0700
        self.left_out: dict[str, str] = {}
        self._ready = False
        with (self.folder / _LOG).open("wb") as log:
            _lock(log)  # held by the template alone once we have closed the file
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, str(self.folder), str(os.getpid()), *modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                env=thread_environment(os.environ),  # as its kernels have it
            )

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    def ready(self, timeout: float | None = 0) -> bool:
        """Say whether it can fork by now, after at most `timeout` seconds; None waits for it.

        Raises
        ------
        ForkUnavailableError
            It ended.
        """
        assert self._process.stdout is not None
        if self._ready:
            if self._process.poll() is not None:
                raise ForkUnavailableError(
                    f"the template ended with code {self._process.returncode}"
                )
        elif readable(self._process.stdout.fileno(), timeout):
            said = self._process.stdout.readline()
            if not said:
                raise ForkUnavailableError(f"the template ended with code {self._process.wait()}")
            self.left_out = json.loads(said)["left_out"]
            self._ready = True
        return self._ready

    def close(self) -> None:
        """End it, and every kernel that it forked."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
