"""The orders are the data set's, and the rule is the one that its truth follows."""

import numpy as np
import pytest
from scipy.special import logit

from mlops_lab import data
from mlops_lab.interpretation import COLUMNS, RULE, UNITS, load_orders, logs


def test_orders_are_whole_numbers_of_the_data_sets() -> None:
    orders, returned, chance = load_orders()
    frame = data.load("transactions").frame
    early = frame[frame["week"] < 60]
    assert len(orders) == len(returned) == len(chance) == len(early)
    assert (orders == np.round(orders)).all()
    assert orders.max() < 2**24  # whole numbers that single precision holds
    assert orders / UNITS == pytest.approx(early[list(COLUMNS)].to_numpy())
    assert (returned == early["returned"]).all()


def test_the_rule_is_what_the_true_chances_follow() -> None:
    orders, _, chance = load_orders()
    clear = (chance > 0.05) & (chance < 0.95)  # four digits say little of the others
    table = np.column_stack([logs(orders[clear]), np.ones(clear.sum())])
    found, *_ = np.linalg.lstsq(table, logit(chance[clear]), rcond=None)
    assert found[:-1] == pytest.approx(RULE, abs=2e-3)
    assert np.abs(table @ found - logit(chance[clear])).max() < 0.1


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match=r"6 columns.*\(1, 2\)"):
        logs([[1, 2]])
    with pytest.raises(ValueError, match="amounts above 0"):
        logs([[0, 1, 0, 1, 1, 1]])
