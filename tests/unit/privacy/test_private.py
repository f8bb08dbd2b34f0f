"""Training with clipping and noise: against finite differences, sums in the open, scikit-learn."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mlops_lab.privacy import clipped_gradient, losses, random_features, train


def drawn(rows: int = 60, features: int = 5, classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, features))
    return x, (x @ rng.normal(size=(features, classes))).argmax(axis=1)


def test_the_gradient_is_that_of_the_loss() -> None:
    x, y = drawn(4)
    w = np.random.default_rng(1).normal(size=(5, 3))
    found = clipped_gradient(x, y, w)
    for at in np.ndindex(w.shape):
        step = np.zeros_like(w)
        step[at] = 1e-6
        slope = (losses(x, y, w + step) - losses(x, y, w - step)).sum() / 2e-6
        assert found[at] == pytest.approx(slope, abs=1e-6)


def test_each_row_is_clipped_by_itself_and_keeps_its_direction() -> None:
    x, y = drawn(20)
    w, clip = np.zeros((5, 3)), 1.0
    rows = [clipped_gradient(x[[i]], y[[i]], w) for i in range(20)]
    lengths = np.array([np.linalg.norm(one) for one in rows])
    assert lengths.min() < clip < lengths.max(), "both cases occur"
    by_hand = sum(one * min(1, clip / length) for one, length in zip(rows, lengths, strict=True))
    np.testing.assert_allclose(clipped_gradient(x, y, w, clip), by_hand)
    assert not clipped_gradient(np.zeros((1, 5)), [0], w, clip).any()


def test_plain_training_finds_what_another_library_finds() -> None:
    x, y = drawn(300, 4)
    y[::7] = 0  # so that no weights separate the classes
    w = train(x, y, np.random.default_rng(0), 3000, classes=3, rate=0.5, q=1.0)
    other = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-8, max_iter=1000).fit(x, y)
    np.testing.assert_allclose(
        w - w.mean(axis=1, keepdims=True),
        (other.coef_ - other.coef_.mean(axis=0)).T,
        atol=1e-3,
    )


def test_the_noise_has_the_size_that_the_accountant_counts() -> None:
    x, y = np.zeros((50, 400)), np.zeros(50, dtype=int)  # no gradient, so noise alone
    w = train(x, y, np.random.default_rng(0), 25, rate=1.0, q=0.1, clip=0.3, noise=2.0)
    each = w * (0.1 * 50) / np.sqrt(25)
    assert each.std() == pytest.approx(2.0 * 0.3, rel=0.03)


def test_training_goes_on_from_where_it_was_and_leaves_that_alone() -> None:
    x, y = drawn()
    rng = np.random.default_rng(0)
    none = train(x, y, rng, 0, classes=3)
    first = train(x, y, rng, 5, classes=3)
    before = first.copy()
    on = train(x, y, rng, 7, classes=3, start=first)
    assert not none.any()
    np.testing.assert_array_equal(first, before)
    np.testing.assert_array_equal(on, train(x, y, np.random.default_rng(0), 12, classes=3))


def test_features_come_near_the_kernel() -> None:
    x = np.random.default_rng(0).normal(size=(30, 4))
    f = random_features(np.random.default_rng(1), x, 20_000, detail=0.7)
    apart = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    kernel = np.exp(-apart * 0.7**2 / x.var(axis=0).sum() / 2)
    np.testing.assert_allclose(f @ f.T, kernel, atol=0.04)
    images = random_features(np.random.default_rng(1), x.reshape(30, 2, 2), 20_000, detail=0.7)
    np.testing.assert_array_equal(images, f)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"noise": 1.0}, "needs clip"),
        ({"noise": -1.0, "clip": 1.0}, "0 or more"),
        ({"rate": 0.0}, "rate above 0"),
        ({"steps": -1}, "0 steps or more"),
        ({"q": 1.5}, "q in"),
        ({"classes": 2}, "got 0 to 2"),
        ({"clip": 0.0}, "clip must be above 0"),
    ],
)
def test_settings_out_of_range_are_refused(more: dict[str, Any], words: str) -> None:
    x, y = drawn()
    with pytest.raises(ValueError, match=words):
        train(x, y, np.random.default_rng(0), **{"classes": 3, **more})


def test_shapes_are_checked() -> None:
    x, y = drawn()
    with pytest.raises(ValueError, match="need x"):
        train(x, y[1:], np.random.default_rng(0), classes=3)
    with pytest.raises(ValueError, match="rows that differ"):
        random_features(np.random.default_rng(0), np.ones((3, 2)))
