"""Policies: strength 0 is nothing, draws stay within what they promise, seeds repeat."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab import augmentation as aug
from mlops_lab.augmentation import TRANSFORMS, augment, augmenter, random_policy

Images = NDArray[np.float32]
EVERY = pytest.mark.parametrize("name", TRANSFORMS)


@pytest.fixture
def images() -> Images:
    return np.random.default_rng(1).random((200, 10, 10), dtype=np.float32)


@EVERY
def test_strength_0_is_the_image(images: Images, name: str) -> None:
    assert (augment(images, {name: 0.0}, 1) == images).all()


def test_an_empty_policy_changes_nothing(images: Images) -> None:
    assert (augment(images, {}, 1) == images).all()


@EVERY
def test_strength_1_changes_most_images_and_2_changes_them_more(images: Images, name: str) -> None:
    def moved(strength: float) -> float:
        return float(np.abs(augment(images, {name: strength}, 3) - images).mean())

    assert moved(1.0) > 0.001
    if name not in ("flip", "half turn"):
        assert moved(0.3) < moved(1.0) < moved(2.0)


@EVERY
def test_a_seed_repeats_and_another_does_not(images: Images, name: str) -> None:
    first = augment(images, {name: 1.0}, 3)
    assert (first == augment(images, {name: 1.0}, 3)).all()
    assert (first != augment(images, {name: 1.0}, 4)).any()


@pytest.mark.parametrize(("strength", "share"), [(0.5, 0.25), (1.0, 0.5), (3.0, 0.5)])
def test_flips_happen_as_often_as_they_should(strength: float, share: float) -> None:
    images = np.random.default_rng(0).random((4000, 2, 3))
    for name, exact in (("flip", aug.flip), ("half turn", aug.half_turn)):
        changed = augment(images, {name: strength}, 7)
        done = (changed == exact(images)).all(axis=(1, 2))
        assert ((changed == images.astype(np.float32)).all(axis=(1, 2)) | done).all()
        assert done.mean() == pytest.approx(share, abs=4 * 0.5 / 4000**0.5)


def test_shifts_stay_within_what_the_table_says() -> None:
    # A spot of light in the middle of 101 pixels moves by at most 6 % of the side: 6.06 pixels.
    spot = np.zeros((500, 101, 101))
    spot[:, 50, 50] = 1
    moved = augment(spot, {"shift": 1.0}, 5)
    far = [np.abs(np.array(np.unravel_index(one.argmax(), one.shape)) - 50).max() for one in moved]
    assert max(far) == 6
    assert min(far) <= 1


def test_rotations_stay_within_ten_degrees() -> None:
    spot = np.zeros((500, 101, 101))
    spot[:, 50, 90] = 1  # 40 to the right: ten degrees move it 6.9 up or down
    moved = augment(spot, {"rotate": 1.0}, 5)
    down = [np.unravel_index(one.argmax(), one.shape)[0] - 50 for one in moved]
    assert max(down) == 7
    assert min(down) == -7


def test_the_moving_ones_share_one_interpolation(images: Images) -> None:
    # A turn and its scale in two steps would blur twice; a smooth ramp shows no difference, a
    # checkerboard does: its contrast falls once only.
    board = np.indices((40, 40)).sum(axis=0)[None] % 2 * np.ones((200, 1, 1))
    one, both = (
        augment(board, policy, 3).std()
        for policy in ({"rotate": 1.0}, {"rotate": 1.0, "scale": 1.0})
    )
    assert both > 0.8 * one
    assert images.shape == augment(images, {"rotate": 1.0, "scale": 1.0}, 3).shape


def test_an_augmenter_is_augment_with_the_callers_generator(images: Images) -> None:
    policy = {"rotate": 1.0, "noise": 0.5}
    expected = augment(images, policy, np.random.default_rng(8))
    assert (augmenter(policy)(images, np.random.default_rng(8)) == expected).all()


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"rotat": 1.0}, "got 'rotat'; did you mean 'rotate'?"),
        ({"mixup": 1.0}, "got 'mixup'"),
        ({"flip": -0.1}, "strength of flip must be a number, 0 or more and finite; got -0.1"),
        ({"flip": np.nan}, "finite; got nan"),
        ({"flip": np.inf}, "finite; got inf"),
        ({"flip": "1"}, "strength of flip must be a number, 0 or more and finite; got '1'"),
        ({"flip": None}, "got None"),
    ],
)
def test_wrong_policies_are_named_at_once(policy: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        augmenter(policy)
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        augment(np.zeros((1, 2, 2)), policy, 0)


def test_random_policies_take_each_name_half_of_the_time() -> None:
    names = ("rotate", "noise", "flip")
    drawn = [random_policy(i, names=names, strongest=3.0) for i in range(1000)]
    assert all(drawn)
    strengths = np.array([s for one in drawn for s in one.values()])
    assert strengths.max() <= 3
    assert strengths.mean() == pytest.approx(1.5, abs=0.1)
    # In by its own coin, or by being the one that is always in: 1/2 + 1/2 * 1/3.
    for name in names:
        assert np.mean([name in one for one in drawn]) == pytest.approx(2 / 3, abs=0.06)
    assert drawn[5] == random_policy(5, names=names, strongest=3.0)


@pytest.mark.parametrize(
    ("names", "strongest", "said"),
    [
        ((), 2.0, "needs names"),
        (("flip",), 0.0, "above 0"),
        (("flop",), 2.0, "did you mean 'flip'"),
    ],
)
def test_a_random_policy_wants_names_and_strength(
    names: tuple[str, ...], strongest: float, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        random_policy(0, names=names, strongest=strongest)
