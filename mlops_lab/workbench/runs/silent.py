"""The kernel of a run: it keeps to its notebook, and nobody waits longer for it than it takes."""

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Type, default

from mlops_lab.workbench.kernels import PROVISIONER
from mlops_lab.workbench.kernels.provisioner import WarmProvisioner
from mlops_lab.workbench.runs.watch import Watch

__all__ = ["silent_kernel"]

_ANSWER = 1.0  # seconds for an answer, after which the kernel is asked again
_CONNECTED = 0.2  # seconds in which what it publishes comes, where the line to it stands
_POLL = 0.01  # seconds between two looks whether it has ended


class AwakeChannel(AsyncZMQSocketChannel):
    """A channel that sends while it waits for an answer, and still hears the answer.

    nbclient tells an Output widget what it holds while it waits for the cell's reply. Sending reads
    the signals of the socket; a reply that comes in that moment would stay unseen until the next
    one, or until the cell's time limit.
    """

    def send(self, msg: dict[str, Any]) -> None:
        """Send a message, and look again at what has come meanwhile."""
        super().send(msg)
        if self.socket is not None:
            self.socket.get(zmq.EVENTS)  # wakes those who wait, where there is something to read


class _PromptClient(AsyncKernelClient):
    shell_channel_class = Type(AwakeChannel)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for an answer, and for what was published with it.

        Jupyter's own waits for .2 s of silence instead: longer than a fork takes.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            asked = self.kernel_info()
            if (reply := await self._answer(asked)) and await self._heard(asked):
                self._handle_kernel_info_reply(reply)
                return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if until is not None and time.monotonic() > until:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    async def _answer(self, asked: str) -> dict[str, Any] | None:
        try:
            while True:
                message: dict[str, Any] = await self.get_shell_msg(timeout=_ANSWER)
                if message["parent_header"].get("msg_id") == asked:
                    return message
        except Empty:
            return None

    async def _heard(self, asked: str) -> bool:
        try:
            while True:
                message = await self.get_iopub_msg(timeout=_CONNECTED)
                ours = message["parent_header"].get("msg_id") == asked
                if ours and message["content"].get("execution_state") == "idle":
                    return True
        except Empty:
            return False


def silent_kernel(
    watch: Watch | None,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> type[AsyncKernelManager]:
    """Make the class of a manager whose kernel says nothing outside of its notebook.

    Parameters
    ----------
    watch : Watch, optional
        Watches the kernel's memory.
    environment : mapping of str to str, optional
        Variables that the kernel has beside those of this process.
    cwd : Path, optional
        The folder it starts in; the current one by default.
    """

    class SilentKernel(AsyncKernelManager):
        @default("client_factory")
        def _prompt(self) -> type[AsyncKernelClient]:
            return _PromptClient

        # Forked where that is the same as a fresh start, and afresh elsewhere.
        @property
        def kernel_spec(self) -> KernelSpec | None:
            spec = super().kernel_spec
            if spec is not None:
                spec.metadata.setdefault("kernel_provisioner", {"provisioner_name": PROVISIONER})
            return spec

        # ipykernel copies what child processes and C code print into the notebook, and also to
        # the streams it was started with. Ours carry the result and the progress bar.
        async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:  # noqa: ANN401  Popen's
            streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            env = {**(kw.get("env") or os.environ), **(environment or {})}
            if cwd is not None:
                kw["cwd"] = str(cwd)
            owned = {"owned": True} if isinstance(self.provisioner, WarmProvisioner) else {}
            await super()._async_launch_kernel(kernel_cmd, **{**kw, "env": env, **streams, **owned})
            if watch and isinstance(self.provisioner, LocalProvisioner) and self.provisioner.pid:
                watch.begin(self.provisioner.pid)

        async def _async_finish_shutdown(
            self, waittime: float | None = None, pollinterval: float = _POLL, restart: bool = False
        ) -> None:
            await super()._async_finish_shutdown(waittime, pollinterval, restart)

    return SilentKernel
