"""Hours spent on models and on labels, where it is known what they should find."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

from mlops_lab.baselines import model_work, suspects


def ring(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw points, 1 within a circle: no line parts them."""
    X = np.random.default_rng(seed).normal(size=(n, 2))
    return X, ((X**2).sum(axis=1) < 1.4).astype(int)


def test_the_model_that_fits_is_chosen_and_fitted() -> None:
    X, y = ring(400, 0)
    candidates = {"line": LogisticRegression(), "tree": DecisionTreeClassifier(random_state=0)}
    work = model_work(candidates, X, y)
    assert work.name == "tree"
    assert work.model.score(*ring(400, 1)) > 0.9
    assert work.scores["line"] == cross_val_score(LogisticRegression(), X, y, cv=3).mean()
    assert not hasattr(candidates["tree"], "tree_")


def test_the_first_of_equals_is_chosen() -> None:
    X, y = ring(60, 0)
    same = {"a": DummyClassifier(), "b": DummyClassifier()}
    assert model_work(same, X, y).name == "a"


def test_flipped_labels_are_suspected_first() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(300, 2))
    y = (X[:, 0] > 0).astype(int)
    flipped = np.flatnonzero(np.abs(X[:, 0]) > 0.5)[:20]
    labels = y.copy()
    labels[flipped] = 1 - y[flipped]
    order = suspects(LogisticRegression(), X, labels)
    assert sorted(order) == list(range(300))
    assert len(set(order[:25]) & set(flipped)) >= 18


def test_labels_need_not_be_counted_from_0() -> None:
    X, y = ring(90, 3)
    order = suspects(DecisionTreeClassifier(max_depth=3, random_state=0), X, 5 * y + 2)
    same = suspects(DecisionTreeClassifier(max_depth=3, random_state=0), X, y)
    assert order.tolist() == same.tolist()


def test_no_candidate_is_refused() -> None:
    with pytest.raises(ValueError, match="one model or more; got none"):
        model_work({}, [[0.0]], [0])
