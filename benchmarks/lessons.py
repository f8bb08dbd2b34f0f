"""All lessons: `mlops-lab run` against plain papermill, nbval and nbmake, and against the limit.

Run `python benchmarks/lessons.py` on a quiet machine; it takes about a quarter of an hour. The
limit is what two cores cannot beat: half the processor seconds of all cells, or the longest lesson.
nbmake is installed by pip into `build/benchmark_lessons`, a folder of its own.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
NBMAKE = ROOT / "build" / "benchmark_lessons"
BIN = Path(sys.executable).parent
CORES = 2
NAME = "processor seconds"
CLOCK = f"""
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
times = [sum(getrusage(who)[:2]) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
kit.record({NAME!r}, sum(times))
"""


def copy_lessons(folder: Path, pattern: str) -> list[Path]:
    """Copy the lessons, with the reading of a clock as their last cell."""
    copies = []
    for path in sorted((ROOT / "notebooks").glob(f"*/{pattern}.ipynb")):
        if not path.stem.endswith("_assignment"):
            nb = nbformat.read(path, as_version=4)
            nb.cells.append(nbformat.v4.new_code_cell(CLOCK, id="the-clock"))
            copies.append(folder / path.parent.name / path.name)
            copies[-1].parent.mkdir(exist_ok=True)
            nbformat.write(nb, copies[-1])
    return copies


def seconds(command: list[str], folder: Path) -> tuple[float, str]:
    """Return the seconds of a command that has to end well, and what it wrote."""
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    took = time.perf_counter() - begin
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return took, done.stdout


def ours(folder: Path) -> tuple[float, float, float]:
    """Return seconds of `mlops-lab run`, the processor seconds of all cells, and the longest."""
    took, said = seconds(
        [str(BIN / "mlops-lab"), "run", "*", "--course", str(folder), "--json"],
        folder,
    )
    runs = json.loads(said)
    return (
        took,
        sum(one["value"] for run in runs for one in run["records"] if one["name"] == NAME),
        max(run["seconds"] for run in runs),
    )


def papermill(copies: list[Path], folder: Path) -> float:
    """Return the seconds of a loop of papermill, a process for each as a shell's loop has."""
    command = [str(BIN / "papermill"), "--no-progress-bar"]
    return sum(seconds([*command, str(copy), os.devnull], folder)[0] for copy in copies)


def pytest(folder: Path, *words: str) -> float:
    """Return the seconds of pytest with one of the plugins."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    return seconds([*command, "--rootdir", str(folder), *words, str(folder)], folder)[0]


def main() -> None:
    """Print the seconds and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", default="*", help="a pattern of their file names")
    pattern = parser.parse_args().lessons
    os.environ["OMP_NUM_THREADS"] = "1"  # for all: those that run two at once share the cores
    shutil.rmtree(NBMAKE, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(NBMAKE)]
    subprocess.run([*pip, "nbmake"], check=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        copies = copy_lessons(folder, pattern)
        ours(folder)  # so that it knows which is the longest
        took, cells, longest = ours(folder)
        took_nbval = pytest(folder, "--nbval-lax", "--nbval-cell-timeout=600")
        os.environ["PYTHONPATH"] = str(NBMAKE)
        took_nbmake = pytest(folder, "--nbmake", "-n", str(CORES), "--nbmake-timeout=600")
        del os.environ["PYTHONPATH"]
        took_papermill = papermill(copies, folder)
    limit = max(cells / CORES, longest)
    print(f"{len(copies)} lessons: {cells:.0f} processor seconds in cells, longest {longest:.0f} s")
    print(f"  mlops-lab run {took:.0f} s: {took / limit:.2f} times the limit of {limit:.0f} s")
    for name, other in (
        ("papermill in a loop", took_papermill),
        ("pytest --nbval-lax", took_nbval),
        (f"pytest --nbmake -n {CORES}", took_nbmake),
    ):
        print(f"  {name} {other:.0f} s: {other / took:.2f} times as long")


if __name__ == "__main__":
    main()
