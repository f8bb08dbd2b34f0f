"""Training: steps that were promised, zeros that stay, gradients that pass through rounding."""

from typing import Any

import numpy as np
import pytest

from mlops_lab import compression as cp


def test_batches_are_shuffled_passes() -> None:
    rows = cp.batches(10, 5, 0, size=4)
    assert rows.shape == (5, 4)
    assert np.bincount(rows.reshape(-1)).tolist() == [2] * 10
    with pytest.raises(ValueError, match="steps must be at least 1; got 0"):
        cp.batches(10, 0, 0)


def test_rounding_is_the_scheme() -> None:
    kernel = np.random.default_rng(0).normal(size=(5, 6)).astype("f4")
    for bits in (2, 3, 4, 8):
        expected = cp.round_trip(kernel, cp.symmetric(kernel, bits))
        assert np.asarray(cp.rounding(bits)(kernel)) == pytest.approx(expected, abs=1e-5)
    with pytest.raises(ValueError, match="2 to 16"):
        cp.rounding(1)


def test_the_gradient_passes_straight_through() -> None:
    import tensorflow as tf

    kernel = tf.constant(np.linspace(-1, 0.93, 41), tf.float32)
    weights = np.random.default_rng(0).normal(size=41).astype("f4")
    with tf.GradientTape() as tape:
        tape.watch(kernel)
        total = tf.reduce_sum(cp.rounding(3)(kernel) * weights)
    straight = tape.gradient(total, kernel).numpy()
    assert straight == pytest.approx(weights)  # as if rounding were not there
    bumped = kernel.numpy().copy()
    bumped[5] += 1e-4  # the true slope inside a stair is 0
    flat = np.asarray(cp.rounding(3)(bumped)) - np.asarray(cp.rounding(3)(kernel))
    assert flat[5] == 0


def test_training_learns_and_repeats(net: Any, pictures: Any) -> None:
    images, labels = pictures
    scores = np.asarray(cp.forward(net, images))
    assert np.mean(scores.argmax(axis=1) == labels) > 0.9
    trainer, rows = cp.Trainer(images, labels), cp.batches(300, 12, 3)
    first, same = trainer.fit(net, rows), trainer.fit(net, rows)
    assert all((a == b).all() for a, b in zip(first, same, strict=True))
    assert (first[0] != net[0]).any()


def test_one_step_of_adam_moves_by_the_rate(net: Any, pictures: Any) -> None:
    new = cp.Trainer(*pictures).fit(net, cp.batches(300, 1, 0), rate=0.01)
    moved = np.abs(new[6] - net[6])
    assert moved.max() == pytest.approx(0.01, rel=0.01)  # the first step is rate * sign of slope


def test_pruned_weights_are_zero_to_the_end(net: Any, pictures: Any) -> None:
    cut = cp.Trainer(*pictures).prune(net, cp.batches(300, 24, 0), 0.75)
    assert [float(np.mean(one == 0)) for one in cut[4::2]] == pytest.approx([0.75, 0.75], abs=0.001)
    assert not (cut[0] == 0).any()


def test_a_schedule_that_cuts_nothing_is_plain_training(net: Any, pictures: Any) -> None:
    trainer, rows = cp.Trainer(*pictures), cp.batches(300, 24, 1)
    plain = trainer.fit(net, rows)
    for rounds in (1, 6):  # rate and moments go on from part to part
        found = trainer.prune(net, rows, 0.0, rounds=rounds)
        for one, other in zip(found, plain, strict=True):
            assert one == pytest.approx(other, abs=1e-5)


def test_one_round_cuts_before_the_first_step(net: Any, pictures: Any) -> None:
    trainer, rows = cp.Trainer(*pictures), cp.batches(300, 12, 1)
    found = trainer.prune(net, rows, 0.5, rounds=1)
    for one, mask in zip(found, cp.magnitude_masks(net, 0.5), strict=True):
        assert (one[mask == 0] == 0).all()


def test_refusals(net: Any, pictures: Any) -> None:
    images, labels = pictures
    with pytest.raises(ValueError, match="one label each"):
        cp.Trainer(images, labels[:5])
    with pytest.raises(ValueError, match="one label each"):
        cp.Trainer(images[:0], labels[:0])
    with pytest.raises(ValueError, match="at least 12 steps"):
        cp.Trainer(images, labels).prune(net, cp.batches(300, 6, 0), 0.5)
    with pytest.raises(ValueError, match="rate"):
        cp.Trainer(images, labels).fit(net, cp.batches(300, 1, 0), rate=0)
