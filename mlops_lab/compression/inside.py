"""What a full-int8 file computes inside, held against the affine scheme in the open."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.compression.net import KERNELS, Weights, convolve
from mlops_lab.compression.runtime import open_model
from mlops_lab.compression.scheme import Floats, Scheme, round_trip, symmetric

__all__ = ["activation_gaps"]


def activation_gaps(weights: Weights, model: bytes, image: ArrayLike) -> dict[str, int]:
    """Compare the integers of each rectified layer in the runtime with those of our own scheme.

    Each layer is computed from the runtime's integers of the layer before, with kernels rounded by
    `symmetric` and the file's own step and zero for what comes out. So a difference belongs to
    that layer alone: the runtime multiplies by a rounded factor where we divide by a step.

    Parameters
    ----------
    weights : folded weights, 8 arrays
    model : the full-int8 file made of them
    image : array of shape (height, width, 1)

    Returns
    -------
    mapping of layer -> largest difference in steps, for the three convolutions

    Raises
    ------
    ValueError
        For a file that does not take integers.
    """
    runner = open_model(model, keep_all=True)
    place = runner.get_input_details()[0]
    if place["dtype"] != np.int8:
        raise ValueError("only a full int8 file has integers inside; this one takes floats")
    source = _scheme(place)
    integers = source.quantize(np.asarray(image)[None])
    runner.set_tensor(place["index"], integers.astype(np.int8))
    runner.invoke()
    x, gaps = source.dequantize(integers), {}
    for i, (name, detail) in enumerate(zip(KERNELS, _rectified(runner), strict=False)):
        theirs, scheme = runner.get_tensor(detail["index"]).astype(int), _scheme(detail)
        ours = scheme.quantize(_layer(name, x, weights[2 * i], weights[2 * i + 1]))
        gaps[name] = int(np.abs(ours - theirs).max())
        x = scheme.dequantize(theirs)
    return gaps


def _layer(name: str, x: Floats, kernel: ArrayLike, offset: ArrayLike) -> NDArray[np.float32]:
    rounded = round_trip(kernel, symmetric(kernel, 8, KERNELS[name])).astype(np.float32)
    return np.maximum(np.asarray(convolve(name, x.astype(np.float32), rounded)) + offset, 0)


def _rectified(runner: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Find the outputs of the three rectified convolutions, in order; pooling has other names."""
    return [
        one
        for one in runner.get_tensor_details()
        if one["dtype"] == np.int8 and "Relu" in one["name"] and one["shape"][-1] in (16, 32)
    ]


def _scheme(detail: dict[str, Any]) -> Scheme:
    step, zero = detail["quantization"]
    return Scheme(np.array(step), np.array(zero), -128, 127)
