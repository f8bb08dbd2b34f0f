"""Distributed training: worker processes, networks side by side, simulated time, and pictures."""

from mlops_lab.distributed.clock import failures, ring_seconds, step_times, young
from mlops_lab.distributed.jobs import accuracy, load, loss_and_gradient, move, network, save
from mlops_lab.distributed.nets import Nets, Weights
from mlops_lab.distributed.outcomes import Outcome, WorkerError
from mlops_lab.distributed.pool import Pool

__all__ = [
    "Nets",
    "Outcome",
    "Pool",
    "Weights",
    "WorkerError",
    "accuracy",
    "failures",
    "load",
    "loss_and_gradient",
    "move",
    "network",
    "ring_seconds",
    "save",
    "step_times",
    "young",
]
