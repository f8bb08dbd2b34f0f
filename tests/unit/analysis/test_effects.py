"""Effects of a column: as scikit-learn gives them, and as the formula of a known function does."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import partial_dependence as of_sklearn

from mlops_lab.analysis import accumulated_effects, partial_dependence

Floats = NDArray[np.float64]
X = np.random.default_rng(5).normal(size=(80, 3))


def test_partial_dependence_is_that_of_scikit_learn() -> None:
    model = RandomForestRegressor(10, random_state=0).fit(X, X[:, 0] * X[:, 1])
    other = of_sklearn(
        model, X, [1], grid_resolution=7, method="brute", kind="average", percentiles=(0, 1)
    )
    grid = other["grid_values"][0]
    np.testing.assert_allclose(partial_dependence(model.predict, X, 1, grid), other["average"][0])


def test_accumulated_effects_of_a_sum_are_the_column_s_own_term() -> None:
    edges, effect = accumulated_effects(lambda Z: np.sin(Z[:, 0]) + 5 * Z[:, 1] ** 2, X, 0, 20)
    own = np.sin(edges)
    np.testing.assert_allclose(effect - effect[0], own - own[0])
    assert (edges[0], edges[-1]) == (X[:, 0].min(), X[:, 0].max())


def test_accumulated_effects_of_a_product_follow_the_other_column_where_the_rows_are() -> None:
    x = np.linspace(-1, 1, 2001)
    edges, effect = accumulated_effects(lambda Z: Z[:, 0] * Z[:, 1], np.c_[x, x], 0, 100)
    np.testing.assert_allclose(
        effect - effect.mean(), edges**2 / 2 - np.mean(edges**2 / 2), atol=1e-3
    )


def test_accumulated_effects_average_to_zero_over_the_rows() -> None:
    edges, effect = accumulated_effects(lambda Z: np.exp(Z[:, 2]), X, 2, 8)
    mine = np.clip(np.digitize(X[:, 2], edges, right=True) - 1, 0, 7)
    assert ((effect[mine] + effect[mine + 1]) / 2).mean() == pytest.approx(0, abs=1e-12)


def test_repeated_values_make_fewer_bins() -> None:
    Z = np.array([[0.0], [0.0], [0.0], [1.0], [2.0]])
    edges, effect = accumulated_effects(lambda Z: 2 * Z[:, 0], Z, 0, bins=4)
    assert edges.tolist() == [0, 1, 2]
    assert np.diff(effect).tolist() == [2, 2]


def test_the_table_is_left_as_it_was() -> None:
    before = X.copy()

    def spoil(Z: Floats) -> Floats:
        Z[:] = 0.0
        return Z[:, 0]

    accumulated_effects(spoil, X, 0)
    partial_dependence(spoil, X, 0, [1.0])
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("column", [3, -1])
def test_a_column_that_is_not_there_is_refused(column: int) -> None:
    for effect in (
        lambda: accumulated_effects(lambda Z: Z[:, 0], X, column),
        lambda: partial_dependence(lambda Z: Z[:, 0], X, column, [0.0]),
    ):
        with pytest.raises(ValueError, match=f"got column {column} of shape"):
            effect()


def test_a_constant_column_and_no_bins_are_refused() -> None:
    for bins, table in ((5, np.ones((4, 1))), (0, X)):
        with pytest.raises(ValueError, match=f"got {bins} bins"):
            accumulated_effects(lambda Z: Z[:, 0], table, 0, bins)
