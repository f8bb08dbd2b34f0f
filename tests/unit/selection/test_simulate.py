"""Simulated worlds: what each column says about the label is what the law says."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mlops_lab import selection


def test_noise_says_nothing_and_is_balanced() -> None:
    X, y = selection.noise(1, rows=4000, columns=50)
    assert y.sum() == 2000
    largest = np.abs(selection.correlations(X, y)).max()
    assert largest < 4.2 / 4000**0.5  # of 50 normal values, one in 37,000 beyond 4.2


def test_a_seed_draws_the_same_again() -> None:
    first, second = (selection.world(3, rows=40, noise=2) for _ in range(2))
    assert first[0].equals(second[0])
    assert (first[1] == second[1]).all()


def test_a_logistic_model_finds_the_effects_again() -> None:
    X, y = selection.world(0, rows=40_000, noise=0)
    table = X[["s0", "s1", "s2", "s3", "flag"]].assign(pair=np.sign(X["u"] * X["v"]))
    found = LogisticRegression(C=1e6, max_iter=500).fit(table, y).coef_[0]
    assert found == pytest.approx([1.2, 1.0, 0.7, 0.5, 1.8, 2.2], abs=0.1)


def test_u_and_v_say_nothing_alone_and_copies_are_copies() -> None:
    X, y = selection.world(0, rows=40_000, noise=1)
    alone = np.abs(selection.correlations(X[["u", "v", "id", "n0"]], y))
    assert alone.max() < 4 / 40_000**0.5
    assert X["s0"].corr(X["s0_a"]) == pytest.approx(1.01**-0.5, abs=0.001)
    assert sorted(X["id"]) == list(range(40_000))
    assert X["flag"].mean() == pytest.approx(0.15, abs=0.01)


def test_groups_join_a_column_and_its_copies() -> None:
    X, _ = selection.world(0, rows=3, noise=2)
    assert len({selection.group_of(str(name)) for name in X}) == 4 + 4 + 2


def test_neighbours_correlate_by_the_power_of_their_distance() -> None:
    X, _, truth = selection.correlated(0, rows=40_000, columns=6, real=2, rho=0.5)
    assert truth.sum() == 2
    found = np.corrcoef(X, rowvar=False).reshape(6, 6)[0]
    assert found == pytest.approx(0.5 ** np.arange(6), abs=0.02)
    assert X.std(axis=0) == pytest.approx(np.ones(6), abs=0.02)


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: selection.noise(0, rows=3), "got 3 rows"),
        (lambda: selection.noise(0, columns=0), "0 columns"),
        (lambda: selection.world(0, rows=0), "rows 0"),
        (lambda: selection.world(0, flag_share=1.5), "flag_share 1.5"),
        (lambda: selection.correlated(0, columns=5, real=6), "got 6"),
        (lambda: selection.correlated(0, rho=1.0), "got 15, 1.0"),
    ],
)
def test_a_law_out_of_range_is_refused(draw: object, said: str) -> None:
    assert callable(draw)
    with pytest.raises(ValueError, match=said):
        draw()
