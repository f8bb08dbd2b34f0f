"""Measure how many rows a second each error detector takes, against a bare loop.

Run it with `python benchmarks/detectors.py`. The stream is the same for all; each figure is the
median of five rounds, taken in turns so that a busy moment hits all alike.
"""

import statistics
import time

import numpy as np

from mlops_lab.drift import ERROR_DETECTORS, alarms, error_detector

__all__ = ["main"]

ROWS = 20_000
ROUNDS = 5


def main() -> None:
    """Print rows per second as a ratio to a bare Python loop over the same stream."""
    values = _errors()
    ratios: dict[str, list[float]] = {name: [] for name in ERROR_DETECTORS}
    for _ in range(ROUNDS):
        bare = _bare(values)
        for name in ERROR_DETECTORS:
            ratios[name].append(bare / _watched(name, values))
    print(f"{'detector':<14}{'rows/s, bare loop = 1':>24}")
    for name, found in ratios.items():
        print(f"{name:<14}{statistics.median(found):>24.4f}")


def _errors() -> list[float]:
    rate = np.where(np.arange(ROWS) < ROWS // 2, 0.2, 0.4)
    return [float(wrong) for wrong in np.random.default_rng(0).random(ROWS) < rate]


def _bare(values: list[float]) -> float:
    begin, total = time.perf_counter(), 0.0
    for value in values:
        total += value
    return time.perf_counter() - begin


def _watched(name: str, values: list[float]) -> float:
    detector = error_detector(name)
    begin = time.perf_counter()
    alarms(detector, values)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
