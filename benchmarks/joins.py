"""Measure point-in-time joins of a million rows: DuckDB against pandas, and a loop over rows.

Run it with `python benchmarks/joins.py`. A million questions are joined to a million values of
10,000 keys, each question to the last value of its key that had been written by then. Both ways
must give the same values, or the run fails. The loop filters the table for each row, on 200 of
them, and is extrapolated. Figures are medians of three rounds, taken in turns, in processor
seconds, so that a busy machine does not change them.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["main"]

ROWS, KEYS, LOOPED, ROUNDS = 1_000_000, 10_000, 200, 3
SQL = """SELECT questions.row, writes.value FROM questions ASOF LEFT JOIN writes
         ON questions.key = writes.key AND questions.asked >= writes.written
         ORDER BY questions.row"""
Values = NDArray[np.float64]


def main() -> None:
    """Print processor seconds, and how many times those of pandas they are."""
    rng = np.random.default_rng(0)
    questions = _frame(rng, "asked").rename_axis("row").reset_index()
    writes = _frame(rng, "written").assign(value=rng.normal(size=ROWS))
    ways: dict[str, Callable[[], Values]] = {
        "pandas, merge_asof": lambda: _pandas(questions, writes),
        "DuckDB, ASOF JOIN, one thread": lambda: _duckdb(questions, writes, 1),
        "DuckDB, ASOF JOIN, two threads": lambda: _duckdb(questions, writes, 2),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    expected = _pandas(questions, writes)  # warms up as well
    for _ in range(ROUNDS):
        for name, ask in ways.items():
            found, spent = _timed(ask)
            seconds[name].append(spent)
            if not np.array_equal(found, expected, equal_nan=True):
                raise ValueError(f"{name} gives other values than pandas")
    _, spent = _timed(lambda: _loop(questions[:LOOPED], writes))
    seconds[f"a loop, from {LOOPED} rows"] = [spent * ROWS / LOOPED]
    usual = statistics.median(seconds["pandas, merge_asof"])
    print(f"{f'{ROWS:,} rows on {ROWS:,}, {KEYS:,} keys':<36}{'seconds':>10}{'of pandas':>12}")
    for name, found_in in seconds.items():
        median = statistics.median(found_in)
        print(f"  {name:<34}{median:>10.2f}{median / usual:>12.1f}")


def _frame(rng: np.random.Generator, clock: str) -> pd.DataFrame:
    times = np.sort(rng.uniform(0, 365, ROWS))
    return pd.DataFrame({clock: times, "key": rng.integers(0, KEYS, ROWS)})


def _pandas(questions: pd.DataFrame, writes: pd.DataFrame) -> Values:
    found = pd.merge_asof(questions, writes, left_on="asked", right_on="written", by="key")
    return found["value"].to_numpy()


def _duckdb(questions: pd.DataFrame, writes: pd.DataFrame, threads: int) -> Values:
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {threads}")
        connection.register("questions", questions)
        connection.register("writes", writes)
        return connection.execute(SQL).df()["value"].to_numpy()


def _loop(questions: pd.DataFrame, writes: pd.DataFrame) -> Values:
    found = []
    for asked, key in zip(questions["asked"], questions["key"], strict=True):
        past = writes[(writes["key"] == key) & (writes["written"] <= asked)]
        found.append(past["value"].iloc[-1] if len(past) else np.nan)
    return np.array(found)


def _timed(ask: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.process_time()
    found = ask()
    return found, time.process_time() - begin


if __name__ == "__main__":
    main()
