"""Sweeps: one notebook at many points, in one table that can be continued."""

from mlops_lab.workbench.runs.sweeps.points import grid, random_points
from mlops_lab.workbench.runs.sweeps.points_file import read_points
from mlops_lab.workbench.runs.sweeps.sweep import Progress, sweep
from mlops_lab.workbench.runs.sweeps.table import results

__all__ = ["Progress", "grid", "random_points", "read_points", "results", "sweep"]
