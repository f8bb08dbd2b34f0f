"""Moving changes against scipy's interpolation, exact quarter turns, and arithmetic by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from mlops_lab.augmentation import flip, half_turn, rotate, scale, shear, shift, warp

Images = NDArray[np.float32]


@pytest.fixture
def images() -> Images:
    return np.random.default_rng(1).random((50, 12, 9), dtype=np.float32)


@pytest.fixture
def square() -> Images:
    return np.random.default_rng(2).random((35, 11, 11), dtype=np.float32)


def test_flip_and_half_turn_are_numpys(images: Images) -> None:
    assert (flip(images) == np.flip(images, axis=2)).all()
    assert (half_turn(images) == np.rot90(images, 2, axes=(1, 2))).all()
    assert (flip(flip(images)) == images).all()
    assert (half_turn(half_turn(images)) == images).all()


@pytest.mark.parametrize("quarters", [-1, 0, 1, 2, 3, 4])
def test_quarter_turns_are_exact(square: Images, quarters: int) -> None:
    expected = np.rot90(square, quarters, axes=(1, 2))  # numpy too turns counter-clockwise
    np.testing.assert_allclose(rotate(square, 90 * quarters), expected, atol=2e-5)


@pytest.mark.parametrize("seed", range(5))
def test_warp_is_scipys_affine_transform(images: Images, seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrices = np.eye(2) + rng.normal(0, 0.3, (len(images), 2, 2))
    offsets = rng.normal(0, 3, (len(images), 2))
    middle = (np.array(images.shape[1:]) - 1) / 2
    found = warp(images, matrices, offsets)
    for image, matrix, offset, result in zip(images, matrices, offsets, found, strict=True):
        about = middle + offset - matrix @ middle
        expected = ndimage.affine_transform(image, matrix, about, order=1, mode="nearest")
        np.testing.assert_allclose(result, expected, atol=2e-5)


def test_each_image_has_its_own_setting(square: Images) -> None:
    degrees = np.linspace(-40, 40, len(square))
    together = rotate(square, degrees)
    for image, angle, result in zip(square, degrees, together, strict=True):
        expected = ndimage.rotate(image, angle, reshape=False, order=1, mode="nearest")
        np.testing.assert_allclose(result, expected, atol=2e-5)


def test_strength_nothing_is_the_image_itself(images: Images) -> None:
    for same in (rotate(images, 0), scale(images, 1), shear(images, 0), shift(images)):
        np.testing.assert_allclose(same, images, atol=1e-6)


def test_shift_by_hand() -> None:
    image = np.array([[[0.0, 0.2, 0.4], [0.6, 0.8, 1.0]]])
    expected = [[0.0, 0.0, 0.2], [0.6, 0.6, 0.8]]
    np.testing.assert_allclose(shift(image, right=1)[0], expected, atol=1e-6)
    np.testing.assert_allclose(shift(image, down=1)[0], [image[0, 0], image[0, 0]], atol=1e-6)
    # Half a pixel to the right: each pixel is the mean of itself and its left neighbour.
    expected = [[0.0, 0.1, 0.3], [0.6, 0.7, 0.9]]
    np.testing.assert_allclose(shift(image, right=0.5)[0], expected, atol=1e-6)


def test_scale_doubles_about_the_centre() -> None:
    ramp = np.tile(np.linspace(0, 1, 9), (1, 9, 1))
    # A pixel k from the middle shows what was k / 2 from the middle.
    expected = 0.5 + (np.arange(9) - 4) / 16
    np.testing.assert_allclose(scale(ramp, 2)[0], np.tile(expected, (9, 1)), atol=1e-6)


def test_shear_leans_to_the_right() -> None:
    line = np.zeros((1, 5, 5))
    line[:, :, 2] = 1
    leant = shear(line, 1)[0]
    assert leant.argmax(axis=1).tolist() == [4, 3, 2, 1, 0]


def test_far_beyond_the_edge_is_the_edge() -> None:
    image = np.array([[[0.1, 0.2], [0.3, 0.4]]])
    np.testing.assert_allclose(shift(image, right=1e6)[0], [[0.1, 0.1], [0.3, 0.3]], atol=1e-6)
    np.testing.assert_allclose(shift(image, down=-1e6)[0], [[0.3, 0.4], [0.3, 0.4]], atol=1e-6)


def test_one_pixel_stays() -> None:
    assert rotate([[[0.5]]], 33).tolist() == [[[0.5]]]


@pytest.mark.parametrize("factor", [0, -1, np.nan])
def test_scale_wants_a_factor(factor: float) -> None:
    with pytest.raises(ValueError, match="factor must be finite and above 0"):
        scale(np.zeros((1, 2, 2)), factor)


def test_warp_wants_a_matrix_an_image() -> None:
    images = np.zeros((2, 3, 3))
    with pytest.raises(ValueError, match=r"shape \(2, 2, 2\), one for each image; got \(2, 2\)"):
        warp(images, np.eye(2))
    with pytest.raises(ValueError, match="matrices must be finite"):
        warp(images, np.full((2, 2, 2), np.nan))
    with pytest.raises(ValueError, match=r"offsets must be finite, 0 or of shape \(2, 2\)"):
        warp(images, np.tile(np.eye(2), (2, 1, 1)), [1.0, 2.0, 3.0])
