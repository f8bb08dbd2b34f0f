"""Scores of doubt, against scikit-activeml and arithmetic in the open."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mlops_lab import active

SCORES = [active.least_confident, active.margin, active.entropy]


def test_all_three_agree_with_scikit_activeml() -> None:
    pool = pytest.importorskip("skactiveml.pool", reason="needs the extra `active`")
    classifier = pytest.importorskip("skactiveml.classifier", reason="needs the extra `active`")
    rng = np.random.default_rng(0)
    X, known = rng.normal(size=(60, 4)), rng.integers(0, 3, 60)
    labels = np.where(np.arange(60) < 20, known, np.nan)
    model = classifier.SklearnClassifier(LogisticRegression(), classes=[0, 1, 2]).fit(X, labels)
    chances = model.predict_proba(X[20:])
    names = {
        "least_confident": active.least_confident,
        "margin_sampling": active.margin,
        "entropy": active.entropy,
    }
    for name, score in names.items():
        query = pool.UncertaintySampling(method=name, random_state=0).query
        asked, utilities = query(X=X, y=labels, clf=model, batch_size=5, return_utilities=True)
        np.testing.assert_allclose(score(chances), utilities[0][20:], atol=1e-12)
        ours = 20 + np.argsort(-score(chances))[:5]
        assert set(asked.tolist()) == set(ours.tolist())


def test_arithmetic_in_the_open() -> None:
    chances = [[0.5, 0.25, 0.25], [1.0, 0.0, 0.0], [0.4, 0.4, 0.2]]
    np.testing.assert_allclose(active.least_confident(chances), [0.5, 0, 0.6])
    np.testing.assert_allclose(active.margin(chances), [0.75, 0, 1])
    expected = [1.5 * np.log(2), 0, -0.8 * np.log(0.4) - 0.2 * np.log(0.2)]
    np.testing.assert_allclose(active.entropy(chances), expected)


@pytest.mark.parametrize("score", SCORES)
def test_no_idea_is_the_most_and_certain_is_none(score: object) -> None:
    assert callable(score)
    drawn = np.random.default_rng(1).dirichlet(np.ones(4), 100)
    values = score(np.vstack([np.full(4, 0.25), np.eye(4)[2], drawn]))
    assert values.argmax() == 0
    assert values[1] == 0 == values.min()


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize(
    ("chances", "told"),
    [
        ([0.5, 0.5], "got \\(2,\\)"),
        ([[1.0], [1.0]], "got \\(2, 1\\)"),
        ([[0.5, 0.5], [0.7, 0.7]], "row 1"),
        ([[1.5, -0.5]], "row 0"),
        ([[np.nan, 1.0]], "row 0"),
    ],
)
def test_what_is_no_probabilities_is_refused(
    score: object, chances: list[list[float]], told: str
) -> None:
    assert callable(score)
    with pytest.raises(ValueError, match=told):
        score(chances)
