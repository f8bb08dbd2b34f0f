"""The kernel provisioner `mlops-lab-warm`: forks kernels from a template, or starts them cold."""

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from mlops_lab.core import ending_with_us
from mlops_lab.threads import thread_environment
from mlops_lab.workbench.kernels.forked import ForkUnavailableError, fork
from mlops_lab.workbench.kernels.preload import is_heavy
from mlops_lab.workbench.kernels.templates import LONGEST, PATIENCE, importing, renew, running

__all__ = ["WarmProvisioner"]

_NOTEBOOK = "JPY_SESSION_NAME"  # the variable in which a Jupyter server names a kernel's notebook
_TAKEN = {"cwd", "env", "stdin", "stdout", "stderr", "independent", "kernel_id", "extra_arguments"}


class WarmProvisioner(LocalProvisioner):
    """Start kernels by a fork where that is the same as a fresh start, and afresh elsewhere.

    What cannot be forked is started as `LocalProvisioner` does, after one line in the log that
    says why. Either way numeric libraries compute with few threads, as `thread_environment` says.
    """

    async def launch_kernel(
        self,
        cmd: list[str],
        **kwargs: Any,  # noqa: ANN401  Popen's
    ) -> KernelConnectionInfo:
        """Start the kernel; `cmd` and `kwargs` are those of `LocalProvisioner`.

        With ``owned=True`` a kernel that is started afresh ends with the thread that started it,
        as a forked one ends with its process.
        """
        owned = kwargs.pop("owned", False)
        try:
            await _imported(kwargs.get("env") or os.environ)
            self.process = _fork(cmd, kwargs)
        except ForkUnavailableError as error:
            self.log.info("Kernel %s starts cold: %s", self.kernel_id, error)
            if error.stale:
                renew()
            kwargs["env"] = thread_environment(kwargs.get("env") or os.environ)
            return await super().launch_kernel(ending_with_us(cmd) if owned else cmd, **kwargs)
        self.pid = self.process.pid
        self.pgid = None  # by number, a group could be somebody else's; ours is signalled safely
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info


async def _imported(env: Mapping[str, str]) -> None:
    """Wait for a template that still imports, until it is ready or has died."""
    if importing() and _is_light(env.get(_NOTEBOOK)):
        raise ForkUnavailableError("sooner by itself than after what the template still imports")
    until = time.monotonic() + float(os.environ.get(PATIENCE) or LONGEST)
    while importing() and time.monotonic() < until:
        await asyncio.sleep(0.05)  # a Jupyter server has other things to do meanwhile


def _is_light(notebook: str | None) -> bool:
    """Say whether a notebook has use for nothing that takes long to import, as far as is known."""
    if notebook is None:
        return False
    try:
        cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):  # a console, or not one of today's notebooks
        return False
    return not is_heavy("\n".join(code))


def _fork(cmd: list[str], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401  stands in for a Popen
    if unknown := {name for name, value in kwargs.items() if value} - _TAKEN:
        raise ForkUnavailableError(f"a fork does not know {', '.join(sorted(unknown))}")
    if kwargs.get("independent"):
        raise ForkUnavailableError("a kernel that is to outlive its owner cannot be forked")
    if cmd[1:3] != ["-m", "ipykernel_launcher"]:
        raise ForkUnavailableError(f"only ipykernel can be forked, not {' '.join(cmd[:3])}")
    # To write to as well: ipykernel copies what it captures there, and captures no more where it
    # cannot.
    with open(os.devnull, "r+b") as nothing, _ended_pipe() as ended:  # noqa: PTH123  a descriptor
        streams = (
            _descriptor(kwargs.get("stdin"), ended, nothing.fileno()),
            _descriptor(kwargs.get("stdout"), 1, nothing.fileno()),
            _descriptor(kwargs.get("stderr"), 2, nothing.fileno()),
        )
        return fork(
            running(),
            cmd[3:],
            executable=cmd[0],
            env=kwargs.get("env") or dict(os.environ),
            cwd=Path(kwargs.get("cwd") or Path.cwd()),
            streams=streams,
        )


@contextmanager
def _ended_pipe() -> Iterator[int]:
    """Yield what Jupyter gives a kernel for standard input: a pipe that nobody writes to."""
    read, write = os.pipe()
    os.close(write)
    try:
        yield read
    finally:
        os.close(read)


def _descriptor(given: int | IO[Any] | None, usual: int, nothing: int) -> int:
    if given is None:
        return usual
    if given == subprocess.DEVNULL:
        return nothing
    if isinstance(given, int) and given < 0:
        raise ForkUnavailableError("a fork cannot be read through a pipe of Popen's")
    return given if isinstance(given, int) else given.fileno()
