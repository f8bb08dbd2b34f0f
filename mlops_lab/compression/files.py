"""Models as LiteRT files, by the real converter and the real quantizer."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.compression.net import Weights, forward
from mlops_lab.compression.quiet import quiet
from mlops_lab.kit import extra

__all__ = ["FORMATS", "compressed_bytes", "convert", "int4_file"]

FORMATS = ("float32", "float16", "dynamic int8", "full int8", "int4 weights")
"""The forms of a file that `convert` writes."""


def convert(
    weights: Weights,
    shape: Sequence[int],
    form: str = "float32",
    sample: ArrayLike | None = None,
    *,
    per_channel: bool = True,
) -> bytes:
    """Write a folded net as a LiteRT file.

    Parameters
    ----------
    weights : folded weights, 8 arrays
    shape : (height, width) of its images
    form : one of `FORMATS`
    sample : array of shape (n, height, width, 1), n at least 1, or None
        Only for full int8, which needs it: the images on which activation ranges are measured.
    per_channel : bool
        Whether a quantized kernel has a scale for each output channel, or one in all.

    Raises
    ------
    ValueError
        For an unknown form, weights that are not folded or not finite, and a missing, empty or
        misshapen sample.
    """
    _check(weights, shape, form, sample)
    if form == "int4 weights":
        return int4_file(convert(weights, shape), per_channel=per_channel)
    with quiet():
        return _converted(weights, tuple(shape), form, sample, per_channel)


def int4_file(model: bytes, *, per_channel: bool) -> bytes:
    """Quantize the kernels of a float LiteRT file to 4 bits, symmetric; activations stay float.

    Kernels are kept as integers and turned back into floats when the model runs.
    """
    with extra("compress"):
        from ai_edge_quantizer import quantizer, recipe_manager
        from ai_edge_quantizer.qtyping import QuantGranularity, TFLOperationName

    grain = QuantGranularity.CHANNELWISE if per_channel else QuantGranularity.TENSORWISE
    recipe = recipe_manager.RecipeManager()
    recipe.add_weight_only_config(
        regex=".*", operation_name=TFLOperationName.ALL_SUPPORTED, num_bits=4, granularity=grain
    )
    with quiet():
        worker = quantizer.Quantizer(bytearray(model))
        worker.load_quantization_recipe(recipe.get_quantization_recipe())
        return bytes(worker.quantize().quantized_model)


def compressed_bytes(model: bytes) -> int:
    """Return the size of a file after gzip at its strongest, in bytes: what a download costs."""
    return len(gzip.compress(model, compresslevel=9, mtime=0))


def _converted(
    weights: Weights,
    shape: tuple[int, ...],
    form: str,
    sample: ArrayLike | None,
    per_channel: bool,
) -> bytes:
    import tensorflow as tf

    spec = tf.TensorSpec((1, *shape, 1), tf.float32)
    graph = tf.function(lambda x: forward(weights, x)).get_concrete_function(spec)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([graph], tf.Module())
    converter._experimental_disable_per_channel = not per_channel
    converter._experimental_disable_per_channel_quantization_for_dense_layers = not per_channel
    if form != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if form == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if form == "full int8":
        converter.representative_dataset = _representative(np.asarray(sample, np.float32))
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    model: bytes = converter.convert()
    return model


def _representative(sample: NDArray[np.float32]) -> Callable[[], Any]:
    return lambda: ([one[None]] for one in sample)


def _check(weights: Weights, shape: Sequence[int], form: str, sample: ArrayLike | None) -> None:
    if form not in FORMATS:
        raise ValueError(f"form must be one of {', '.join(FORMATS)}; got {form!r}")
    if len(weights) != 8:
        raise ValueError(f"need folded weights, 8 arrays; got {len(weights)}: call fold first")
    if not all(np.isfinite(one).all() for one in weights):
        raise ValueError("weights must be finite; the net has NaN or infinity in it")
    if form == "full int8":
        found = np.asarray([] if sample is None else sample)
        if found.ndim != 4 or found.shape[1:] != (*shape, 1) or not len(found):
            raise ValueError(
                "full int8 needs a sample of images to measure activation ranges on, "
                f"shape (n, {shape[0]}, {shape[1]}, 1); got {found.shape}"
            )
