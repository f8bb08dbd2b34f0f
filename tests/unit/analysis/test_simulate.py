"""A rollout touches the orders of the new version alone, and only the column of its fault."""

import numpy as np
import pandas as pd
import pytest

from mlops_lab.analysis import FAULTS, rollout

ORDERS = pd.DataFrame(
    {
        "amount": np.arange(1.0, 2001.0),
        "days_since_last": np.arange(2000.0),
        "mobile": np.tile([0, 1, 1, 1], 500),
    }
)


def test_a_share_of_the_app_has_the_new_version_whatever_the_fault() -> None:
    found = [rollout(ORDERS, 0.2, fault, np.random.default_rng(4)) for fault in FAULTS]
    for one in found:
        assert one["version"].tolist() == found[0]["version"].tolist()
    counts = found[0].groupby("mobile")["version"].value_counts(normalize=True).to_dict()
    assert counts[0, "none"] == 1
    assert counts[1, "4"] == pytest.approx(0.2, abs=0.03)
    assert counts[1, "3"] == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize(
    ("fault", "column"), [("cents", "amount"), ("customers mixed up", "days_since_last")]
)
def test_a_fault_touches_one_column_of_the_new_version(fault: str, column: str) -> None:
    before = ORDERS.copy()
    found = rollout(ORDERS, 0.3, fault, np.random.default_rng(1))
    new = found["version"] == "4"
    moved = found[ORDERS.columns] != ORDERS
    assert moved.loc[new, column].mean() > 0.9
    assert moved.sum().sum() == moved.loc[new, column].sum()
    pd.testing.assert_frame_equal(ORDERS, before)


def test_cents_are_a_hundred_times_euros_and_mixing_keeps_the_values() -> None:
    cents, mixed = (rollout(ORDERS, 0.5, one, np.random.default_rng(1)) for one in FAULTS[:0:-1])
    new = cents["version"] == "4"
    assert (cents.loc[new, "amount"] == 100 * ORDERS.loc[new, "amount"]).all()
    column = "days_since_last"
    assert sorted(mixed.loc[new, column]) == sorted(ORDERS.loc[new, column])


@pytest.mark.parametrize(("share", "fault"), [(0.1, "euro"), (1.5, "cents")])
def test_what_cannot_be_rolled_out_is_refused(share: float, fault: str) -> None:
    with pytest.raises(ValueError, match=f"got '{fault}', {share}"):
        rollout(ORDERS, share, fault, np.random.default_rng(0))
