"""What every change refuses, in one sentence, and what it lets pass."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mlops_lab import augmentation as aug
from mlops_lab.augmentation.checks import checked, each

CHANGES: dict[str, Callable[[Any], Any]] = {
    "flip": aug.flip,
    "half turn": aug.half_turn,
    "rotate": lambda images: aug.rotate(images, 10),
    "scale": lambda images: aug.scale(images, 1.1),
    "shear": lambda images: aug.shear(images, 0.1),
    "shift": lambda images: aug.shift(images, 1, 1),
    "blur": lambda images: aug.blur(images, 1),
    "noise": lambda images: aug.noise(images, 0.1, 0),
    "light": lambda images: aug.light(images, 0.5, 30),
    "contrast": lambda images: aug.contrast(images, 1.5),
    "erase": lambda images: aug.erase(images, 2, 1, 1),
    "augment": lambda images: aug.augment(images, dict.fromkeys(aug.TRANSFORMS, 1.0), 0),
}
EVERY = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


@EVERY
def test_no_images_give_no_images(change: Callable[[Any], Any]) -> None:
    assert change(np.zeros((0, 5, 7))).shape == (0, 5, 7)


@EVERY
def test_a_new_array_of_the_same_shape_and_range(change: Callable[[Any], Any]) -> None:
    images = np.random.default_rng(0).random((40, 9, 6))
    before = images.copy()
    result = change(images)
    assert result.shape == images.shape
    assert result.dtype == np.float32
    assert result.min() >= 0
    assert result.max() <= 1
    assert (images == before).all()
    assert not np.shares_memory(result, images)


@EVERY
def test_flat_images_of_black_stay_black_but_for_noise_and_light(
    change: Callable[[Any], Any],
) -> None:
    black = np.zeros((3, 8, 8))
    moved = change(black)
    if change not in (CHANGES["noise"], CHANGES["light"], CHANGES["augment"]):
        assert not moved.any()


@EVERY
@pytest.mark.parametrize(
    ("images", "said"),
    [
        (np.zeros((5, 5)), r"shape \(n, height, width\); got \(5, 5\)"),
        (np.zeros((2, 0, 5)), r"got \(2, 0, 5\)"),
        (np.zeros((2, 5, 5), dtype=np.uint8), "uint8: divide bytes by 255"),
        (np.full((2, 5, 5), 255.0), "values from 0 to 1 and no NaN; got 255.0 to 255.0"),
        (np.full((2, 5, 5), 1.01), "got 1.01 to 1.01"),
        (np.full((2, 5, 5), np.nan), "no NaN; got nan"),
        (np.full((2, 5, 5), -0.1), "got -0.1"),
    ],
    ids=["one image", "no height", "bytes", "not scaled", "a little over", "nan", "negative"],
)
def test_other_images_are_refused(change: Callable[[Any], Any], images: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        change(images)


def test_images_that_are_right_are_not_copied() -> None:
    images = np.zeros((2, 3, 3), dtype=np.float32)
    assert checked(images) is images


def test_one_setting_serves_all_images() -> None:
    images = np.zeros((3, 2, 2), dtype=np.float32)
    assert each(images, "size", 2).tolist() == [2, 2, 2]
    assert each(images, "size", [1, 2, 3]).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([1.0, 2.0], r"size must be one number or one for each of 3 images; got \(2,\)"),
        (np.nan, "size must be finite and at least 0 and at most 3; got nan"),
        ([0.0, 1.0, 4.0], "at most 3; got 4.0"),
        (-1, "at least 0 and at most 3; got -1.0"),
    ],
)
def test_settings_out_of_range_are_refused(given: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        each(np.zeros((3, 2, 2), dtype=np.float32), "size", given, least=0.0, most=3.0)
