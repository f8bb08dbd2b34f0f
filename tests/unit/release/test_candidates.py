"""Challengers: they learn, are judged on rows they have not seen, and repeat by their seed."""

from typing import Any

import numpy as np
import pytest

from mlops_lab.release import candidates


def table(rows: int = 600) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 3))
    return X, (X[:, 0] + X[:, 1] > 0).astype(int)


def test_they_learn_what_can_be_learned_and_no_more() -> None:
    X, y = table()
    right = candidates(X, y, count=4, train_rows=200, pool_rows=300, seed=0)
    assert right.shape == (4, 300)
    assert (right.mean(axis=1) > 0.9).all()
    coin = np.random.default_rng(1).integers(0, 2, len(y))
    lost = candidates(X, coin, count=4, train_rows=200, pool_rows=300, seed=0)
    assert lost.mean() == pytest.approx(0.5, abs=0.1)


def test_each_is_another_model_and_the_seed_gives_them_back() -> None:
    X, y = table()
    first, again = (
        candidates(X, y, count=2, train_rows=50, pool_rows=300, features=9, seed=3)
        for _ in range(2)
    )
    assert (first == again).all()
    assert (first[0] != first[1]).any()


def test_units_and_a_constant_column_do_not_matter() -> None:
    X, y = table()
    other = np.c_[X * [1000, 0.01, 1], np.ones(len(X))]
    right = candidates(other, y, count=2, train_rows=200, pool_rows=300, seed=0)
    assert (right.mean(axis=1) > 0.9).all()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"y": np.full(600, 2)}, "0 or 1"),
        ({"y": np.zeros(5)}, "one label"),
        ({"count": 0}, "count 0"),
        ({"train_rows": 400}, "there are 600"),
    ],
)
def test_wrong_input_is_named(more: dict[str, Any], message: str) -> None:
    X, y = table()
    given = {"y": y, "count": 2, "train_rows": 200, "pool_rows": 300, "seed": 0, **more}
    with pytest.raises(ValueError, match=message):
        candidates(X, given.pop("y"), **given)
