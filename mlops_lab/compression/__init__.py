"""Smaller models: quantization and pruning."""

from mlops_lab.compression.files import FORMATS, compressed_bytes, convert, int4_file
from mlops_lab.compression.inside import activation_gaps
from mlops_lab.compression.net import KERNELS, Weights, first_weights, fold, forward
from mlops_lab.compression.prune import magnitude_mask, magnitude_masks, sparsity_at
from mlops_lab.compression.quiet import quiet
from mlops_lab.compression.runtime import agreement, latency, open_model, scores, stored_kernels
from mlops_lab.compression.scheme import Scheme, affine, round_trip, symmetric
from mlops_lab.compression.training import Trainer, batches, rounding

__all__ = [
    "FORMATS",
    "KERNELS",
    "Scheme",
    "Trainer",
    "Weights",
    "activation_gaps",
    "affine",
    "agreement",
    "batches",
    "compressed_bytes",
    "convert",
    "first_weights",
    "fold",
    "forward",
    "int4_file",
    "latency",
    "magnitude_mask",
    "magnitude_masks",
    "open_model",
    "quiet",
    "round_trip",
    "rounding",
    "scores",
    "sparsity_at",
    "stored_kernels",
    "symmetric",
]
