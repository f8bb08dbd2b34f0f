"""Features: against scikit-learn's scaler, and each slip changes what its name says."""

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from mlops_lab import data, pipelines

ORDERS = data.load("transactions").frame[:800].reset_index(drop=True)
FEATURES, SCALE = pipelines.training(ORDERS)


def columns_changed(slip: str) -> set[str]:
    found = pipelines.served(ORDERS, SCALE, slip, rows=len(ORDERS))
    return set(pipelines.mismatches(FEATURES, found).index)


def test_features_are_standardized_and_the_scale_can_be_given() -> None:
    spread = FEATURES.std(ddof=1).to_numpy()
    assert np.allclose(FEATURES.mean(), 0, atol=1e-9)
    assert np.allclose(spread, 1)
    again, _ = pipelines.training(ORDERS[:5], SCALE)
    assert np.allclose(again, FEATURES[:5])


def test_log_and_hour_by_hand() -> None:
    plain = FEATURES * SCALE[1] + SCALE[0]
    assert np.allclose(np.exp(plain["log_amount"]) - 1, ORDERS["amount"])
    angle = np.arctan2(plain["hour_sin"], plain["hour_cos"]) % (2 * np.pi)
    assert np.allclose(24 * angle / (2 * np.pi), ORDERS["hour"] % 24)


def test_n_in_place_of_n_minus_one_is_scikit_learns_scaler() -> None:
    found = pipelines.served(ORDERS, SCALE, "n for n - 1", rows=len(ORDERS))
    raw = ORDERS[["discount", "items"]]
    assert np.allclose(found[["discount", "items"]], StandardScaler().fit_transform(raw))


@pytest.mark.parametrize(
    ("slip", "changed"),
    [
        ("none", set()),
        ("flag turned", {"mobile"}),
        ("hours in UTC", {"hour_sin", "hour_cos"}),
        ("log10", {"log_amount"}),
        ("cents", {"log_amount", "per_item"}),
        ("percent", {"discount"}),
        ("discount a row off", {"discount"}),
        ("amount a row off", {"log_amount"}),
        ("days a row off", {"recency"}),
    ],
)
def test_a_slip_changes_its_columns_only(slip: str, changed: set[str]) -> None:
    assert columns_changed(slip) == changed


@pytest.mark.parametrize("slip", [one for one in pipelines.SLIPS if one.endswith("a row off")])
def test_a_row_off_keeps_the_values(slip: str) -> None:
    (column,) = columns_changed(slip)
    found = pipelines.served(ORDERS, SCALE, slip, rows=len(ORDERS))[column]
    assert sorted(found) == sorted(FEATURES[column])
    assert found[1] == FEATURES[column][0]


def test_other_slips_are_refused() -> None:
    with pytest.raises(ValueError, match="the slip is 'typo'; none, n for n - 1"):
        pipelines.served(ORDERS, SCALE, "typo", rows=800)
