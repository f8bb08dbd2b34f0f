"""Data validation: faults with their truth, statistics of a batch, limits, skew and samples."""

from mlops_lab.validation.faults import KINDS, Fault, damage
from mlops_lab.validation.limits import Limits, fit_limits
from mlops_lab.validation.reference import Reference
from mlops_lab.validation.sample import unique_share, weighted_mean
from mlops_lab.validation.skew import changed, feature_skew, linf, seen_before

__all__ = [
    "KINDS",
    "Fault",
    "Limits",
    "Reference",
    "changed",
    "damage",
    "feature_skew",
    "fit_limits",
    "linf",
    "seen_before",
    "unique_share",
    "weighted_mean",
]
