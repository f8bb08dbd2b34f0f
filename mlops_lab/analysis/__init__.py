"""Model analysis: slices and their residuals, effects of a column, a rollout."""

from mlops_lab.analysis.effects import accumulated_effects, partial_dependence
from mlops_lab.analysis.simulate import FAULTS, rollout
from mlops_lab.analysis.slices import binned, residual_z, slices

__all__ = [
    "FAULTS",
    "accumulated_effects",
    "binned",
    "partial_dependence",
    "residual_z",
    "rollout",
    "slices",
]
