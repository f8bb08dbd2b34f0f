"""Interpretability: Shapley values by counting, LIME, importance of groups, gradients, orders."""

from mlops_lab.interpretation.curves import draw_curves
from mlops_lab.interpretation.importance import shuffle_loss
from mlops_lab.interpretation.local import lime
from mlops_lab.interpretation.orders import COLUMNS, RULE, UNITS, load_orders, logs
from mlops_lab.interpretation.saliency import add_hint, preference_gradient, small_glyphs
from mlops_lab.interpretation.shapley import (
    MOST_COLUMNS,
    coalition_values,
    interventional,
    linear_shapley,
    shapley,
)

__all__ = [
    "COLUMNS",
    "MOST_COLUMNS",
    "RULE",
    "UNITS",
    "add_hint",
    "coalition_values",
    "draw_curves",
    "interventional",
    "lime",
    "linear_shapley",
    "load_orders",
    "logs",
    "preference_gradient",
    "shapley",
    "shuffle_loss",
    "small_glyphs",
]
