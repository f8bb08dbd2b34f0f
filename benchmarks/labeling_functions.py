"""Measure what it costs to ask labeling functions, against Snorkel's applier for pandas.

Run it with `python benchmarks/labeling_functions.py`. The bundled comments are repeated to 100,000
rows for ten patterns, and 4,000 rows for a heavy function, which computes in Python for some
milliseconds and so needs processes. Each figure is the median of three rounds, taken in turns so
that a busy moment hits all alike. Every way must give the same labels, or the run fails.
"""

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from distributed import LocalCluster
from numpy.typing import NDArray
from snorkel.labeling import LabelingFunction, PandasLFApplier

from mlops_lab import data
from mlops_lab import weak_supervision as ws

__all__ = ["main"]

ROWS, HEAVY_ROWS, ROUNDS = 100_000, 4_000, 3
PATTERNS = {
    "link": (r"http|www\.", 1),
    "subscribe": (r"\bsubscribe", 1),
    "channel": (r"\bmy channel", 1),
    "money": (r"\$\d|\bmoney\b", 1),
    "free": (r"\bfree\b|\bwin\b", 1),
    "contact": (r"whatsapp|telegram", 1),
    "praise": (r"\blove\b|\bgreat\b", 0),
    "question": (r"\bhow\b|\bwhat\b", 0),
    "time": (r"\d:\d\d", 0),
    "story": (r"\bi (?:was|tried)\b", 0),
}
Votes = NDArray[Any]
Ask = Callable[[], Votes]
Row = Callable[[str], int]


def main() -> None:
    """Print how many times faster each way is than Snorkel's applier, over all rounds."""
    texts = _texts(ROWS)
    by_row = {name: _row(*entry) for name, entry in PATTERNS.items()}
    by_column = {name: _column(*entry) for name, entry in PATTERNS.items()}
    light: dict[str, Ask] = {
        "Snorkel": lambda: _snorkel(by_row, texts),
        "rows, serial": lambda: ws.apply_rows(by_row, texts),
        "columns": lambda: ws.apply_columns(by_column, texts),
    }
    _print(f"ten patterns on {ROWS:,} rows", _timed(light))
    _heavy_ways(texts[:HEAVY_ROWS])


def _heavy_ways(texts: "pd.Series[Any]") -> None:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        address = str(cluster.scheduler_address)
        ways: dict[str, Ask] = {
            "Snorkel": lambda: _snorkel({"heavy": _heavy}, texts),
            "Dask, processes started anew": lambda: ws.apply_rows(
                {"heavy": _heavy}, texts, "processes"
            ),
            "Dask, a cluster that is up": lambda: ws.apply_rows({"heavy": _heavy}, texts, address),
        }
        _print(f"a heavy function on {HEAVY_ROWS:,} rows", _timed(ways))


def _texts(rows: int) -> "pd.Series[Any]":
    shipped = data.load("comments").frame["text"].str.lower()
    return pd.Series(np.resize(shipped.to_numpy(dtype=object), rows), dtype="str")


def _row(pattern: str, vote: int) -> Row:
    found = re.compile(pattern, re.ASCII).search
    return lambda text: vote if found(text) else ws.ABSTAIN


def _column(pattern: str, vote: int) -> Callable[["pd.Series[Any]"], Votes]:
    return lambda texts: np.where(texts.str.contains(pattern), vote, ws.ABSTAIN)


def _heavy(text: str) -> int:
    total = 0
    for i in range(60_000):
        total += i * len(text)
    return 1 if "http" in text and total >= 0 else ws.ABSTAIN


def _snorkel(functions: dict[str, Row], texts: "pd.Series[Any]") -> Votes:
    made = [LabelingFunction(name, _on_text(one)) for name, one in functions.items()]
    frame = texts.rename("text").to_frame()
    return np.asarray(PandasLFApplier(made).apply(frame, progress_bar=False))


def _on_text(function: Row) -> Callable[[Any], int]:
    return lambda row: function(row.text)


def _timed(ways: dict[str, Ask]) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    expected = ways["Snorkel"]()  # warms up as well
    for _ in range(ROUNDS):
        for name, ask in ways.items():
            begin = time.perf_counter()
            votes = ask()
            seconds[name].append(time.perf_counter() - begin)
            if not np.array_equal(votes, expected):
                raise ValueError(f"{name} gives other labels than Snorkel")
    return seconds


def _print(title: str, seconds: dict[str, list[float]]) -> None:
    print(f"{title:<36}{'times faster than Snorkel':>28}   same labels")
    for name, found in seconds.items():
        ratios = [one / own for one, own in zip(seconds["Snorkel"], found, strict=True)]
        print(f"  {name:<34}{statistics.median(ratios):>28.1f}   yes")


if __name__ == "__main__":
    main()
