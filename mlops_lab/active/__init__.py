"""Active learning: which examples to label next, and what that does to the numbers."""

from mlops_lab.active.choose import (
    Choose,
    at_random,
    by_doubt,
    doubt_then_spread,
    with_far,
    with_random,
)
from mlops_lab.active.doubt import entropy, least_confident, margin
from mlops_lab.active.loop import History, label
from mlops_lab.active.simulate import two_frauds
from mlops_lab.active.spread import farthest_first

__all__ = [
    "Choose",
    "History",
    "at_random",
    "by_doubt",
    "doubt_then_spread",
    "entropy",
    "farthest_first",
    "label",
    "least_confident",
    "margin",
    "two_frauds",
    "with_far",
    "with_random",
]
