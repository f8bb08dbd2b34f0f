"""Weak supervision: rules that vote, what their votes are worth, and what to make of them."""

from mlops_lab.weak_supervision.apply import VoteError, apply_columns, apply_rows
from mlops_lab.weak_supervision.copies import group, merge, residual_correlation
from mlops_lab.weak_supervision.label_model import LabelModel, fit_label_model
from mlops_lab.weak_supervision.simulate import simulate_votes
from mlops_lab.weak_supervision.votes import ABSTAIN, analyse, majority_vote

__all__ = [
    "ABSTAIN",
    "LabelModel",
    "VoteError",
    "analyse",
    "apply_columns",
    "apply_rows",
    "fit_label_model",
    "group",
    "majority_vote",
    "merge",
    "residual_correlation",
    "simulate_votes",
]
