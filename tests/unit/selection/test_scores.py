"""Filters, importance and the control, against scikit-learn and plain arithmetic."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import f_classif
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from mlops_lab import selection


def test_correlations_give_the_f_statistic() -> None:
    X, y = selection.world(0, rows=300, noise=5)
    r = selection.correlations(X, y)
    assert r**2 * 298 / (1 - r**2) == pytest.approx(f_classif(X, y)[0])
    assert r == pytest.approx([np.corrcoef(X[name], y)[0, 1] for name in X])


def test_mrmr_takes_what_a_plain_loop_takes() -> None:
    table, y = selection.world(1, rows=300, noise=6)
    X = table.to_numpy()
    chosen = [int(np.argmax(f_classif(X, y)[0]))]
    while len(chosen) < 9:
        gain = {
            j: abs(np.corrcoef(X[:, j], y)[0, 1])
            - np.mean([abs(np.corrcoef(X[:, j], X[:, k])[0, 1]) for k in chosen])
            for j in range(X.shape[1])
            if j not in chosen
        }
        chosen.append(max(gain, key=lambda j: gain[j]))
    assert selection.mrmr(X, y, 9) == chosen


def test_pairs_score_as_products_do_one_by_one() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(3, 2, size=(200, 6))
    y = rng.integers(0, 2, 200)
    found = selection.pair_screen(X, y)
    Z = X - X.mean(axis=0)
    for i, j in combinations(range(6), 2):
        expected = abs(np.corrcoef(Z[:, i] * Z[:, j], y)[0, 1])
        assert [found[i, j], found[j, i]] == pytest.approx([expected, expected])
    assert (np.diag(found) == 0).all()


def test_a_constant_column_scores_nothing() -> None:
    X = np.column_stack([np.ones(20), np.arange(20.0)])
    y = np.arange(20) % 2
    assert selection.correlations(X, y)[0] == 0
    assert selection.pair_screen(X, y).tolist() == [[0, 0], [0, 0]]


def test_auc_is_that_of_scikit_learn_with_ties() -> None:
    rng = np.random.default_rng(3)
    y, scores = rng.integers(0, 2, 200), rng.integers(0, 9, 200)
    assert selection.auc(y, scores) == pytest.approx(roc_auc_score(y, scores))


def test_permuted_agrees_with_scikit_learn() -> None:
    X, y = selection.world(4, rows=2000, noise=1)
    X["id"] /= 2000
    model = LogisticRegression(max_iter=500).fit(X[:1000], y[:1000])
    X, y = X[1000:], y[1000:]
    names = ["s0", "s2", "flag", "n0"]
    found = selection.permuted(
        lambda t: model.predict_proba(t)[:, 1],
        X,
        y,
        [[name] for name in names],
        np.random.default_rng(0),
        repeats=6,
    )
    theirs = permutation_importance(model, X, y, scoring="roc_auc", n_repeats=6, random_state=0)
    expected = pd.Series(theirs.importances_mean, X.columns)[names]
    assert found == pytest.approx(expected.to_numpy(), abs=0.008)


def test_a_group_moves_together() -> None:
    rng = np.random.default_rng(5)
    a = rng.normal(size=500)
    X = pd.DataFrame({"a": a, "minus": -a, "c": rng.normal(size=500)})
    lost = selection.permuted(
        lambda t: t["a"] + t["minus"] + t["c"], X, X["c"] > 0, [["a", "minus"], ["a"]], rng
    )
    assert lost[0] == pytest.approx(0)  # together they cancel, whatever their order
    assert lost[1] > 0.1


def test_max_t_keeps_its_level_on_noise_and_finds_what_is_there() -> None:
    rng = np.random.default_rng(8)
    picks = [
        len(selection.max_t(*selection.noise(seed, 60, 30), rng, level=0.2, shuffles=40))
        for seed in range(100)
    ]
    assert 8 <= np.count_nonzero(picks) <= 34  # 20 of 100, three standard errors and a half
    X, y, truth = selection.correlated(0, rows=2000, columns=30, real=4, effect=1.0, rho=0)
    assert selection.max_t(X, y, rng).tolist() == np.flatnonzero(truth).tolist()


def refused(said: str, call: object) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=said):
        call()


def test_what_cannot_be_scored_is_refused() -> None:
    X, y = selection.noise(0, 20, 3)
    rng = np.random.default_rng(0)
    table = pd.DataFrame(X, columns=["a", "b", "c"])
    refused("got 20 rows and labels", lambda: selection.correlations(X, y[:5]))
    refused("y is constant", lambda: selection.correlations(X, np.ones(20)))
    refused("finite numbers", lambda: selection.correlations(np.full((20, 2), np.nan), y))
    refused("1 to 3 columns; got 4", lambda: selection.mrmr(X, y, 4))
    refused("0 ones", lambda: selection.auc(np.zeros(20), X[:, 0]))
    refused("0 or 1, and one score", lambda: selection.auc(y + 5, X[:, 0]))
    refused(r"unknown \['d'\]", lambda: selection.permuted(len, table, y, [["d"]], rng))
    refused("repeats 0", lambda: selection.permuted(len, table, y, [["a"]], rng, 0))
    refused("level 0.01, shuffles 50", lambda: selection.max_t(X, y, rng, 0.01, 50))
