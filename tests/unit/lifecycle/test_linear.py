"""Folded weights, against scikit-learn, and through the file that a server runs."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from mlops_lab.lifecycle import folded
from mlops_lab.serving import logistic_file
from mlops_lab.serving.runners import LiteRT

rng = np.random.default_rng(5)
X = rng.normal([3.0, -200.0, 0.1], [1.0, 50.0, 0.01], (300, 3))
Y = (X[:, 0] - 3 + (X[:, 1] + 200) / 50 + rng.normal(size=300) > 0).astype(int)


def fitted() -> tuple[StandardScaler, LogisticRegression]:
    scaler = StandardScaler().fit(X)
    return scaler, LogisticRegression().fit(scaler.transform(X), Y)


def test_folded_weights_give_the_scores_of_scikit_learn() -> None:
    scaler, model = fitted()
    weights, offset = folded(model.coef_[0], model.intercept_[0], scaler.mean_, scaler.scale_)
    np.testing.assert_allclose(
        X @ weights + offset, model.decision_function(scaler.transform(X)), atol=1e-9
    )


@pytest.mark.parametrize("rows", [1, 5, 300])
def test_the_file_gives_the_chances_of_scikit_learn(rows: int) -> None:
    scaler, model = fitted()
    weights, offset = folded(model.coef_[0], model.intercept_[0], scaler.mean_, scaler.scale_)
    runner = LiteRT(logistic_file(weights, offset))
    found = runner.run({runner.inputs[0].name: X[:rows].astype("float32")})
    expected = model.predict_proba(scaler.transform(X[:rows]))[:, 1:]
    np.testing.assert_allclose(next(iter(found.values())), expected, atol=1e-4)


def test_scales_that_cannot_be_folded_are_refused() -> None:
    with pytest.raises(ValueError, match=r"above 0; got 0"):
        folded([1.0], 0.0, [0.0], [0.0])
    with pytest.raises(ValueError, match=r"one length; got"):
        folded([1.0, 2.0], 0.0, [0.0], [1.0])
