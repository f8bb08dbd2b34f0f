"""Each lesson alone and beside two busy loops: what it takes, and whether its findings hold.

Run `python benchmarks/busy.py` on a quiet machine; it takes about a quarter of an hour. Two loops
on two cores leave a lesson half of the machine, so a fair share is twice the wall time. Runs alone
and beside the loops alternate. The column `others` tells how many cores other programs kept busy
while a lesson was to be alone: where it is not near 0, the wall times say little.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
WAYS = {
    "run": ["mlops-lab", "run", "LESSON"],
    "papermill": ["papermill", "--no-progress-bar", "LESSON", "/dev/null"],
    "nbval": ["pytest", "-q", "-c/dev/null", "--nbval-lax", "--nbval-cell-timeout=3600", "LESSON"],
}
WALL, PROCESSOR = 2.5, 1.1  # the most that a lesson may take beside the loops, as ratios
LONGEST = 3600  # seconds after which a loop ends by itself
SPIN = """
import os, sys, time
parent, until = int(sys.argv[1]), time.monotonic() + float(sys.argv[2])
while os.getppid() == parent and time.monotonic() < until:
    for _ in range(1_000_000):
        pass
"""


@dataclass(frozen=True)
class Cost:
    """What a run took, in seconds, the cores that others used meanwhile, and what it ended with."""

    wall: float
    processor: float
    others: float
    code: int
    said: str


@contextmanager
def loops(number: int) -> Iterator[None]:
    """Keep cores busy while the block runs."""
    command = [sys.executable, "-c", SPIN, str(psutil.Process().pid), str(LONGEST)]
    busy = [subprocess.Popen(command) for _ in range(number)]
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


def cost(lesson: Path, way: str) -> Cost:
    """Run a lesson in a fresh process; what starting that takes is a part of the cost."""
    program, *words = [str(lesson) if word == "LESSON" else word for word in WAYS[way]]
    begin, before = time.perf_counter(), used()
    done = subprocess.run([BIN / program, *words], capture_output=True, text=True, check=False)
    wall = time.perf_counter() - begin
    everything, ours = (now - then for now, then in zip(used(), before, strict=True))
    said = (done.stdout + done.stderr)[-2000:]
    return Cost(wall, ours, max(0.0, everything - ours) / wall, done.returncode, said)


def used() -> tuple[float, float]:
    """Return the processor seconds of the whole machine, and of all that we have run and ended."""
    times, own = psutil.cpu_times(), psutil.Process().cpu_times()
    return times.user + times.nice + times.system, own.children_user + own.children_system


def row(lesson: Path, way: str, number: int, tries: int) -> bool:
    """Print what a lesson takes alone and beside busy loops; say whether that is within limits."""
    alone, beside = [], []
    for _ in range(tries):
        alone.append(cost(lesson, way))
        with loops(number):
            beside.append(cost(lesson, way))
    wall = median(b.wall / a.wall for a, b in zip(alone, beside, strict=True))
    processor = median(b.processor / a.processor for a, b in zip(alone, beside, strict=True))
    failed = [one for one in alone + beside if one.code]
    seconds = [[one.wall for one in alone], [one.wall for one in beside],
               [one.processor for one in alone], [one.processor for one in beside]]  # fmt: skip
    verdict = f"{len(failed)} runs failed" if failed else "all hold"
    print(
        f"{lesson.stem:28}" + "".join(f"{median(some):9.1f}" for some in seconds),
        f"{wall:7.2f}{processor:8.2f}{median(one.others for one in alone):8.1f}  {verdict}",
        flush=True,
    )
    for one in failed:
        print(one.said)
    return wall <= WALL and processor <= PROCESSOR and not failed


def main() -> None:
    """Print a row a lesson, and whether all are within the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", default="*", help="a pattern of their file names")
    parser.add_argument("--way", default="run", choices=WAYS)
    parser.add_argument("--loops", default=2, type=int)
    parser.add_argument("--tries", default=1, type=int, help="pairs of runs of each lesson")
    asked = parser.parse_args()
    heads = ("wall", "beside", "cpu", "beside")
    print(f"{'seconds':28}" + "".join(f"{head:>9}" for head in heads), end=" ")
    print(f"{'wall x':>7}{'cpu x':>8}{'others':>8}  findings")
    with tempfile.TemporaryDirectory() as folder:
        within = []
        for path in sorted((ROOT / "notebooks").glob(f"*/{asked.lessons}.ipynb")):
            if not path.stem.endswith("_assignment"):
                lesson = Path(shutil.copy(path, folder))  # away from our tests' settings
                within.append(row(lesson, asked.way, asked.loops, asked.tries))
    print(
        f"{sum(within)} of {len(within)} lessons: at most {WALL} times the wall and {PROCESSOR} "
        f"times the processor seconds beside {asked.loops} loops, all findings hold"
    )


if __name__ == "__main__":
    main()
