"""Time and memory of kernels with TensorFlow: forked from a template against started afresh.

Run `python benchmarks/kernels.py`. Starts alternate, so that a busy machine is busy for both.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from mlops_lab.workbench.kernels import warmed
from mlops_lab.workbench.kernels.conditions import supported

CELL = "import tensorflow"
WARM, COLD = "mlops-lab", "python3"
TRIES = 7
AT_ONCE = 8


@contextmanager
def kernel(name: str) -> Iterator[tuple[int, float]]:
    """Start a kernel and import TensorFlow in it; give its process and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        manager = KernelManager(
            kernel_name=name, transport="ipc", connection_file=str(Path(folder) / "k.json")
        )
        begin = time.perf_counter()
        manager.start_kernel(cwd=folder, extra_arguments=["--log-level=50"])
        client: BlockingKernelClient = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=120)
            reply = client.execute_interactive(CELL, output_hook=lambda _: None, timeout=120)
            assert reply["content"]["status"] == "ok", reply["content"]
            provisioner = manager.provisioner
            yield provisioner.pid, time.perf_counter() - begin  # type: ignore[union-attr]  # started
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def seconds(name: str) -> float:
    """Give the seconds from asking for one kernel until TensorFlow is there."""
    with kernel(name) as (_, took):
        return took


def memory(name: str, more: Callable[[], int]) -> int:
    """Give the bytes that kernels hold at once, shared pages shared out (PSS)."""
    with ExitStack() as stack:
        pids = [stack.enter_context(kernel(name))[0] for _ in range(AT_ONCE)]
        held = [int(psutil.Process(pid).memory_full_info().pss) for pid in pids]
        return sum(held) + more()


def main() -> None:
    """Print both ratios."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # kernels write to where this prints
    if reason := supported():
        raise SystemExit(f"There are no warm kernels here: {reason}.")
    with warmed() as template:
        if template is None or not template.ready(None):
            raise SystemExit(
                "No template was started: unset MLOPS_LAB_WARM and MLOPS_LAB_TEMPLATE."
            )
        took: dict[str, list[float]] = {WARM: [], COLD: []}
        for _ in range(TRIES):
            for name, times in took.items():
                times.append(seconds(name))
        warm, cold = (statistics.median(took[name]) for name in (WARM, COLD))
        pairs = [after / before for before, after in zip(took[WARM], took[COLD], strict=True)]
        print(f"kernel with TensorFlow, median of {TRIES}: warm {warm:.2f} s, cold {cold:.2f} s")
        print(f"  cold / warm: {cold / warm:.1f} (pairs {min(pairs):.1f} to {max(pairs):.1f})")
        shared = memory(WARM, lambda: int(psutil.Process(template.pid).memory_full_info().pss))
        apart = memory(COLD, lambda: 0)
        print(f"{AT_ONCE} kernels at once, PSS: warm with template {shared / 2**20:,.0f} MB, "
              f"cold {apart / 2**20:,.0f} MB")  # fmt: skip
        print(f"  warm / cold: {shared / apart:.2f}")


if __name__ == "__main__":
    main()
