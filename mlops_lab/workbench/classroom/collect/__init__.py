"""Collect what students handed in."""

from mlops_lab.workbench.classroom.collect.collect import Collected, collect
from mlops_lab.workbench.classroom.collect.counts import current

__all__ = ["Collected", "collect", "current"]
