"""Baselines: whether a score is good, how surely it is known, and what to work on next."""

from mlops_lab.baselines.metrics import coverage, f1_at, precision_at, resampled, wald, wilson
from mlops_lab.baselines.tags import split_gain, tag_table
from mlops_lab.baselines.work import ModelWork, model_work, suspects

__all__ = [
    "ModelWork",
    "coverage",
    "f1_at",
    "model_work",
    "precision_at",
    "resampled",
    "split_gain",
    "suspects",
    "tag_table",
    "wald",
    "wilson",
]
