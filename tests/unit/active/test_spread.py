"""Farthest first, against a rule written out and the best centers of all."""

from itertools import combinations

import numpy as np
import pytest

from mlops_lab import active


def radius(rows: np.ndarray, centers: np.ndarray) -> float:
    gaps = np.linalg.norm(rows[:, None] - centers[None], axis=2)
    return float(gaps.min(axis=1).max())


def test_the_choice_is_the_rule_written_out() -> None:
    rng = np.random.default_rng(0)
    rows, labeled = rng.normal(size=(30, 3)), rng.normal(size=(4, 3))
    expected: list[int] = []
    for _ in range(8):
        known = np.vstack([labeled, rows[expected]])
        gaps = np.linalg.norm(rows[:, None] - known[None], axis=2).min(axis=1)
        expected.append(int(gaps.argmax()))
    assert active.farthest_first(rows, labeled, 8).tolist() == expected


@pytest.mark.parametrize("seed", range(5))
def test_no_row_is_farther_than_twice_the_best(seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(12, 2))
    best = min(radius(rows, rows[list(some)]) for some in combinations(range(12), 3))
    chosen = active.farthest_first(rows, np.empty((0, 2)), 3)
    assert radius(rows, rows[chosen]) <= 2 * best + 1e-9


def test_copies_are_chosen_last_and_none_twice() -> None:
    rows = np.array([[0.0], [0.0], [4.0], [4.0]])
    assert active.farthest_first(rows, [[0.0]], 4).tolist() == [2, 0, 1, 3]
    assert active.farthest_first(rows, np.empty((0, 1)), 0).tolist() == []


@pytest.mark.parametrize("count", [-1, 4])
def test_a_count_out_of_range_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"3 rows there are; got {count}"):
        active.farthest_first(np.zeros((3, 2)), np.zeros((1, 2)), count)
