"""Pictures of the lesson on baselines: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from mlops_lab.baselines.plots.by_share import covered, mix, promise
from mlops_lab.baselines.plots.compared import gains, glass, hours, people, rules, shift

__all__ = ["covered", "gains", "glass", "hours", "mix", "people", "promise", "rules", "shift"]
