"""Shapley values: as orders of joining give them, as axioms ask, and as a library counts them."""

from itertools import permutations

import numpy as np
import pytest

from mlops_lab.interpretation import coalition_values, interventional, linear_shapley, shapley

RNG = np.random.default_rng(0)


def by_orders(values: np.ndarray, players: int) -> np.ndarray:
    """What each player adds, averaged over all orders of joining: the definition in words."""
    orders, added = list(permutations(range(players))), np.zeros(players)
    for order in orders:
        inside = 0
        for player in order:
            added[player] += values[inside | 1 << player] - values[inside]
            inside |= 1 << player
    return added / len(orders)


@pytest.mark.parametrize("players", [1, 2, 3, 5])
def test_values_are_means_over_orders_of_joining(players: int) -> None:
    values = RNG.normal(size=2**players)
    assert shapley(values) == pytest.approx(by_orders(values, players))


def test_axioms_hold() -> None:
    values = RNG.normal(size=16)
    assert shapley(values).sum() == pytest.approx(values[-1] - values[0])
    other = RNG.normal(size=16)
    assert shapley(values + 2 * other) == pytest.approx(shapley(values) + 2 * shapley(other))
    size = np.array([k.bit_count() for k in range(16)])
    assert shapley(size**2.0) == pytest.approx([4.0] * 4)  # symmetric players share alike
    ignores_last = np.tile(RNG.normal(size=8), 2)
    assert shapley(ignores_last)[3] == 0


def test_a_linear_model_has_its_weights_times_the_distance() -> None:
    weights, cases, rows = RNG.normal(size=5), RNG.normal(size=(3, 5)), RNG.normal(size=(20, 5))
    found = interventional(lambda table: table @ weights, cases, rows)
    assert found == pytest.approx(weights * (cases - rows.mean(axis=0)))
    assert linear_shapley(weights, cases, rows) == pytest.approx(found)


def test_an_interaction_is_shared() -> None:
    found = interventional(lambda table: table[:, 0] * table[:, 1], [[2, 3, 9]], [[0, 0, 0]])
    assert found.tolist() == [[3.0, 3.0, 0.0]]


def test_coalitions_mix_the_case_with_each_row() -> None:
    found = coalition_values(lambda table: table @ [1, 10, 100], [1, 1, 1], [[0, 0, 0], [2, 0, 0]])
    assert found.tolist() == [1, 1, 11, 11, 101, 101, 111, 111]


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning:matplotlib|shap")
def test_shap_counts_the_same_for_trees_and_for_functions() -> None:
    ensemble = pytest.importorskip("sklearn.ensemble")
    shap = pytest.importorskip("shap")
    table = np.round(1000 * RNG.normal(size=(400, 4)))
    y = table[:, 0] + np.abs(table[:, 1]) * (table[:, 2] > 0)
    model = ensemble.GradientBoostingRegressor(n_estimators=20, random_state=0).fit(table, y)
    cases, rows = table[:5], table[100:150]
    found = interventional(model.predict, cases, rows)
    trees = shap.TreeExplainer(model, rows, feature_perturbation="interventional")
    assert trees.shap_values(cases) == pytest.approx(found, abs=1e-3)  # of about 1,000
    kernel = shap.KernelExplainer(model.predict, rows)
    counted = kernel.shap_values(cases, nsamples=2**4, silent=True, l1_reg=False)
    assert counted == pytest.approx(found, abs=1e-6)


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2,\) and \(4, 3\)"):
        coalition_values(np.sum, [1, 2], np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"1 to 12 columns.*got 13"):
        coalition_values(np.sum, np.ones(13), np.ones((1, 13)))
    with pytest.raises(ValueError, match=r"one finite number a row, 4 in all.*\(4, 2\)"):
        coalition_values(lambda table: table, [1, 2], [[0, 0]])
    with pytest.raises(ValueError, match="one finite number a row"):
        coalition_values(lambda table: table[:, 0] * np.nan, [1, 2], [[0, 0]])
    with pytest.raises(ValueError, match=r"2 \*\* players.*\(3,\)"):
        shapley([0, 1, 2])
    with pytest.raises(ValueError, match="finite"):
        shapley([0, np.nan])
    with pytest.raises(ValueError, match=r"\(2,\)"):
        interventional(np.sum, [1, 2], [[0, 0]])
    with pytest.raises(ValueError, match=r"\(3,\), \(1, 2\), \(1, 2\)"):
        linear_shapley([1, 2, 3], [[0, 0]], [[0, 0]])
    with pytest.raises(ValueError, match="2 columns in the background; got 3"):
        linear_shapley([1, 2], [[0, 0]], [[0, 0, 0]])
