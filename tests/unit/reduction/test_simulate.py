"""Worlds are what they say, by their moments and by arithmetic in the open."""

import numpy as np
import pytest

from mlops_lab import reduction


def test_contrast_by_hand() -> None:
    points = np.array([[0.0, 3.0], [4.0, 0.0], [0.0, -1.0]])
    assert reduction.contrast(points, np.zeros((1, 2))) == 3.0  # 4 against 1
    assert reduction.contrast(points, np.array([[0.0, 0.0], [0.0, 1.0]])) == pytest.approx(
        (3 + np.sqrt(17) / 2 - 1) / 2
    )


def test_contrast_falls_with_dimensions() -> None:
    rng = np.random.default_rng(0)
    found = [reduction.contrast(rng.random((400, d)), rng.random((20, d))) for d in (2, 20, 500)]
    assert found[0] > 10 > 2 > found[1] > found[2]
    assert found[2] < 0.25


def test_trunk_has_the_means_it_says() -> None:
    X, y = reduction.trunk(40_000, 4, np.random.default_rng(1))
    expected = 1 / np.sqrt([1, 2, 3, 4])
    np.testing.assert_allclose(X[y == 1].mean(axis=0), expected, atol=0.03)
    np.testing.assert_allclose(X[y == 0].mean(axis=0), -expected, atol=0.03)
    np.testing.assert_allclose(np.cov(X[y == 1].T), np.eye(4), atol=0.04)


def test_light_is_a_plane() -> None:
    images = np.random.default_rng(2).random((3000, 6, 6))
    added = reduction.light(images, 2.0, np.random.default_rng(3)) - images
    np.testing.assert_allclose(np.diff(added, n=2, axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(np.diff(added, n=2, axis=2), 0, atol=1e-12)
    assert added.mean(axis=(1, 2)).std() == pytest.approx(2, rel=0.05)
    slope = (added[:, 0, -1] - added[:, 0, 0]) / 2
    assert slope.std() == pytest.approx(2, rel=0.05)
    assert (reduction.light(images, 0.0, np.random.default_rng(3)) == images).all()


def test_what_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="1 at distance 0"):
        reduction.contrast(np.zeros((1, 2)), np.array([[0.0, 0.0], [1.0, 0.0]]))
    with pytest.raises(ValueError, match="got 0 and 3"):
        reduction.trunk(0, 3, rng)
    with pytest.raises(ValueError, match=r"got \(2, 3, 4\)"):
        reduction.light(np.zeros((2, 3, 4)), 1.0, rng)
    with pytest.raises(ValueError, match="got -1"):
        reduction.light(np.zeros((2, 3, 3)), -1.0, rng)
