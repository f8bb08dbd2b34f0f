"""Masks and schedules, by hand and by brute force."""

import numpy as np
import pytest

from mlops_lab import compression as cp


def test_exact_count_and_the_smallest_go() -> None:
    values = np.random.default_rng(0).normal(size=(7, 13))
    for share in (0, 0.3, 0.5, 0.95, 1):
        mask = cp.magnitude_mask(values, share)
        assert (mask == 0).sum() == round(share * 91)
        gone, kept = np.abs(values[mask == 0]), np.abs(values[mask == 1])
        assert not len(gone) or not len(kept) or gone.max() <= kept.min()


def test_ties_and_constants_still_give_the_count() -> None:
    assert cp.magnitude_mask(np.ones(10), 0.4).tolist() == [0] * 4 + [1] * 6


def test_empty_mask() -> None:
    assert cp.magnitude_mask([], 0.5).shape == (0,)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_share_out_of_range(share: float) -> None:
    with pytest.raises(ValueError, match="sparsity must be 0 to 1"):
        cp.magnitude_mask([1.0], share)


def test_nan_weights() -> None:
    with pytest.raises(ValueError, match="NaN"):
        cp.magnitude_mask([np.nan], 0.5)


def test_small_kernels_and_offsets_stay() -> None:
    weights = [np.arange(9.0).reshape(3, 3), np.zeros(3), np.arange(600.0).reshape(20, 30)]
    masks = cp.magnitude_masks([one.astype("f4") for one in weights], 0.5)
    assert [int((one == 0).sum()) for one in masks] == [0, 0, 300]


def test_schedule_by_hand() -> None:
    assert cp.sparsity_at(0.5, 0.8) == pytest.approx(0.8 * 7 / 8)
    assert (cp.sparsity_at(-1, 0.8), cp.sparsity_at(9, 0.8)) == (0.0, 0.8)
    with pytest.raises(ValueError, match="below 1; got 1"):
        cp.sparsity_at(0.5, 1)
