"""The corrected class wins as often as asked."""

import math

import numpy as np
import pytest

from mlops_lab.distillation import bias_for_share


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5, 0.9])
def test_the_class_wins_in_the_share(share: float) -> None:
    for seed in range(10):
        z = np.random.default_rng(seed).normal(size=(200, 4))
        z[:, 2] += bias_for_share(z, 2, share)
        assert np.mean(z.argmax(axis=1) == 2) == pytest.approx(share, abs=1 / 200)


@pytest.mark.parametrize("share", [0, 1, -0.1, math.nan])
def test_a_share_lies_inside(share: float) -> None:
    with pytest.raises(ValueError, match=f"share must lie above 0 and below 1; got {share}"):
        bias_for_share(np.zeros((3, 2)), 0, share)


@pytest.mark.parametrize("bad", [[], [[1.0]], [1.0, 2.0], [[math.nan, 1.0]]])
def test_bad_logits(bad: list[object]) -> None:
    with pytest.raises(ValueError, match="logits must be finite"):
        bias_for_share(np.array(bad, dtype=float), 0, 0.5)


@pytest.mark.parametrize("label", [-1, 2])
def test_an_unknown_class(label: int) -> None:
    with pytest.raises(ValueError, match=f"between 0 and 1; got {label}"):
        bias_for_share(np.zeros((3, 2)), label, 0.5)
