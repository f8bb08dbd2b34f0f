"""Two tables that should be alike, and samples that should stand for the whole."""

import re

import numpy as np
import pandas as pd
import pytest

from mlops_lab.validation import (
    changed,
    feature_skew,
    linf,
    seen_before,
    unique_share,
    weighted_mean,
)
from mlops_lab.validation.skew import shares_of

TRAIN = pd.DataFrame(
    {
        "id": [1, 2, 3, 4],
        "weight": [1.0, 2.0, np.nan, 4.0],
        "depot": ["a", "b", None, "d"],
        "late": [0, 1, 0, 1],
    }
)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (["a", "b"], ["a", "b"], 0.0),
        (["a"], ["b"], 1.0),
        (["a", "a", None, None], ["a", "a", "a", "b"], 0.5),  # missing is a category
        (["a", np.nan], ["a", None], 0.0),
        ([1, 2, 2, 3], [2, 2, 3, 3], 0.25),
    ],
)
def test_linf(one: list[object], other: list[object], expected: float) -> None:
    assert linf(pd.Series(one), pd.Series(other)) == pytest.approx(expected)
    assert linf(pd.Series(other), pd.Series(one)) == pytest.approx(expected)


def test_shares_are_those_of_pandas_with_what_is_missing() -> None:
    column = pd.Series(["a", None, "b", "a", np.nan])
    assert shares_of(column) == pytest.approx({"a": 0.4, "b": 0.2, None: 0.4})


def test_rows_seen_before_whatever_their_type() -> None:
    before = pd.DataFrame({"id": [1, 2, 3], "kg": [1.5, 2.5, 3.5], "to": ["x", "y", "z"]})
    batch = pd.DataFrame({"id": [7, 8, 9], "kg": ["2.5", "9", "3.5"], "to": ["y", "z", "x"]})
    assert seen_before(batch, before, without=["id"]) == pytest.approx(1 / 3)
    assert seen_before(before, before, without=["id"]) == 1


def test_linf_of_nothing() -> None:
    with pytest.raises(ValueError, match="not 0 and 1 rows"):
        linf(pd.Series([], dtype=str), pd.Series(["a"]))


def test_skew_by_key() -> None:
    serve = pd.DataFrame(
        {"id": [5, 4, 3, 2], "weight": [9.0, 4.01, np.nan, 2.0], "depot": ["z", "d", None, "c"]}
    )
    found = feature_skew(TRAIN, serve, "id")
    assert found.to_dict() == pytest.approx({"weight": 1 / 3, "depot": 1 / 3})
    assert found.attrs == {"only_train": 1, "only_serve": 1}
    assert feature_skew(TRAIN, serve, "id", tolerance=0.02)["weight"] == 0
    gone = serve.assign(weight=[9.0, 4.0, np.nan, np.nan])
    assert feature_skew(TRAIN, gone, "id", tolerance=9)["weight"] == pytest.approx(1 / 3)


def test_columns_that_are_filled_in_later() -> None:
    later = TRAIN.assign(late=[1, 1, 0, 0], weight=[1.0, 2.0, 3.0, 4.0]).sample(frac=1)
    found = changed(TRAIN, later, "id")
    assert found.to_dict() == {"late": 0.5, "weight": 0.25}
    assert changed(TRAIN, TRAIN, "id").empty


@pytest.mark.parametrize(
    ("serve", "told"),
    [
        (TRAIN.rename(columns={"id": "key"}), "serve has no column id; it has key, weight"),
        (pd.concat([TRAIN, TRAIN.head(1)]), "serve has more than one row for id 1"),
        (TRAIN.assign(id=TRAIN["id"] + 10), "train and serve have no id in common"),
    ],
)
def test_tables_that_cannot_be_compared(serve: pd.DataFrame, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        feature_skew(TRAIN, serve, "id")


def test_weights_undo_a_bias_of_known_strata() -> None:
    rng = np.random.default_rng(0)
    far = rng.random(40_000) < 0.3
    late = (rng.random(40_000) < np.where(far, 0.5, 0.2)).astype(float)
    answers = rng.random(40_000) < np.where(far, 0.1, 0.6)
    found = weighted_mean(late[answers].tolist(), far[answers].tolist(), {True: 0.3, False: 0.7})
    assert abs(late[answers].mean() - late.mean()) > 0.05
    assert abs(found - late.mean()) < 0.02


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ({"a": 0.5, "b": 0.6}, "the shares add up to 1.1, not to 1"),
        ({"a": 0.5, "b": 0.3, "c": 0.2}, "the sample has no rows of c"),
        ({"a": 1.0}, "no share is given of b"),
    ],
)
def test_strata_that_do_not_fit(shares: dict[object, float], told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        weighted_mean([1.0, 0.0], ["a", "b"], shares)


def test_unique_rows() -> None:
    people = pd.DataFrame(
        {"age": [30, 30, 41, 52, 52, 52], "town": ["a", "a", "a", "b", "b", None]}
    )
    assert unique_share(people, ["age"]) == pytest.approx(1 / 6)
    assert unique_share(people, ["age", "town"]) == pytest.approx(2 / 6)
    assert unique_share(people, ["age"], alike=2) == pytest.approx(3 / 6)
    with pytest.raises(ValueError, match="alike must be 1 or more, not 0"):
        unique_share(people, ["age"], alike=0)
