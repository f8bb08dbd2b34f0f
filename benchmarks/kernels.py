"""Time and memory of kernels with TensorFlow: forked from a template against started afresh.

Run `python benchmarks/kernels.py`. Starts alternate, so that a busy machine is busy for both. With
`--loads 0,6` it measures what a kernel that is asked for while the template still imports gains by
waiting for it, beside so many busy loops: it waits where it needs what takes long to import, and
imports what it needs beside the template where that is light.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from busy import loops
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from mlops_lab.workbench.kernels import warmed
from mlops_lab.workbench.kernels.conditions import supported

CELL = "import tensorflow"
LIGHT = "import matplotlib.pyplot, pandas, scipy.stats, sklearn.ensemble"
WARM, COLD = "mlops-lab", "python3"
TRIES = 7
AT_ONCE = 8


@contextmanager
def kernel(name: str, cell: str = CELL) -> Iterator[tuple[int, float]]:
    """Start a kernel and import something in it; give its process and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        manager = KernelManager(
            kernel_name=name, transport="ipc", connection_file=str(Path(folder) / "k.json")
        )
        begin = time.perf_counter()
        manager.start_kernel(cwd=folder, extra_arguments=["--log-level=50"])
        client: BlockingKernelClient = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=300)
            reply = client.execute_interactive(cell, output_hook=lambda _: None, timeout=300)
            assert reply["content"]["status"] == "ok", reply["content"]
            provisioner = manager.provisioner
            yield provisioner.pid, time.perf_counter() - begin  # type: ignore[union-attr]  # started
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def seconds(name: str, cell: str = CELL) -> float:
    """Return the seconds from asking for one kernel until what it imports is there."""
    with kernel(name, cell) as (_, took):
        return took


def beside(load: int, tries: int) -> None:
    """Print what kernels take that are asked for while a template imports, beside busy loops."""
    with loops(load):
        begin = time.perf_counter()
        with warmed() as template:
            assert template is not None
            template.ready(None)
        whole = time.perf_counter() - begin
        print(f"beside {load} loops the template takes {whole:.1f} s; asked for at its")
        for when, share in (("start", 0.0), ("half", 0.5)):
            for what, cell in (("TensorFlow", CELL), ("light", LIGHT)):
                took: dict[str, list[float]] = {WARM: [], COLD: []}
                for name in [WARM, COLD] * tries:
                    with warmed():
                        time.sleep(share * whole)
                        took[name].append(seconds(name, cell))
                waited, own = (statistics.median(took[name]) for name in (WARM, COLD))
                print(f"  {when:6}{what:11} waiting {waited:5.1f} s, by itself {own:5.1f} s: "
                      f"{own / waited:.2f} times as long", flush=True)  # fmt: skip


def memory(name: str, more: Callable[[], int]) -> int:
    """Return the bytes that kernels hold at once, shared pages shared out (PSS)."""
    with ExitStack() as stack:
        pids = [stack.enter_context(kernel(name))[0] for _ in range(AT_ONCE)]
        held = [int(psutil.Process(pid).memory_full_info().pss) for pid in pids]
        return sum(held) + more()


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loads", help="numbers of busy loops: 0,6")
    parser.add_argument("--tries", default=3, type=int, help="of each start beside loops")
    asked = parser.parse_args()
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # kernels write to where this prints
    if reason := supported():
        raise SystemExit(f"There are no warm kernels here: {reason}.")
    if asked.loads:
        for load in map(int, asked.loads.split(",")):
            beside(load, asked.tries)
        return
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
