"""What changes in production: shapes, ranges, and what arithmetic says."""

import numpy as np
import pytest
from scipy import ndimage

from mlops_lab.lifecycle import brighter, brushed, smooth

FLAT = np.full((40, 24, 24), 0.5)
NOISY = np.random.default_rng(3).uniform(0.2, 0.8, (6, 20, 20))


def test_brushed_stripes_have_the_strength_and_the_period_asked_for() -> None:
    lines = brushed(FLAT, 0.04, 4.0, 0) - 0.5
    assert np.abs(lines).max() == pytest.approx(0.04, abs=0.001)
    assert lines.std() == pytest.approx(0.04 / np.sqrt(2), rel=0.03)  # of a sine
    spectra = np.abs(np.fft.rfft(lines, axis=2)).mean(axis=(0, 1))
    assert spectra.argmax() == 24 / 4


def test_brushed_stripes_do_not_change_the_brightness() -> None:
    assert brushed(FLAT, 0.04, 4.0, 1).mean() == pytest.approx(0.5, abs=1e-3)


def test_brushed_is_drawn_from_its_seed() -> None:
    assert np.array_equal(brushed(FLAT, 0.04, 4.0, 7), brushed(FLAT, 0.04, 4.0, 7))
    assert not np.array_equal(brushed(FLAT, 0.04, 4.0, 7), brushed(FLAT, 0.04, 4.0, 8))
    assert np.array_equal(brushed(NOISY, 0.0, 4.0, 7), NOISY)


def test_a_smoother_of_the_period_takes_straight_stripes_out() -> None:
    right = np.arange(24)
    lines = np.broadcast_to(0.5 + 0.04 * np.sin(2 * np.pi * right / 4), (2, 24, 24))
    assert np.abs(smooth(lines, 4)[:, :, 2:-2] - 0.5).max() < 1e-12
    assert np.abs(smooth(lines, 3)[:, :, 2:-2] - 0.5).max() > 0.01


@pytest.mark.parametrize(
    ("width", "weights"),
    [(1, [1]), (3, [1, 1, 1]), (4, [0.5, 1, 1, 1, 0.5]), (5, [1] * 5)],
)
def test_smoothing_is_the_convolution_that_scipy_makes(width: int, weights: list[float]) -> None:
    kernel = np.array(weights) / sum(weights)
    expected = ndimage.convolve1d(NOISY, kernel, axis=2, mode="nearest")
    np.testing.assert_allclose(smooth(NOISY, width), expected, atol=1e-12)


def test_a_higher_black_level_adds_and_clips() -> None:
    row = np.array([[[0.0, 0.5, 0.95]]])
    np.testing.assert_allclose(brighter(row, 0.15), [[[0.15, 0.65, 1.0]]])
    np.testing.assert_allclose(brighter(row, -0.15), [[[0.0, 0.35, 0.8]]])


@pytest.mark.parametrize(
    "call",
    [
        lambda: brushed(FLAT[0], 0.04, 4.0, 0),
        lambda: brushed(2 * FLAT + 0.1, 0.04, 4.0, 0),
        lambda: brushed(FLAT, -0.1, 4.0, 0),
        lambda: brushed(FLAT, 0.04, 1.0, 0),
        lambda: brushed(np.full((1, 4, 4), np.nan), 0.04, 4.0, 0),
        lambda: brighter(FLAT, 1.5),
        lambda: smooth(FLAT, 0),
        lambda: smooth(FLAT, 2.5),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_allowed_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"got"):
        call()  # type: ignore[operator]


def test_no_pictures_give_none() -> None:
    none = np.zeros((0, 24, 24))
    assert brushed(none, 0.04, 4.0, 0).shape == smooth(none, 4).shape == (0, 24, 24)
