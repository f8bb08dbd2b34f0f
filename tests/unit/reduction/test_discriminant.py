"""The discriminant against scikit-learn's, and the arithmetic of what it leaves out."""

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.naive_bayes import GaussianNB

from mlops_lab import reduction


def table(rows: int, features: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = np.arange(rows) % 3
    return rng.normal(size=(rows, features)) @ rng.normal(size=(features, features)) + y[:, None], y


def test_estimated_is_that_of_scikit_learn() -> None:
    X, y = table(45, 4)
    theirs = LinearDiscriminantAnalysis(solver="lsqr", priors=[1 / 3] * 3).fit(X, y + 5)
    rule = reduction.discriminant(X, y + 5)
    # scikit-learn divides the covariance by the rows, and ours by rows less classes
    gaps = theirs.decision_function(X) * 42 / 45 - (X @ rule.weights + rule.bias)
    np.testing.assert_allclose(gaps, np.broadcast_to(gaps[:, :1], gaps.shape), atol=1e-8)
    assert (rule.predict(X) == theirs.predict(X)).all()


def test_more_features_than_rows_are_answered_in_the_span_of_the_rows() -> None:
    X, y = table(45, 60)
    means = np.array([X[y == k].mean(axis=0) for k in range(3)])
    X = X / (X - means[y]).std(axis=0)  # as scikit-learn's solver does by itself
    new, _ = table(200, 60, 1)
    theirs = LinearDiscriminantAnalysis(solver="svd", priors=[1 / 3] * 3, tol=1e-8).fit(X, y)
    assert (reduction.discriminant(X, y).predict(new) == theirs.predict(new)).all()


def test_none_is_naive_bayes_where_all_classes_have_one_spread() -> None:
    inside = np.random.default_rng(4).normal(size=(60, 5)) * [1, 2, 3, 4, 5]
    inside -= inside.mean(axis=0)
    X, y = np.vstack([inside, inside + 1, inside - [3, 0, 1, 0, 9]]), np.repeat([0, 1, 2], 60)
    theirs = GaussianNB(priors=[1 / 3] * 3, var_smoothing=0).fit(X, y)
    assert (reduction.discriminant(X, y, "none").predict(X) == theirs.predict(X)).all()


def test_where_features_share_nothing_leaving_the_covariance_out_is_best() -> None:
    X, y = reduction.trunk(100, 98, np.random.default_rng(0))
    new, truth = reduction.trunk(4000, 98, np.random.default_rng(1))
    found = {
        name: reduction.discriminant(X, y, name).accuracy(new, truth)
        for name in reduction.COVARIANCES
    }
    assert found["shrunk"] > found["estimated"] + 0.1
    assert abs(found["shrunk"] - found["none"]) < 0.02


def test_accuracy_counts() -> None:
    rule = reduction.discriminant(np.array([[0.0], [1.0], [4.0], [5.0]]), np.array([3, 3, 7, 7]))
    assert rule.accuracy(np.array([[0.0], [5.0], [5.0], [0.0]]), np.array([3, 7, 3, 3])) == 0.75


@pytest.mark.parametrize(
    ("X", "y", "covariance", "said"),
    [
        (np.zeros((4, 1)), np.array([0, 0, 1, 1]), "full", "got 'full'"),
        (np.zeros((4, 1)), np.array([0, 1]), "none", r"\(4, 1\) and \(2,\)"),
        (np.zeros((4, 1)), np.zeros(4, int), "none", "4 rows, 1 classes"),
        (np.zeros((2, 1)), np.array([0, 1]), "none", "2 rows, 2 classes"),
    ],
)
def test_what_it_refuses(X: np.ndarray, y: np.ndarray, covariance: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        reduction.discriminant(X, y, covariance)
