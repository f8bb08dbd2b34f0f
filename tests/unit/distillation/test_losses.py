"""Losses against finite differences, scipy, Keras, and arithmetic in the open."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special

from mlops_lab.distillation import (
    cross_entropy,
    kl_divergence,
    loss,
    soft_loss,
    soft_loss_gradient,
    softmax,
)

Floats = NDArray[np.float64]
TEMPERATURES = (0.5, 1.0, 4.0, 20.0)


def drawn(seed: int = 0) -> tuple[NDArray[np.int64], Floats, Floats]:
    rng = np.random.default_rng(seed)
    return rng.integers(5, size=7), 3 * rng.normal(size=(7, 5)), rng.normal(size=(7, 5))


def slopes(value: Callable[[Floats], float], at: Floats) -> Floats:
    """Central differences, one entry at a time."""
    found = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[place] = 1e-5
        found[place] = (value(at + step) - value(at - step)) / 2e-5
    return found


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_softmax_is_scipys(temperature: float) -> None:
    _, z, _ = drawn()
    np.testing.assert_allclose(softmax(z, temperature), special.softmax(z / temperature, axis=-1))
    assert softmax([0.0, 5000.0]).tolist() == [0, 1]


def test_kl_by_hand_and_at_its_edges() -> None:
    expected = 0.5 * math.log(0.5 / 0.25) + 0.5 * math.log(0.5 / 0.75)
    assert kl_divergence([[0.5, 0.5]], [[0.25, 0.75]])[0] == pytest.approx(expected)
    p = softmax(drawn()[1])
    np.testing.assert_allclose(kl_divergence(p, p[::-1]), special.rel_entr(p, p[::-1]).sum(axis=-1))
    assert kl_divergence([1.0, 0.0], [0.5, 0.5]) == pytest.approx(math.log(2))
    assert kl_divergence([0.5, 0.5], [1.0, 0.0]) == math.inf


def test_without_t_squared_the_gradient_would_fall_with_it() -> None:
    _, v, z = drawn()
    size = {t: float(np.linalg.norm(soft_loss_gradient(v, z, t))) for t in (100.0, 200.0)}
    assert size[100.0] / size[200.0] == pytest.approx(1, abs=0.05)
    plain = {t: value / t**2 for t, value in size.items()}
    assert plain[100.0] / plain[200.0] == pytest.approx(4, abs=0.2)


def test_a_high_temperature_compares_logits() -> None:
    # Hinton, Vinyals and Dean (2015), section 2.1: with centred logits the gradient becomes
    # (z - v) / classes, here for the mean over rows.
    _, v, z = drawn()
    v, z = v - v.mean(axis=1, keepdims=True), z - z.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(soft_loss_gradient(v, z, 1e4), (z - v) / 5 / 7, atol=1e-4)


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_soft_loss_is_keras_own_with_the_right_loss(temperature: float) -> None:
    import keras

    _, v, z = drawn()
    theirs = keras.distillation.LogitsDistillation(temperature, keras.losses.KLDivergence())
    found = float(theirs.compute_loss(v.astype("float32"), z.astype("float32")))
    assert found == pytest.approx(soft_loss(v, z, temperature), rel=1e-3, abs=1e-4)


def test_keras_default_loss_takes_no_softmax_so_stay_away_from_it() -> None:
    import keras

    # Logits that differ by a constant are one and the same answer. The default calls them apart.
    v = np.array([[1.0, 2.0, 3.0]], dtype="float32")
    default = keras.distillation.LogitsDistillation(temperature=4.0)
    right = keras.distillation.LogitsDistillation(4.0, keras.losses.KLDivergence())
    assert abs(float(default.compute_loss(v, v + 1))) > 0.1
    assert float(right.compute_loss(v, v + 1)) == pytest.approx(0, abs=1e-5)
    assert soft_loss(v, v + 1, 4.0) == pytest.approx(0, abs=1e-9)


def test_the_temperature_acts() -> None:
    _, v, z = drawn()
    values = [soft_loss(v, z, t) / t**2 for t in TEMPERATURES]
    assert all(a > 1.5 * b for a, b in itertools.pairwise(values))


def test_the_ends_of_the_weight() -> None:
    y, v, z = drawn()
    assert loss(y, v, z, temperature=4, weight=0) == pytest.approx(cross_entropy(y, z))
    assert loss(y, v, z, temperature=4, weight=1) == pytest.approx(soft_loss(v, z, 4))
    expected = -np.log(special.softmax(z, axis=1)[range(7), y]).mean()
    assert cross_entropy(y, z) == pytest.approx(expected)


@pytest.mark.parametrize("bad", [0, -1.0, math.nan, math.inf])
def test_a_temperature_is_above_zero(bad: float) -> None:
    _, v, z = drawn()
    with pytest.raises(ValueError, match=f"temperature must be a number above 0; got {bad}"):
        soft_loss(v, z, bad)
    with pytest.raises(ValueError, match="temperature"):
        softmax(z, bad)


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_a_weight_lies_between_zero_and_one(bad: float) -> None:
    y, v, z = drawn()
    with pytest.raises(ValueError, match=f"weight must lie between 0 and 1; got {bad}"):
        loss(y, v, z, temperature=1, weight=bad)


def test_bad_logits_and_labels() -> None:
    y, v, z = drawn()
    with pytest.raises(ValueError, match="two classes or more"):
        softmax([])
    with pytest.raises(ValueError, match="two classes or more"):
        softmax([[1.0]])
    with pytest.raises(ValueError, match="finite; it holds nan"):
        soft_loss(v, np.where(z > 0, np.nan, z), 1)
    with pytest.raises(ValueError, match="teacher and student need one shape"):
        soft_loss(v[:3], z, 1)
    with pytest.raises(ValueError, match=r"shape \(rows, classes\)"):
        soft_loss(v[0], z[0], 1)
    with pytest.raises(ValueError, match="one label a row"):
        cross_entropy(y[:3], z)
    with pytest.raises(ValueError, match="integers from 0 to 4"):
        cross_entropy(y + 4, z)
    with pytest.raises(ValueError, match="use softmax on logits"):
        kl_divergence(v, z)
