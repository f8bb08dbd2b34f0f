"""Pictures of lessons on labels: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from mlops_lab.labeling.plots.arms import bands, curves, gains
from mlops_lab.labeling.plots.models import cleaned, learnt, teams
from mlops_lab.labeling.plots.people import boxes, doubt, levels, matches, pairs, rarity

__all__ = [
    "bands",
    "boxes",
    "cleaned",
    "curves",
    "doubt",
    "gains",
    "learnt",
    "levels",
    "matches",
    "pairs",
    "rarity",
    "teams",
]
