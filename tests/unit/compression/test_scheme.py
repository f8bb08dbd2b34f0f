"""The affine scheme: arithmetic by hand, the bound, and inputs that make no sense."""

import numpy as np
import pytest

from mlops_lab import compression as cp


def test_symmetric_by_hand() -> None:
    scheme = cp.symmetric([-2.54, 1.0], bits=8)
    assert scheme.step == pytest.approx(2.54 / 127)
    assert scheme.quantize([-2.54, 1.0, 0.0, 99.0]).tolist() == [-127, 50, 0, 127]


def test_affine_by_hand() -> None:
    scheme = cp.affine([-1.0, 2.0], bits=2)  # three steps of 1, from -2 to 1
    assert (float(scheme.step), int(scheme.zero)) == (1.0, -1)
    assert scheme.quantize([-1.0, 0.0, 0.9, 2.0, 5.0]).tolist() == [-2, -1, 0, 1, 1]
    assert scheme.dequantize([-2, -1, 0, 1]).tolist() == [-1.0, 0.0, 1.0, 2.0]


def test_affine_stretches_to_hold_zero() -> None:
    scheme = cp.affine([3.0, 5.1])
    assert float(scheme.low) == 0.0
    assert float(scheme.step) == pytest.approx(5.1 / 255)


@pytest.mark.parametrize("bits", [2, 3, 4, 8, 16])
@pytest.mark.parametrize("fit", [cp.symmetric, cp.affine])
def test_zero_is_exact_and_half_a_step_holds(fit: object, bits: int) -> None:
    assert callable(fit)
    values = np.random.default_rng(bits).normal(0.3, 2, 5000)
    scheme = fit(values, bits)
    assert cp.round_trip([0.0], scheme).tolist() == [0.0]
    inside = values[(values >= scheme.low) & (values <= scheme.high)]
    assert np.abs(cp.round_trip(inside, scheme) - inside).max() <= scheme.step / 2 * (1 + 1e-9)


def test_nearest_grid_value_by_brute_force() -> None:
    values = np.random.default_rng(4).normal(size=300)
    scheme = cp.affine(values, bits=4)
    grid = scheme.step * (np.arange(-8, 8) - scheme.zero)
    nearest = np.abs(values[:, None] - grid).min(axis=1)
    assert np.abs(cp.round_trip(values, scheme) - values) == pytest.approx(nearest)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_a_step_a_channel_is_each_channel_alone(axis: int) -> None:
    values = np.random.default_rng(1).normal(size=(3, 4)) * [1, 10, 100, 1000]
    whole = cp.round_trip(values, cp.symmetric(values, 4, axis))
    for found, alone in zip(np.moveaxis(whole, axis, 0), np.moveaxis(values, axis, 0), strict=True):
        assert found == pytest.approx(cp.round_trip(alone, cp.symmetric(alone, 4)))


def test_constants_come_back() -> None:
    for value in (0.0, 7.3, -7.3):
        for scheme in (cp.symmetric([value] * 3), cp.affine([value] * 3)):
            assert cp.round_trip([value], scheme) == pytest.approx([value])


def test_empty_quantizes_to_empty() -> None:
    assert cp.round_trip([], cp.symmetric([1.0])).shape == (0,)


@pytest.mark.parametrize("fit", [cp.symmetric, cp.affine])
def test_refusals(fit: object) -> None:
    assert callable(fit)
    with pytest.raises(ValueError, match="at least one value"):
        fit([])
    with pytest.raises(ValueError, match=r"finite.*nan"):
        fit([1.0, np.nan])
    with pytest.raises(ValueError, match="2 to 16; got 1"):
        fit([1.0], bits=1)
    with pytest.raises(ValueError, match="axis"):
        fit([[1.0]], 8, 2)
    with pytest.raises(ValueError, match="finite"):
        fit([1.0]).quantize([np.inf])
