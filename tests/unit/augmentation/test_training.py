"""The small net: gradients by finite differences, scikit-learn beside it, counted steps."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab.augmentation import Net, accuracy, class_accuracy, fit, fit_many
from mlops_lab.augmentation.nets import gradients

Images = NDArray[np.float32]
Ints = NDArray[np.int64]


def bars(n: int, seed: int) -> tuple[Images, Ints]:
    """Draw noisy images of a bar in one of four columns; its column is the class."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(4, size=n)
    images = 0.5 * rng.random((n, 6, 4))
    images[np.arange(n), :, labels] += 0.25
    return images.astype(np.float32), labels


def loss(inputs: Any, labels: Ints, weights: Any) -> float:
    hidden = np.maximum(inputs @ weights[0] + weights[1], 0)
    scores = hidden @ weights[2] + weights[3]
    picked = scores[np.arange(len(labels)), labels]
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - picked))


def test_gradients_are_those_of_the_cross_entropy() -> None:
    rng = np.random.default_rng(0)
    inputs: Any = rng.normal(size=(7, 5))
    labels = rng.integers(3, size=7)
    weights: Any = tuple(rng.normal(size=shape) for shape in ((5, 4), (4,), (4, 3), (3,)))
    found = gradients(inputs, labels, weights)
    for array, slope in zip(weights, found, strict=True):
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + 1e-6
            above = loss(inputs, labels, weights)
            array[place] = kept - 1e-6
            below = loss(inputs, labels, weights)
            array[place] = kept
            assert slope[place] == pytest.approx((above - below) / 2e-6, abs=1e-6)


def test_it_learns_about_as_well_as_scikit_learns_net() -> None:
    from sklearn.neural_network import MLPClassifier

    images, labels = bars(600, 1)
    asked, right = bars(1000, 2)
    ours = accuracy(fit(images, labels, steps=400, seed=0), asked, right)
    other = MLPClassifier((64,), max_iter=21, batch_size=32, learning_rate_init=0.003, tol=0,
                          n_iter_no_change=100, random_state=0)  # fmt: skip
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like to go on; 21 passes are 400 steps
        other.fit(images.reshape(600, -1), labels)
    assert ours > 0.9
    assert ours == pytest.approx(other.score(asked.reshape(1000, -1), right), abs=0.03)


def test_every_image_is_seen_equally_often_and_steps_are_counted() -> None:
    images = np.zeros((10, 2, 2), dtype=np.float32)
    images[:, 0, 0] = np.arange(10) / 10
    seen: list[NDArray[np.float32]] = []

    def watch(batch: Images, _: np.random.Generator) -> Images:
        seen.append(batch[:, 0, 0])
        return batch

    net = fit(images, np.arange(10) % 2, steps=6, batch=5, augment=watch, seed=3)
    assert net.steps == len(seen) == 6
    counts = np.bincount(np.round(10 * np.concatenate(seen)).astype(int), minlength=10)
    assert counts.tolist() == [3] * 10


def test_augmentation_leaves_the_first_weights_and_the_batches_as_they_are() -> None:
    images, labels = bars(100, 1)
    plain = fit(images, labels, steps=30, seed=5)
    same = fit(images, labels, steps=30, seed=5, augment=lambda batch, _: batch)
    drawing = fit(images, labels, steps=30, seed=5, augment=lambda b, rng: b + 0 * rng.random())
    other = fit(images, labels, steps=30, seed=6)
    for net in (same, drawing):
        for a, b in zip(plain.weights, net.weights, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-6)
    assert not np.allclose(plain.weights[0], other.weights[0])


def test_nets_trained_side_by_side_are_those_trained_alone() -> None:
    draws = [bars(90, 1), bars(90, 2), bars(90, 3)]
    images, labels = (np.stack(part) for part in zip(*draws, strict=True))

    def change(batch: Images, rng: np.random.Generator) -> Images:
        return np.clip(batch + 0.1 * rng.random(batch.shape, dtype=np.float32), 0, 1)

    nets = fit_many(images, labels, seeds=[5, 9, 5], steps=40, augment=change)
    for one, two, seed, net in zip(images, labels, [5, 9, 5], nets, strict=True):
        alone = fit(one, two, seed=seed, steps=40, augment=change)
        assert net.steps == 40
        assert (net.mean, net.spread) == pytest.approx((alone.mean, alone.spread), rel=1e-5)
        for a, b in zip(net.weights, alone.weights, strict=True):
            np.testing.assert_allclose(a, b, atol=2e-4)


def test_draws_of_another_shape_are_refused() -> None:
    images = np.zeros((2, 3, 4, 4))
    for labels, seeds in ((np.zeros((2, 2), int), [0, 1]), (np.zeros((2, 3), int), [0])):
        with pytest.raises(ValueError, match="one seed a draw; got"):
            fit_many(images, labels, seeds=seeds)


def test_chances_add_up_to_one_and_the_largest_is_predicted() -> None:
    images, labels = bars(50, 1)
    net = fit(images, labels, steps=20)
    chances = net.probabilities(images)
    assert chances.shape == (50, 4)
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-5)
    assert (net.predict(images) == chances.argmax(axis=1)).all()
    assert net.predict(images[:0]).shape == (0,)


def test_accuracy_is_the_mean_of_the_classes_weighted_by_their_size() -> None:
    images, labels = bars(300, 1)
    net = fit(images, labels, steps=15, classes=5)
    by_class = class_accuracy(net, images, labels)
    assert by_class.shape == (5,)
    assert np.isnan(by_class[4])  # no image of that class
    shares = np.bincount(labels, minlength=4) / 300
    assert accuracy(net, images, labels) == pytest.approx(float(by_class[:4] @ shares))
    assert accuracy(net, images, labels) == np.mean(net.predict(images) == labels)


def test_constant_images_and_one_class_give_a_net() -> None:
    net = fit(np.zeros((4, 3, 3)), np.zeros(4, dtype=int), steps=3)
    assert isinstance(net, Net)
    assert net.predict(np.zeros((2, 3, 3))).tolist() == [0, 0]
    assert net.spread == 1.0


IMAGES = np.zeros((3, 2, 2))


@pytest.mark.parametrize(
    ("images", "labels", "more", "said"),
    [
        (IMAGES, [0, 1], {}, "one label for each of 1 image or more; got 3 images"),
        (IMAGES[:0], [], {}, "got 0 images"),
        (IMAGES, [0.0, 1.0, np.nan], {}, "labels must be whole numbers from 0; got float64"),
        (IMAGES, [0, 1, -1], {}, "labels must lie from 0 to 1; got -1 to 1"),
        (IMAGES, [0, 1, 2], {"classes": 2}, "labels must lie from 0 to 1; got 0 to 2"),
        (IMAGES, [0, 1, 1], {"steps": 0}, "steps must be at least 1; got 0"),
        (IMAGES, [0, 1, 1], {"batch": 0}, "batch must be at least 1; got 0"),
        (IMAGES, [0, 1, 1], {"hidden": 0}, "hidden must be at least 1; got 0"),
        (IMAGES, [0, 1, 1], {"rate": 0.0}, "rate must be above 0; got 0"),
        (IMAGES + np.nan, [0, 1, 1], {}, "no NaN"),
        (
            IMAGES,
            [0, 1, 1],
            {"augment": lambda batch, _: batch[:, 1:]},
            r"of the shape it was given, \(32, 2, 2\); got \(32, 1, 2\)",
        ),
    ],
)
def test_wrong_input_is_refused(images: Any, labels: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fit(images, labels, **more)


def test_a_net_knows_the_size_of_its_images() -> None:
    net = fit(IMAGES, [0, 1, 1], steps=1)
    with pytest.raises(ValueError, match="trained on 4 pixels an image; got 9"):
        net.predict(np.zeros((1, 3, 3)))
