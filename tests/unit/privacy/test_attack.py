"""Losses and the share of members found: against scikit-learn and arithmetic in the open."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_curve

from mlops_lab.privacy import losses, tpr_at


def test_losses_are_another_librarys() -> None:
    rng = np.random.default_rng(0)
    x, y, w = rng.normal(size=(50, 4)), rng.integers(3, size=50), rng.normal(size=(4, 3))
    p = np.exp(x @ w) / np.exp(x @ w).sum(axis=1, keepdims=True)
    assert losses(x, y, w).mean() == pytest.approx(log_loss(y, p))
    assert losses([[1000.0]], [1], [[1.0, 0.0]]).tolist() == [1000.0], "no overflow"


def test_found_members_lie_on_the_roc_curve() -> None:
    rng = np.random.default_rng(0)
    member = rng.integers(2, size=2000)
    score = rng.normal(member, 1)
    fpr, tpr, _ = roc_curve(member, score)
    assert tpr_at(member, score, 0.05) == pytest.approx(np.interp(0.05, fpr, tpr), abs=0.01)


def test_a_constant_score_finds_nobody() -> None:
    assert tpr_at([0, 1] * 10, np.zeros(20)) == 0.0


def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(ValueError, match="need x"):
        losses(np.ones((2, 3)), [0, 1], np.ones((4, 2)))
    with pytest.raises(ValueError, match="labels must be 0 to 1; got 0 to 2"):
        losses(np.ones((2, 3)), [0, 2], np.ones((3, 2)))
    with pytest.raises(ValueError, match="members and others"):
        tpr_at([1, 1], [0.0, 1.0])
    with pytest.raises(ValueError, match="fpr must lie"):
        tpr_at([1, 0], [0.0, 1.0], 1.0)
