"""The front against brute force, and the pick."""

import numpy as np
import pandas as pd
import pytest

from mlops_lab import compression as cp


def beaten(one: list[int], other: list[int]) -> bool:
    return all(b <= a for a, b in zip(one, other, strict=True)) and one != other


def test_front_by_brute_force() -> None:
    costs = np.random.default_rng(0).integers(0, 6, (60, 3)).tolist()
    expected = [not any(beaten(one, other) for other in costs) for one in costs]
    assert cp.pareto(costs).tolist() == expected


def test_equal_rows_both_stay_and_none_gives_none() -> None:
    assert cp.pareto([[1, 1], [1, 1]]).tolist() == [True, True]
    assert cp.pareto(np.empty((0, 2))).tolist() == []


def test_front_refuses() -> None:
    with pytest.raises(ValueError, match="shape"):
        cp.pareto([1, 2])
    with pytest.raises(ValueError, match="NaN"):
        cp.pareto([[1, np.nan]])


TABLE = pd.DataFrame(
    {"accuracy": [0.9, 0.8, np.nan], "bytes": [50, 20, 5], "ms": [1, 2, 1]}, index=["a", "b", "c"]
)


def test_pick() -> None:
    assert cp.pick(TABLE, "accuracy", {"bytes": 50}) == "a"
    assert cp.pick(TABLE, "accuracy", {"bytes": 49}) == "b"
    assert cp.pick(TABLE, "accuracy", {"bytes": 49, "ms": 1}) is None
    assert cp.pick(TABLE, "accuracy", {}) == "a"
    assert cp.pick(TABLE.iloc[:0], "accuracy", {"bytes": 9}) is None


def test_pick_refuses_unknown_columns() -> None:
    with pytest.raises(ValueError, match="no column 'size'"):
        cp.pick(TABLE, "accuracy", {"size": 1})
