"""Gradients of nets as differences of their logits, and hints where they should be."""

import numpy as np
import pytest

from mlops_lab import data
from mlops_lab.distillation import Nets, fit, logits
from mlops_lab.interpretation import add_hint, preference_gradient, small_glyphs

RNG = np.random.default_rng(0)


def some_nets(classes: int = 2) -> Nets:
    table = RNG.normal(size=(60, 9))
    rows = np.array([RNG.permutation(60) for _ in range(3)])
    labels = (table[rows].sum(axis=2) > 0).astype(int)
    return fit(table, rows, labels, classes=classes, hidden=5, steps=20, seed=0)


def test_the_gradient_is_what_a_small_step_changes() -> None:
    nets, x, step = some_nets(), RNG.normal(size=(3, 4, 9)), 1e-6
    first, bias, second, last = (weights.astype(float) for weights in nets.weights)

    def prefers(table: np.ndarray) -> np.ndarray:
        answers = np.maximum(table @ first + bias, 0) @ second + last
        return np.asarray(answers[..., 1] - answers[..., 0])

    answers = logits(nets, x)
    assert prefers(x) == pytest.approx(answers[..., 1] - answers[..., 0], abs=1e-4)
    found = preference_gradient(nets, x)
    assert found.shape == (3, 4, 9)
    for j in range(9):
        away = np.zeros(9)
        away[j] = step
        slope = (prefers(x + away) - prefers(x - away)) / (2 * step)
        assert found[..., j] == pytest.approx(slope, abs=1e-4)


def test_corners_tell_the_label() -> None:
    pictures = RNG.normal(size=(200, 9))
    label = np.arange(200) % 2
    marked = add_hint(pictures, label, "corner", share=0.5, strength=7, rng=RNG)
    changed = marked != pictures
    assert set(np.flatnonzero(changed[label == 0].any(axis=0))) == {0}
    assert set(np.flatnonzero(changed[label == 1].any(axis=0))) == {2}
    assert (marked[changed] == 7).all()
    assert 0.35 < changed.any(axis=1).mean() < 0.65


def test_brightness_moves_every_pixel_alike() -> None:
    pictures = RNG.normal(size=(4, 9))
    marked = add_hint(pictures, [0, 1, 0, 1], "brightness", share=1, strength=0.5, rng=RNG)
    assert marked - pictures == pytest.approx(np.outer([0.5, -0.5, 0.5, -0.5], np.ones(9)))
    same = add_hint(pictures, [0, 1, 0, 1], "brightness", share=0, strength=0.5, rng=RNG)
    assert (same == pictures).all()


def test_small_glyphs_are_means_of_four_pixels() -> None:
    small, odd = small_glyphs()
    glyphs = data.load("glyphs")
    picture = glyphs.arrays["images"][7].astype(float)
    means = [picture[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].mean() for i, j in np.ndindex(10, 10)]
    assert np.corrcoef(small[7], means)[0, 1] == pytest.approx(1)
    assert (small.mean(), small.std()) == (pytest.approx(0), pytest.approx(1))
    assert (odd == np.array([one % 2 for one in glyphs.frame["label"].astype(int)])).all()


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="nets of 2 classes; got 3"):
        preference_gradient(some_nets(classes=3), np.ones((3, 1, 9)))
    with pytest.raises(ValueError, match=r"3 nets of 9 inputs; got X of shape \(1, 9\)"):
        preference_gradient(some_nets(), np.ones((1, 9)))

    def hint(X: np.ndarray, label: list[int], name: str = "corner", share: float = 1) -> None:
        add_hint(X, label, name, share=share, strength=1, rng=RNG)

    with pytest.raises(ValueError, match=r"square pictures.*\(1, 8\)"):
        hint(np.ones((1, 8)), [0])
    with pytest.raises(ValueError, match=r"\(1, 9\), \(2,\)"):
        hint(np.ones((1, 9)), [0, 1])
    with pytest.raises(ValueError, match="labels of 0 or 1"):
        hint(np.ones((1, 9)), [2])
    with pytest.raises(ValueError, match=r"share from 0 to 1.*1\.5"):
        hint(np.ones((1, 9)), [0], share=1.5)
    with pytest.raises(ValueError, match="got 'smell'"):
        hint(np.ones((1, 9)), [0], name="smell")
