"""The value model against sums by hand, the draws against scipy."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mlops_lab.scoping import (
    Quantity,
    advantage,
    build_cost,
    draw,
    examples,
    gain,
    live_years,
    pert,
    value,
    values,
)

HAND: dict[str, Any] = {
    "volume": 10_000, "base_rate": 0.1, "value_caught": 50, "cost_false_alarm": 5,
    "recall": 0.8, "false_alarm_rate": 0.1, "capacity": 10_000, "labels": 100,
    "label_cost": 2, "serving_cost": 100, "upkeep": 4_000, "build_months": 6,
    "team_cost": 1_000, "rule_recall": 0.5, "rule_false_alarm_rate": 0.2, "rule_cost": 500,
}  # fmt: skip
# 800 caught for 40,000 and 900 false alarms for 4,500: 35,500 a year, less 1,000 and 4,000.


def test_a_year_by_hand() -> None:
    assert gain(HAND, 0.8, 0.1) == pytest.approx(35_500)
    assert build_cost(HAND) == pytest.approx(200 + 6_000)


def test_the_model_by_hand() -> None:
    assert value(HAND, "model", horizon=2, discount=0) == pytest.approx(30_500 * 1.5 - 6_200)


def test_the_rule_by_hand() -> None:
    # 500 caught for 25,000, 1,800 false alarms for 9,000, 500 to run: 15,500 a year, at once.
    assert value(HAND, "rule", horizon=2, discount=0) == pytest.approx(31_000)
    assert advantage(HAND, horizon=2, discount=0) == pytest.approx(30_500 * 1.5 - 6_200 - 31_000)


def test_a_rule_that_loses_is_not_used() -> None:
    poor = {**HAND, "rule_cost": 10**6}
    assert advantage(poor) == pytest.approx(value(poor, "model"))


def test_alarms_above_capacity_are_scaled_down() -> None:
    assert gain({**HAND, "capacity": 850}, 0.8, 0.1) == pytest.approx(35_500 / 2)
    assert gain({**HAND, "capacity": 0}, 0.8, 0.1) == 0
    assert gain(HAND, 0, 0) == 0


def test_discounted_years_against_a_sum_of_days() -> None:
    days = np.arange(0.5, 3 * 3650) / 3650
    brute = np.exp(-0.08 * days[days > 0.5]).sum() / 3650
    assert live_years(6, 3, 0.08) == pytest.approx(brute, rel=1e-3)


def test_a_delay_past_the_horizon_leaves_nothing() -> None:
    assert live_years([36, 50], 3, 0.08).tolist() == [0, 0]
    assert live_years(0, 3, 0) == 3


@pytest.mark.parametrize(("horizon", "discount"), [(0, 0.1), (-1, 0.1), (3, -0.1)])
def test_settings_out_of_range(horizon: float, discount: float) -> None:
    with pytest.raises(ValueError, match="horizon must be above 0"):
        live_years(1, horizon, discount)


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ValueError, match="'ml'"):
        value(HAND, "ml")


def test_arrays_agree_with_numbers_row_by_row() -> None:
    table = draw(examples().projects["fraud"], 20, seed=3)
    found = values(table)
    assert list(found) == ["model", "rule", "nothing"]
    for way in ("model", "rule", "nothing"):
        rows = ({str(k): v for k, v in row.items()} for _, row in table.iterrows())
        one = [float(value(row, way)) for row in rows]
        assert found[way].tolist() == pytest.approx(one)


def test_the_way_without_a_model_is_chosen_before_the_draw() -> None:
    table = pd.DataFrame([HAND, {**HAND, "rule_cost": 20_000}])
    found = advantage(table, horizon=1, discount=0)
    # The rule is worth 15,500 and -4,000: positive on average, so it is taken in both.
    model = (30_500 * 0.5) - 6_200
    assert found.tolist() == pytest.approx([model - 15_500, model + 4_000])


@pytest.mark.parametrize("ends", [(0, 3, 12), (5, 5, 9), (1, 9, 9), (-4, 0, 4)])
def test_pert_draws_from_scipys_beta(ends: tuple[float, float, float]) -> None:
    low, likely, high = ends
    width = high - low
    law = stats.beta(
        1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width, loc=low, scale=width
    )
    drawn = pert(Quantity(low, likely, high), 4000, np.random.default_rng(0))
    assert stats.kstest(drawn, law.cdf).pvalue > 0.01
    assert drawn.min() >= low
    assert drawn.max() <= high
    assert law.mean() == pytest.approx(Quantity(low, likely, high).mean)


def test_a_known_number_is_repeated() -> None:
    assert pert(Quantity(7, 7, 7), 3, np.random.default_rng(0)).tolist() == [7, 7, 7]
    with pytest.raises(ValueError, match="got 0"):
        pert(Quantity(1, 2, 3), 0, np.random.default_rng(0))


def test_draws_repeat_and_a_changed_range_leaves_the_others() -> None:
    fraud = examples().projects["fraud"]
    first, again = draw(fraud, 50, seed=1), draw(fraud, 50, seed=1)
    pd.testing.assert_frame_equal(first, again)
    other = replace(fraud, inputs=dict(fraud.inputs) | {"recall": Quantity(0.1, 0.2, 0.3)})
    changed = draw(other, 50, seed=1)
    pd.testing.assert_frame_equal(first.drop(columns="recall"), changed.drop(columns="recall"))
    assert not first.equals(draw(fraud, 50, seed=2))


def test_inputs_are_drawn_independently() -> None:
    table = draw(examples().projects["fraud"], 5000, seed=0)
    ties = table.loc[:, table.max() > table.min()].corr().to_numpy()
    assert np.abs(ties - np.eye(len(ties))).max() < 0.06


@pytest.mark.parametrize(("horizon", "discount"), [(np.nan, 0.1), (np.inf, 0.1), (3, np.nan)])
def test_a_horizon_without_end_or_number_is_refused(horizon: float, discount: float) -> None:
    with pytest.raises(ValueError, match="both finite"):
        live_years(1, horizon, discount)
