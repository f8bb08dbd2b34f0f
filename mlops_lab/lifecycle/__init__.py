"""The lifecycle: what changes between the lab and production, and how a model is shipped."""

from mlops_lab.lifecycle.conditions import brighter, brushed, smooth
from mlops_lab.lifecycle.linear import folded

__all__ = ["brighter", "brushed", "folded", "smooth"]
