"""Experiment tracking: what a result was made from, a server of runs, and the luck of the best."""

from mlops_lab.tracking.luck import best_of, corrected, simulate, tied
from mlops_lab.tracking.record import (
    Commit,
    code_hash,
    commit,
    data_hash,
    environment,
    git,
    missing,
)
from mlops_lab.tracking.rest import Client
from mlops_lab.tracking.server import TrackingServer, start

__all__ = [
    "Client",
    "Commit",
    "TrackingServer",
    "best_of",
    "code_hash",
    "commit",
    "corrected",
    "data_hash",
    "environment",
    "git",
    "missing",
    "simulate",
    "start",
    "tied",
]
