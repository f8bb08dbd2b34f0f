"""Files by the real converter, against our own integers and the real runtime's."""

from typing import Any

import numpy as np
import pytest

from mlops_lab import compression as cp


def stored(file: bytes) -> dict[tuple[int, ...], Any]:
    return {ints.shape: (ints, steps) for ints, steps in cp.stored_kernels(file)}


def test_int8_weights_are_ours_exactly(net: Any, pictures: Any) -> None:
    found = stored(cp.convert(net, (12, 12), "full int8", pictures[0][:50]))
    assert len(found) == 4
    for kernel, axis in zip(net[::2], cp.KERNELS.values(), strict=True):
        scheme = cp.symmetric(kernel, 8, axis)
        ours = np.moveaxis(scheme.quantize(kernel), -1, 0)
        theirs, steps = found[ours.shape]
        assert (ours == theirs).all()
        assert steps == pytest.approx(scheme.step.reshape(-1), rel=1e-6)


def test_one_scale_a_kernel_is_ours_exactly(net: Any, pictures: Any) -> None:
    file = cp.convert(net, (12, 12), "full int8", pictures[0][:50], per_channel=False)
    found = stored(file)
    for kernel in net[::2]:
        scheme = cp.symmetric(kernel, 8)
        ours = np.moveaxis(scheme.quantize(kernel), -1, 0)
        theirs, steps = found[ours.shape]
        assert (ours == theirs).all()
        assert steps == pytest.approx([float(scheme.step)], rel=1e-6)


def test_int4_weights_are_ours_exactly(net: Any) -> None:
    file = cp.int4_file(cp.convert(net, (12, 12)), per_channel=False)
    found = stored(file)
    for at in (0, 4, 6):  # the quantizer leaves depthwise kernels alone
        ours = np.moveaxis(cp.symmetric(net[at], 4).quantize(net[at]), -1, 0)
        assert (ours == found[ours.shape][0]).all()


def test_sizes_fall_and_scores_agree(net: Any, pictures: Any) -> None:
    images = pictures[0]
    files = {form: cp.convert(net, (12, 12), form, images[:50]) for form in cp.FORMATS}
    assert len(files["float32"]) > len(files["float16"]) > len(files["full int8"])
    float_scores = np.asarray(cp.forward(net, images))
    assert cp.scores(files["float32"], images) == pytest.approx(float_scores, abs=1e-4)
    for form, least in (("float16", 0.98), ("dynamic int8", 0.97), ("full int8", 0.95)):
        assert cp.agreement(cp.scores(files[form], images), float_scores) >= least


def test_zeros_help_only_after_compression(net: Any) -> None:
    cut = [a * b for a, b in zip(net, cp.magnitude_masks(net, 0.9, least=100), strict=True)]
    dense, sparse = cp.convert(net, (12, 12)), cp.convert(cut, (12, 12))
    assert len(sparse) == pytest.approx(len(dense), rel=0.01)
    assert cp.compressed_bytes(sparse) < 0.7 * cp.compressed_bytes(dense)


def test_compression_repeats_and_can_be_undone() -> None:
    import gzip

    assert cp.compressed_bytes(b"a" * 1000) == cp.compressed_bytes(b"a" * 1000) < 40
    assert cp.compressed_bytes(b"") == len(gzip.compress(b"", mtime=0))


def test_refusals(raw: Any, net: Any) -> None:
    with pytest.raises(ValueError, match="form must be one of"):
        cp.convert(net, (12, 12), "int3")
    with pytest.raises(ValueError, match="call fold first"):
        cp.convert(raw, (12, 12))
    with pytest.raises(ValueError, match="NaN"):
        cp.convert([one * np.nan for one in net], (12, 12))
    for sample in (None, np.zeros((0, 12, 12, 1)), np.zeros((5, 9, 9, 1))):
        with pytest.raises(ValueError, match="needs a sample"):
            cp.convert(net, (12, 12), "full int8", sample)
