"""Kernels under Jupyter's manager, forked and afresh."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from mlops_lab.workbench.kernels.forked import ForkedKernel
from mlops_lab.workbench.kernels.owner import Template
from mlops_lab.workbench.kernels.provisioner import WarmProvisioner

__all__ = ["COLD", "LIGHT", "WARM", "Session", "kernel", "ready_template"]

LIGHT = ("ipykernel.kernelapp", "ipykernel.ipkernel", "numpy", "matplotlib.pyplot", "joblib")
WARM = "mlops-lab"
COLD = "python3"


class Session:
    """A kernel under Jupyter's manager, and what it shows."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager, self.client = manager, client

    @property
    def process(self) -> Any:
        provisioner = self.manager.provisioner
        assert isinstance(provisioner, WarmProvisioner)
        return provisioner.process

    @property
    def forked(self) -> bool:
        return isinstance(self.process, ForkedKernel)

    def run(self, code: str, answer: str | None = None) -> list[tuple[str, Any]]:
        """Run a cell; give its outputs, streams joined, pictures by kind."""
        shown: list[tuple[str, Any]] = []

        def see(message: dict[str, Any]) -> None:
            content = message["content"]
            kind = content.get("name") or content.get("ename") or message["msg_type"]
            if message["msg_type"] == "stream":
                shown.append((kind, content["text"]))
            elif message["msg_type"] in {"display_data", "execute_result"}:
                text = content["data"].get("text/plain", "")
                shown.append(
                    (kind, sorted(content["data"]) if "image/png" in content["data"] else text)
                )
            elif message["msg_type"] == "error":
                shown.append((kind, content["evalue"]))

        def say(_: dict[str, Any]) -> None:
            self.client.input(answer or "")

        self.client.execute_interactive(
            code, allow_stdin=answer is not None, output_hook=see, stdin_hook=say, timeout=60
        )
        joined = {kind: "" for kind, text in shown if kind in {"stdout", "stderr"}}
        for kind, text in shown:
            if kind in joined:
                joined[kind] += text
        rest = [(kind, text) for kind, text in shown if kind not in joined]
        return sorted(joined.items()) + rest

    def interrupted(self, code: str, timeout: int) -> dict[str, Any]:
        """Run a cell until it prints, interrupt it, and give what its reply says.

        Each message may take `timeout` seconds. The kernel is ready again: what is asked before
        would be left out.
        """
        message = self.client.execute(code)
        while self.client.get_iopub_msg(timeout=timeout)["msg_type"] != "stream":
            pass
        self.manager.interrupt_kernel()
        reply = self.client.get_shell_msg(timeout=timeout)
        assert reply["parent_header"]["msg_id"] == message
        self.client.wait_for_ready(timeout=timeout)
        content: dict[str, Any] = reply["content"]
        return content


@contextmanager
def ready_template(modules: Sequence[str] = LIGHT) -> Iterator[Template]:
    """Yield a template that has imported these modules, ready to fork."""
    with closing(Template(modules)) as made:
        assert made.ready(None)
        yield made


@contextmanager
def kernel(name: str, cwd: Path, **settings: Any) -> Iterator[Session]:
    manager = KernelManager(kernel_name=name, transport="ipc", connection_file=str(cwd / "k.json"))
    manager.start_kernel(cwd=str(cwd), extra_arguments=["--log-level=50"], **settings)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield Session(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
