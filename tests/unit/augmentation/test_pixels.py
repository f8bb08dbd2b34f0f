"""Changes of grey against scipy's filters, statistics of the draws, and arithmetic by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from mlops_lab.augmentation import blur, contrast, erase, light, noise

Images = NDArray[np.float32]


@pytest.fixture
def images() -> Images:
    return np.random.default_rng(1).random((20, 14, 10), dtype=np.float32)


def test_blur_is_scipys(images: Images) -> None:
    sigmas = np.linspace(0, 3, len(images))
    for image, sigma, result in zip(images, sigmas, blur(images, sigmas), strict=True):
        expected = ndimage.gaussian_filter(
            image.astype(float), sigma, mode="nearest", radius=int(np.ceil(4 * sigma))
        )
        np.testing.assert_allclose(result, expected, atol=1e-5)


def test_blur_keeps_flat_images_and_nothing_is_blurred_by_nothing(images: Images) -> None:
    np.testing.assert_allclose(blur(np.full((1, 5, 8), 0.7), 2), 0.7, atol=1e-6)
    np.testing.assert_allclose(blur(images, 0), images, atol=1e-7)
    with pytest.raises(ValueError, match="sigma must be finite and at least 0 and at most 3"):
        blur(images, 3.1)


def test_noise_has_the_deviation_that_was_asked_for() -> None:
    grey = np.full((3, 200, 200), 0.5)
    noisy = noise(grey, [0.0, 0.05, 0.1], seed=3)
    assert (noisy[0] == 0.5).all()
    for image, sigma in zip(noisy[1:], (0.05, 0.1), strict=True):
        assert image.std() == pytest.approx(sigma, rel=0.02)
        assert image.mean() == pytest.approx(0.5, abs=4 * sigma / 200)


def test_noise_follows_its_seed(images: Images) -> None:
    assert (noise(images, 0.1, 5) == noise(images, 0.1, 5)).all()
    assert (noise(images, 0.1, 5) != noise(images, 0.1, 6)).any()
    with pytest.raises(ValueError, match=r"sigma must be finite and at least 0; got -0\.1"):
        noise(images, -0.1, 5)


def test_light_by_hand() -> None:
    grey = np.full((1, 3, 3), 0.4)
    # At the right edge d = 1: 0.4 * 1.2 + 0.2 / 4; in the middle 0.4; at the left the reverse.
    expected = [0.4 * 0.8 - 0.05, 0.4, 0.4 * 1.2 + 0.05]
    np.testing.assert_allclose(light(grey, 0.2, 0)[0], np.tile(expected, (3, 1)), atol=1e-6)
    np.testing.assert_allclose(light(grey, 0.2, 90)[0].T, np.tile(expected, (3, 1)), atol=1e-6)
    np.testing.assert_allclose(light(grey, 0.0, 45), grey, atol=1e-7)


def test_contrast_by_hand(images: Images) -> None:
    image = np.array([[[0.4, 0.6]]])
    np.testing.assert_allclose(contrast(image, 2)[0], [[0.3, 0.7]], atol=1e-6)
    np.testing.assert_allclose(contrast(image, 0)[0], [[0.5, 0.5]], atol=1e-6)
    np.testing.assert_allclose(contrast(image, 20)[0], [[0.0, 1.0]], atol=1e-6)
    np.testing.assert_allclose(contrast(images, 1), images, atol=1e-6)


def test_erase_by_hand() -> None:
    image = np.linspace(0, 1, 16).reshape(1, 4, 4)
    erased = erase(image, side=2, down=1, right=3)[0]
    expected = image[0].copy()
    expected[1:3, 3:] = 0.5  # the mean; what reaches past the edge is cut
    np.testing.assert_allclose(erased, expected, atol=1e-6)
    inside = image[0].copy()
    inside[1:3, 0:2] = 0.5
    np.testing.assert_allclose(erase(image, side=2, down=1, right=0)[0], inside, atol=1e-6)
    np.testing.assert_allclose(erase(image, 0, 1, 1), image, atol=1e-7)
    with pytest.raises(ValueError, match="side must be 0 or more; got -1"):
        erase(image, -1, 0, 0)
