"""Slices hold the rows that a group-by finds, and their residuals are judged by their variance."""

import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mlops_lab.analysis import binned, residual_z, slices

RNG = np.random.default_rng(3)
TABLE = pd.DataFrame(
    {
        "amount": RNG.lognormal(3.4, 0.6, 400),
        "items": RNG.integers(1, 6, 400),
        "app": RNG.integers(2, size=400),
    }
)
BINS = binned(TABLE, {"amount": [20, 35.5, 60], "items": [2, 3], "app": []})


def test_bins_are_those_of_pandas() -> None:
    cut = pd.cut(
        TABLE["amount"],
        [-np.inf, 20, 35.5, 60, np.inf],
        right=False,
        labels=["<20", "20-35.5", "35.5-60", "60+"],
    )
    assert BINS["amount"].tolist() == cut.astype(str).tolist()
    assert set(BINS["app"]) == {"0", "1"}
    assert set(BINS["items"]) == {"<2", "2-3", "3+"}


def test_a_bin_holds_its_lower_edge_and_rows_keep_their_names() -> None:
    table = pd.DataFrame({"x": [1.0, 2.0]}, index=["first", "second"])
    found = binned(table, {"x": [2.0]})
    assert found["x"].to_dict() == {"first": "<2", "second": "2+"}


@pytest.mark.parametrize(
    ("edges", "said"),
    [
        ({"weight": [1]}, "no column 'weight'"),
        ({"amount": [3, 2]}, "must ascend; got [3, 2]"),
        ({"amount": [2, 2]}, "must ascend; got [2, 2]"),
    ],
)
def test_what_cannot_be_binned_is_refused(edges: dict[str, list[float]], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        binned(TABLE, edges)


def test_a_missing_value_is_refused() -> None:
    with pytest.raises(ValueError, match="amount has missing values"):
        binned(TABLE.assign(amount=np.nan), {"amount": [2]})


@pytest.mark.parametrize("most", [1, 2, 3])
def test_slices_are_those_that_going_through_the_rows_finds(most: int) -> None:
    names, S = slices(BINS, smallest=8, most=most)
    rows: dict[str, list[int]] = {}
    for i, row in enumerate(BINS.to_dict("records")):
        for count in range(1, most + 1):
            for columns in combinations(BINS, count):
                name = " & ".join(f"{column} {row[column]}" for column in columns)
                rows.setdefault(name, []).append(i)
    expected = {name: mine for name, mine in rows.items() if len(mine) >= 8}
    assert len(names) == len(set(names))
    assert {name: np.flatnonzero(S[:, i]).tolist() for i, name in enumerate(names)} == expected


def test_no_slice_is_large_enough() -> None:
    names, S = slices(BINS, smallest=1000)
    assert (names, S.shape) == ([], (400, 0))


@pytest.mark.parametrize(("smallest", "most"), [(0, 2), (5, 0)])
def test_limits_below_one_are_refused(smallest: int, most: int) -> None:
    with pytest.raises(ValueError, match=f"got {smallest} and {most}"):
        slices(BINS, smallest, most)


def test_equal_chances_give_the_z_of_a_binomial_count() -> None:
    y = np.repeat([1, 0], [70, 30])
    (found,) = residual_z(y, np.full(100, 0.6), np.ones((100, 1)))
    assert found == pytest.approx((70 - 60) / stats.binom(100, 0.6).std())


def test_draws_are_judged_one_by_one() -> None:
    _, S = slices(BINS, smallest=20)
    q = RNG.uniform(0.1, 0.9, 400)
    Y = (RNG.random((5, 400)) < q).astype(int)
    np.testing.assert_allclose(residual_z(Y, q, S), [residual_z(y, q, S) for y in Y])


def test_true_chances_give_a_standard_normal() -> None:
    _, S = slices(BINS, smallest=60)
    q = RNG.uniform(0.05, 0.95, 400)
    z = residual_z((RNG.random((2000, 400)) < q).astype(int), q, S)
    assert np.abs(z.mean(axis=0)).max() < 0.1
    assert np.abs(z.std(axis=0) - 1).max() < 0.08


def test_certain_forecasts_are_right_or_infinitely_wrong() -> None:
    S = np.array([[1, 0], [1, 0], [0, 1]])
    np.testing.assert_array_equal(residual_z([1, 0, 1], [1, 0, 0], S), [0, np.inf])


@pytest.mark.parametrize(
    ("y", "q", "said"),
    [
        ([1, 0], [0.5, 0.5, 0.5], "need the same rows"),
        ([1, 0, 1], [0.5, 0.5, 1.5], "from 0 to 1; got 0.5 to 1.5"),
    ],
)
def test_forecasts_that_do_not_fit_are_refused(y: list[int], q: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        residual_z(y, q, np.ones((3, 1)))
