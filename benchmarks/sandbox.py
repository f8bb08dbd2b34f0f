"""Time to have a student's function called: in a fresh sandboxed process against a cold Python.

Run `python benchmarks/sandbox.py`, with modules to import if numpy and pandas are not enough. Tries
alternate, so that a busy machine is busy for both.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from mlops_lab.workbench.classroom.sandbox import Sandbox

TRIES = 15
CALLS = 200
CELL = "def double(x):\n    return 2 * x"


def cold(modules: Sequence[str]) -> None:
    """Import, define and call in a Python of its own, with nothing around it."""
    source = "\n".join([*(f"import {one}" for one in modules), CELL, "double(21)"])
    subprocess.run([sys.executable, "-c", source], check=True)


def warm(box: Sandbox) -> None:
    """Start, define, call and end in the sandbox."""
    with box.start() as student:
        student.run([("double", CELL)])
        assert student.call("double", [21]).value == 42


def seconds(work: Callable[[], None]) -> float:
    """Return the wall time of one go."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def one_call(box: Sandbox) -> float:
    """Return the wall time of one call, by the mean of many in the same process."""
    with box.start() as student:
        student.run([("double", CELL)])
        begin = time.perf_counter()
        for number in range(CALLS):
            assert student.call("double", [number]).value == 2 * number
        return (time.perf_counter() - begin) / CALLS


def main(modules: Sequence[str]) -> None:
    """Print the table."""
    with Sandbox(modules) as box:
        pairs = [(seconds(lambda: cold(modules)), seconds(lambda: warm(box))) for _ in range(TRIES)]
        call = one_call(box)
    before, after = (statistics.median(one) for one in zip(*pairs, strict=True))
    print(f"imports                 {', '.join(modules)}")
    print(f"a cold Python           {1000 * before:8.1f} ms")
    print(f"start, call and end     {1000 * after:8.1f} ms, isolated: {box.isolated}")
    print(f"times faster            {before / after:8.1f}")
    print(f"one more call           {1000 * call:8.2f} ms")


if __name__ == "__main__":
    main(sys.argv[1:] or ["numpy", "pandas"])
