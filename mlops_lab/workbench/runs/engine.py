"""The one place that calls papermill: parameters in, every cell run, the notebook back.

`papermill.execute_notebook` would do both steps at once, but it also decides what failed, and it
counts an error that a cell tagged ``raises-exception`` was meant to raise. So it only prepares
here, and its engine runs.
"""

import asyncio
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mlops_lab.workbench.runs.errors import KernelError
from mlops_lab.workbench.runs.watch import Watch

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from traitlets.config import Config

__all__ = ["Ended", "describe_paths", "execute", "prepare"]

Ended = Literal["ended", "died", "timed out", "out of memory"]
KERNEL = "python3"
_START = 300  # seconds for a kernel that lives to answer, on however busy a machine
# A socket's path may have 104 bytes at the most; "/kernel-ipc-1" and its like come after this.
_LONGEST_SOCKET_FOLDER = 85


def prepare(nb: "NotebookNode", parameters: Mapping[str, object]) -> "NotebookNode":
    """Return a copy of a notebook with its parameters injected, ready for `execute`.

    Parameters
    ----------
    nb : NotebookNode
        The source; it is not changed.
    parameters : mapping
        Plain values to inject; without any, nothing is injected.

    Returns
    -------
    NotebookNode
        With the cell tagged ``injected-parameters`` that plain papermill would add.
    """
    import papermill  # slow to import

    node: NotebookNode = papermill.execute_notebook(
        nb,
        None,
        parameters=dict(parameters),
        prepare_only=True,
        kernel_name=KERNEL,
        language="python",
        progress_bar=False,
    )
    node.metadata["papermill"].update(input_path=None, output_path=None)
    node.metadata.setdefault("kernelspec", {"display_name": "Python 3", "name": KERNEL})
    return node


def execute(
    nb: "NotebookNode",
    *,
    timeout: int | None = None,
    title: str | None = None,
    watch: Watch | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Ended:
    """Run a prepared notebook in place, in a kernel of its own, which ends with the run.

    A failing cell stops the run; papermill's marks in
    the metadata tell which cell it was.

    Parameters
    ----------
    nb : NotebookNode
        From `prepare`; its outputs and metadata are written as the cells run.
    timeout : int, optional
        Seconds a single cell may take, at least 1; no limit by default.
    title : str, optional
        Shown beside a progress bar on standard error; no bar without it.
    watch : Watch, optional
        Watches the kernel's memory.
    environment : mapping of str to str, optional
        Variables that the kernel has beside those of this process.
    cwd : Path, optional
        The folder that the kernel starts in; the current one by default.

    Returns
    -------
    str
        ``"ended"`` when the kernel answered for every cell it was given, failed ones included,
        ``"died"`` when it ended by itself, ``"timed out"`` when a cell took too long, ``"out of
        memory"`` when it passed the ceiling of `watch`.

    Raises
    ------
    KernelError
        When no kernel could be started.
    KeyboardInterrupt
        After the kernel was ended.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import papermill_engines

    from mlops_lab.workbench.runs.silent import silent_kernel  # slow to import, as they are

    with _quiet(), tempfile.TemporaryDirectory(prefix="mlops-lab-") as sockets:
        try:
            papermill_engines.execute_notebook_with_engine(
                None,
                nb,
                KERNEL,
                output_path=None,
                progress_bar=_bar(title) if title else False,
                execution_timeout=timeout,
                start_timeout=_START,
                iopub_timeout=60,  # the default of 4 s is too short for a large picture
                extra_arguments=["--log-level=50"],  # its own log would tear the progress bar
                config=_config(Path(sockets)),
                kernel_manager_class=silent_kernel(watch, environment, cwd),
            )
        except DeadKernelError:
            return "out of memory" if watch and watch.passed else "died"
        except CellTimeoutError:
            return "timed out"
        except KeyboardInterrupt:
            _forget_interrupted()
            raise
        except (RuntimeError, OSError, KeyError) as error:  # NoSuchKernel is a KeyError
            if any(cell.metadata.papermill.get("start_time") for cell in nb.cells):
                raise
            raise KernelError(
                f"The {KERNEL} kernel did not start: {error}. "
                "`mlops-lab doctor` looks for the cause."
            ) from error
        finally:
            if watch:
                watch.end()
    return "ended"


def _forget_interrupted() -> None:
    """Let the task that was interrupted end without a word; it goes on while its kernel is ended.

    It finds the kernel dead, and nobody waits for it any more. asyncio would print its traceback
    when it is collected, after the command has said its last sentence.
    """
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    before = loop.get_exception_handler()

    def tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        task = context.get("future", context.get("task"))
        of = getattr(task.get_coro(), "__qualname__", "") if isinstance(task, asyncio.Task) else ""
        if of.partition(".")[0].endswith("NotebookClient"):
            return
        if before is None:
            loop.default_exception_handler(context)
        else:
            before(loop, context)

    loop.set_exception_handler(tell)


def _bar(title: str) -> dict[str, object]:
    # On a terminal a live bar; in a log a line now and then.
    live = sys.stderr.isatty()
    return {"desc": title, "file": sys.stderr, "mininterval": 0.1 if live else 10.0}


def _config(folder: Path) -> "Config":
    from traitlets.config import Config

    # Sockets in a private folder: no race for ports between runs, no other user listening.
    # The connection file is named too, for without it the sockets land in the current folder.
    fits = len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER
    transport = "ipc" if os.name == "posix" and fits else "tcp"
    connection = str(folder / "kernel.json")
    return Config(KernelManager={"transport": transport, "connection_file": connection})


@contextmanager
def _quiet() -> Iterator[None]:
    # papermill logs what is told again, in better words, from what it leaves in the notebook.
    logger = logging.getLogger("papermill")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def describe_paths(nb: "NotebookNode", source: Path, output: Path | None) -> None:
    """Write where a notebook came from and went to into papermill's metadata."""
    nb.metadata["papermill"].update(
        input_path=str(source), output_path=None if output is None else str(output)
    )
