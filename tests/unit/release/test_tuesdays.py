"""Weeks of promotions: what a coin, a perfect test and a useless one must give."""

from typing import Any

import numpy as np
import pytest

from mlops_lab.release import RULES, tuesdays

GIVEN: dict[str, Any] = {"rows": 200, "start": 0.8, "discordance": 0.2}


def test_a_coin_keeps_what_challengers_are_worth() -> None:
    weeks = tuesdays(1.0, **GIVEN, drift=-0.002, spread=0.0, repeats=3, weeks=50, seed=0)
    assert weeks.truth.shape == weeks.told.shape == (3, 51)
    assert weeks.truth[:, -1] == pytest.approx(0.8 - 0.1)
    assert weeks.promoted.all()
    assert weeks.told[:, -1] == pytest.approx(0.8 + weeks.leads.sum(axis=1))


def test_by_a_fixed_recipe_a_coin_goes_nowhere() -> None:
    more: dict[str, Any] = {"drift": -0.002, "spread": 0.0, "descends": False, "repeats": 3}
    weeks = tuesdays(1.0, **GIVEN, **more, weeks=50, seed=0)
    assert weeks.truth[:, 1:] == pytest.approx(0.798)


def test_a_coin_that_never_promotes_changes_nothing() -> None:
    weeks = tuesdays(0.0, **GIVEN, repeats=2, weeks=4, seed=0)
    assert (weeks.truth == 0.8).all()
    assert (weeks.told == 0.8).all()
    assert not weeks.promoted.any()


def test_a_large_test_set_only_lets_better_models_in() -> None:
    more = {**GIVEN, "rows": 10_000_000}
    weeks = tuesdays("McNemar", **more, spread=0.02, repeats=4, weeks=20, seed=1)
    assert (np.diff(weeks.truth) >= -0.001).all()
    assert weeks.promoted.sum(axis=1).min() >= 1


def test_a_gate_below_zero_lets_small_losses_in_however_large_the_test_set_is() -> None:
    more = {**GIVEN, "rows": 10_000_000, "drift": -0.004, "spread": 0.0, "weeks": 10}
    ends = [tuesdays(rule, **more, seed=1).truth[0, -1] for rule in RULES]
    assert ends == pytest.approx([0.8, 0.8, 0.8, 0.76])


def test_what_is_told_is_above_the_truth_where_the_best_is_kept() -> None:
    for descends in (True, False):
        weeks = tuesdays("higher wins", **GIVEN, drift=-0.004, weeks=40, descends=descends, seed=2)
        assert (weeks.told[:, -1] > weeks.truth[:, -1] + 0.05).all()


def test_leads_are_unbiased() -> None:
    weeks = tuesdays("higher wins", **GIVEN, drift=-0.01, spread=0.0, repeats=400, seed=3)
    error = (0.2 / 200) ** 0.5 / weeks.leads.size**0.5
    assert weeks.leads.mean() == pytest.approx(-0.01, abs=4 * error)
    assert weeks.leads.std() == pytest.approx((0.2 / 200) ** 0.5, rel=0.05)


def test_one_seed_gives_one_row_of_challengers() -> None:
    more = {**GIVEN, "descends": False, "spread": 0.01, "weeks": 8}
    every, some = (tuesdays(rule, **more, seed=4) for rule in (1.0, "higher wins"))
    at = some.promoted
    assert at.any()
    assert some.truth[:, 1:][at] == pytest.approx(every.truth[:, 1:][at])


def test_accuracies_stay_in_their_range_and_far_models_differ_more() -> None:
    weeks = tuesdays(1.0, **GIVEN, spread=0.5, weeks=30, seed=5)
    assert weeks.truth.min() >= 0
    assert weeks.truth.max() <= 1


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"rule": "best"}, "'best'"),
        ({"rule": 1.5}, "1.5"),
        ({"rows": 0}, "rows is 0"),
        ({"weeks": 0}, "weeks is 0"),
        ({"repeats": 0}, "repeats is 0"),
        ({"start": 1.0}, "start must"),
        ({"discordance": 0.0}, "discordance above"),
        ({"spread": -0.1}, "spread from"),
    ],
)
def test_wrong_input_is_named(more: dict[str, Any], message: str) -> None:
    given = {"rule": "higher wins", **GIVEN, "repeats": 2, "seed": 0, **more}
    with pytest.raises(ValueError, match=message):
        tuesdays(given.pop("rule"), **given)
