"""Feature selection: worlds with known truth, filters, importance and a control."""

from mlops_lab.selection.control import max_t
from mlops_lab.selection.filters import correlations, mrmr, pair_screen
from mlops_lab.selection.importance import auc, permuted
from mlops_lab.selection.simulate import correlated, group_of, noise, world

__all__ = [
    "auc",
    "correlated",
    "correlations",
    "group_of",
    "max_t",
    "mrmr",
    "noise",
    "pair_screen",
    "permuted",
    "world",
]
