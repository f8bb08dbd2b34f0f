"""Target encoding: scikit-learn's, and arithmetic in the open."""

import numpy as np
import pytest
from sklearn.model_selection import KFold
from sklearn.preprocessing import TargetEncoder

from mlops_lab.features import cross_fitted, target_means

RNG = np.random.default_rng(5)
CODES = RNG.choice(["a", "b", "c", "d"], size=300, p=[0.6, 0.3, 0.09, 0.01]).astype(object)
TARGET = RNG.integers(0, 2, size=300).astype(float)


@pytest.mark.parametrize("smoothing", [0.5, 1.0, 25.0])
def test_means_and_folds_are_those_of_scikit_learn(smoothing: float) -> None:
    theirs = TargetEncoder(cv=KFold(4), smooth=smoothing, target_type="continuous")
    trained = theirs.fit_transform(CODES[:, None], TARGET)[:, 0]
    folds = np.repeat(np.arange(4), 75)  # scikit-learn cuts in order
    assert np.allclose(cross_fitted(CODES, TARGET, folds, smoothing), trained)
    unseen = np.array(["c", "new", "a"], dtype=object)
    served = theirs.transform(unseen[:, None])[:, 0]
    assert np.allclose(target_means(CODES, TARGET, smoothing)(unseen), served)


def test_no_row_sees_itself() -> None:
    folds = np.arange(300) % 5
    before = cross_fitted(CODES, TARGET, folds, 3.0)
    turned = TARGET.copy()
    turned[17] = 1 - turned[17]
    after = cross_fitted(CODES, turned, folds, 3.0)
    assert after[17] == before[17]
    assert (after[folds == folds[17]] == before[folds == folds[17]]).all()
    assert (after != before).sum() > 100


def test_numbers_are_categories_too() -> None:
    learned = target_means(np.array([7, 7, 9]), [1, 1, 0], 1.0)
    assert learned([7, 9, 8]).round(4).tolist() == [0.8889, 0.3333, 0.6667]


def test_what_cannot_be_encoded() -> None:
    with pytest.raises(ValueError, match="smoothing must be 0 or more, not -1"):
        target_means(["a"], [1], -1)
    with pytest.raises(ValueError, match=r"one row each, at least one; got \(2,\) and \(1,\)"):
        target_means(["a", "b"], [1], 1)
    with pytest.raises(ValueError, match=r"at least one; got \(0,\)"):
        target_means([], [], 1)
    with pytest.raises(ValueError, match="two folds or more over 2 rows; got 1 over 2"):
        cross_fitted(["a", "b"], [1, 0], [3, 3], 1)
