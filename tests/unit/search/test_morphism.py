"""Wider nets compute what the narrow ones do; copies are found, and stay copies in training."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab.distillation import Nets, fit, logits
from mlops_lab.search import distinct_units, wider

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
ROWS = np.array([RNG.permutation(300)[:200] for _ in range(3)])


@pytest.fixture(scope="module")
def narrow() -> Nets:
    return fit(X, ROWS, Y[ROWS], classes=3, hidden=6, steps=60, seed=1, rate=0.02)


def outputs(nets: Nets) -> NDArray[np.float64]:
    """Return the logits of each member in double precision, as a sum over units."""
    first, inner, second, outer = (np.float64(w) for w in nets.weights)
    hidden = np.maximum(X.astype(np.float64) @ first + inner, 0)
    return np.asarray(np.einsum("mru,muc->mrc", hidden, second) + outer)


@pytest.mark.parametrize("copies", [True, False])
def test_the_function_is_kept(narrow: Nets, copies: bool) -> None:
    new = wider(narrow, 20, np.random.default_rng(0), copies=copies)
    assert [w.shape for w in new.weights] == [(3, 4, 20), (3, 1, 20), (3, 20, 3), (3, 1, 3)]
    np.testing.assert_allclose(outputs(new), outputs(narrow), atol=1e-5)
    np.testing.assert_allclose(logits(new, X), logits(narrow, X), atol=1e-4)


def test_copies_are_counted_and_new_units_are_not(narrow: Nets) -> None:
    rng = np.random.default_rng(0)
    assert distinct_units(narrow).tolist() == [6, 6, 6]
    assert distinct_units(wider(narrow, 20, rng)).tolist() == [6, 6, 6]
    assert distinct_units(wider(narrow, 20, rng, copies=False)).tolist() == [20, 20, 20]
    assert distinct_units(wider(narrow, 6, rng)).tolist() == [6, 6, 6]


def test_a_unit_scaled_is_a_copy_and_a_dead_one_is_a_copy_of_another() -> None:
    first = np.array([[[1.0, 2.0, -1.0, 0.0, 0.0]]], dtype=np.float32)
    zeros = np.zeros((1, 1, 5), dtype=np.float32)
    second = np.ones((1, 5, 2), dtype=np.float32)
    nets = Nets((first, zeros, second, np.zeros((1, 1, 2), dtype=np.float32)))
    assert distinct_units(nets).tolist() == [3]


def test_training_leaves_copies_alike(narrow: Nets) -> None:
    new = wider(narrow, 12, np.random.default_rng(0))
    on = fit(X, ROWS, Y[ROWS], classes=3, hidden=12, steps=50, seed=2, rate=0.02, start=new)
    assert distinct_units(on).tolist() == [6, 6, 6]
    assert np.abs(on.weights[0] - new.weights[0]).max() > 0.01


def test_noise_makes_every_copy_another_unit(narrow: Nets) -> None:
    new = wider(narrow, 20, np.random.default_rng(0), noise=0.1)
    assert distinct_units(new).tolist() == [20, 20, 20]
    np.testing.assert_array_equal(new.weights[0][:, :, :6], narrow.weights[0])
    exact = wider(narrow, 20, np.random.default_rng(0))
    moved = new.weights[0][:, :, 6:] - exact.weights[0][:, :, 6:]
    assert moved.std() == pytest.approx(0.1 * narrow.weights[0].std(), rel=0.15)
    assert 0.01 < np.abs(outputs(new) - outputs(narrow)).max() < 5
    with pytest.raises(ValueError, match="noise must be 0 or more; got -1"):
        wider(narrow, 20, np.random.default_rng(0), noise=-1)


def test_fewer_units_are_refused(narrow: Nets) -> None:
    with pytest.raises(ValueError, match="the nets have 6 units; wider nets need as many, got 5"):
        wider(narrow, 5, np.random.default_rng(0))
