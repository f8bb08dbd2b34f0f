"""Fairness: applicants whose truth is known, rates by group, weights, and pictures of both."""

from mlops_lab.fairness.rates import MEASURES, gap, measure
from mlops_lab.fairness.remedies import reweigh
from mlops_lab.fairness.simulate import applicants, features

__all__ = ["MEASURES", "applicants", "features", "gap", "measure", "reweigh"]
