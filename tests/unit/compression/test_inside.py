"""Integers inside the real runtime against our own arithmetic."""

from typing import Any

import numpy as np
import pytest

from mlops_lab import compression as cp


@pytest.fixture(scope="module")
def file(net: Any, pictures: Any) -> bytes:
    return cp.convert(net, (12, 12), "full int8", pictures[0][:50])


def test_the_input_has_the_affine_scheme(file: bytes, pictures: Any) -> None:
    step, zero = cp.open_model(file).get_input_details()[0]["quantization"]
    scheme = cp.affine(pictures[0][:50])
    assert (step, zero) == pytest.approx((float(scheme.step), int(scheme.zero)), rel=1e-6)


def test_activations_are_within_one_step(net: Any, file: bytes, pictures: Any) -> None:
    for image in pictures[0][:5]:
        gaps = cp.activation_gaps(net, file, image)
        assert list(gaps) == ["conv", "depthwise", "pointwise"]
        assert max(gaps.values()) <= 1


def test_a_changed_layer_is_seen_and_no_other(net: Any, file: bytes, pictures: Any) -> None:
    other = [one.copy() for one in net]
    other[2] *= 1.2
    gaps = cp.activation_gaps(other, file, pictures[0][0])
    assert gaps["depthwise"] > 5
    assert max(gaps["conv"], gaps["pointwise"]) <= 1


def test_a_float_file_has_no_integers(net: Any) -> None:
    with pytest.raises(ValueError, match="takes floats"):
        cp.activation_gaps(net, cp.convert(net, (12, 12)), np.zeros((12, 12, 1)))
