"""Dimensionality reduction: discriminants, projections, worlds whose truth is known."""

from mlops_lab.reduction.discriminant import COVARIANCES, Rule, discriminant
from mlops_lab.reduction.project import Projection, align, pca, pls
from mlops_lab.reduction.simulate import contrast, light, trunk

__all__ = [
    "COVARIANCES",
    "Projection",
    "Rule",
    "align",
    "contrast",
    "discriminant",
    "light",
    "pca",
    "pls",
    "trunk",
]
