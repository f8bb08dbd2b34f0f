"""More projects like one: what moves, what stays, and what may never leave its range."""

from typing import Any

import numpy as np
import pytest

from mlops_lab import scoping
from mlops_lab.scoping.worksheet import INPUTS

FRAUD = scoping.examples().projects["fraud"]


def drawn(seed: int = 0, **change: Any) -> scoping.Project:
    return scoping.vary(FRAUD, np.random.default_rng(seed), **change)


def test_the_same_seed_draws_the_same_project_and_another_another() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_texts_stay_and_the_given_project_too() -> None:
    before = dict(FRAUD.inputs)
    other = drawn(3)
    assert (other.title, other.harm, other.approved) == (FRAUD.title, FRAUD.harm, FRAUD.approved)
    assert dict(FRAUD.inputs) == before


@pytest.mark.parametrize("spread", [0.0, 0.5, 2.0])
def test_ranges_are_as_wide_as_asked(spread: float) -> None:
    other = drawn(jitter=0, spread=spread)
    for name, one in FRAUD.inputs.items():
        new = other.inputs[name]
        assert new.likely == pytest.approx(one.likely)
        if one.likely - spread * (one.likely - one.low) > 0:
            assert new.high - new.low == pytest.approx(spread * (one.high - one.low))


def test_symmetric_ranges_keep_mean_and_width() -> None:
    leaning, even = drawn(5), drawn(5, symmetric=True)
    for name in ("build_months", "value_caught", "labels"):
        one, other = leaning.inputs[name], even.inputs[name]
        assert other.mean == pytest.approx(one.mean)
        assert other.high - other.low == pytest.approx(one.high - one.low)
        assert other.likely == pytest.approx((other.low + other.high) / 2)


def test_shares_stay_shares_however_far_they_are_moved() -> None:
    for seed in range(50):
        other = drawn(seed, jitter=2.0, spread=4.0)
        for name, one in other.inputs.items():
            assert 0 <= one.low <= one.likely <= one.high <= INPUTS[name][1]


@pytest.mark.parametrize("wrong", [{"jitter": -0.1}, {"spread": -1.0}])
def test_negative_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must be 0 or more; got"):
        drawn(**wrong)
