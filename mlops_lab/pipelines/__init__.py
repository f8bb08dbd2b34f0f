"""Data pipelines: dirty rows, workers that are killed, late events, backfills, skewed features."""

from mlops_lab.pipelines.backfill import as_of, customers, today
from mlops_lab.pipelines.crash import DESIGNS, Restart, kill_everywhere
from mlops_lab.pipelines.late import Arrivals, arrivals, in_time
from mlops_lab.pipelines.parity import mismatches
from mlops_lab.pipelines.raw import DIRT, dirty
from mlops_lab.pipelines.skew import SLIPS, served, training

__all__ = [
    "DESIGNS",
    "DIRT",
    "SLIPS",
    "Arrivals",
    "Restart",
    "arrivals",
    "as_of",
    "customers",
    "dirty",
    "in_time",
    "kill_everywhere",
    "mismatches",
    "served",
    "today",
    "training",
]
