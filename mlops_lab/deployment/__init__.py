"""Deployment patterns: who decides, what a shadow can see, how large a canary has to be."""

from mlops_lab.deployment.automation import Shared, decide, mistakes, share_curve
from mlops_lab.deployment.canary import (
    Trial,
    canary_trials,
    dashboard_stops,
    end_stops,
    sprt_stops,
)
from mlops_lab.deployment.shadow import lot_rate

__all__ = [
    "Shared",
    "Trial",
    "canary_trials",
    "dashboard_stops",
    "decide",
    "end_stops",
    "lot_rate",
    "mistakes",
    "share_curve",
    "sprt_stops",
]
