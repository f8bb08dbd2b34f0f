"""Measure how long the drift lesson's explorer takes from a control's change to the new picture.

Run it with `python benchmarks/explorer.py`. The lesson promises an answer within 200 ms; the table
gives the median of each detector's pictures as a share of that, all from one run in one kernel.
"""

import statistics
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from mlops_lab.kit import records_of

__all__ = ["main"]

LESSON = Path(__file__).parents[1] / "notebooks/4_deployment/05_drift.ipynb"
DRAWING = "def watch("
PROMISED = 0.2  # seconds
MEASURE = """\
import asyncio, time
explorer = kit.explore(watch, alt="What is measured here.", size=(0.0, 1.0, 0.05),
                       detector=DETECTORS)


async def answer(size):
    before, begin = explorer.drawn, time.perf_counter()
    explorer.controls["size"].value = size
    while explorer.drawn == before:
        await asyncio.sleep(0.001)
    return time.perf_counter() - begin


async def switch(detector):  # its first picture is not counted
    before = explorer.drawn
    explorer.controls["detector"].value = detector
    while detector != watched and explorer.drawn == before:
        await asyncio.sleep(0.001)
    return detector


watched, taken = explorer.controls["detector"].value, {}
for name in DETECTORS:
    watched = await switch(name)
    taken[name] = [await answer(size / 20) for size in range(1, 20)]
kit.record("seconds", taken)
"""


def main() -> None:
    """Run the lesson up to its explorer, move a control, and print the table."""
    print(f"{'detector':<14}{'median':>10}{'slowest':>10}{'of 200 ms':>12}")
    for name, seconds in _measured().items():
        middle, slowest = statistics.median(seconds), max(seconds)
        times = f"{1000 * middle:>7.0f} ms{1000 * slowest:>7.0f} ms"
        print(f"{name:<14}{times}{middle / PROMISED:>12.2f}")


def _measured() -> dict[str, list[float]]:
    nb = nbformat.read(LESSON, as_version=4)
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    last = next(number for number, cell in enumerate(code) if DRAWING in cell.source)
    nb.cells = [*code[: last + 1], nbformat.v4.new_code_cell(MEASURE)]
    NotebookClient(nb, timeout=600, kernel_name="python3").execute()
    value = records_of(nb)[-1]["value"]
    assert isinstance(value, dict)
    return value


if __name__ == "__main__":
    main()
