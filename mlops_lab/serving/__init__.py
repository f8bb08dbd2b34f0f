"""Serving: a model server in its own process, its releases, its load tests."""

from mlops_lab.serving.folder import save_model
from mlops_lab.serving.load import closed_loop, open_loop
from mlops_lab.serving.logistic import logistic_file
from mlops_lab.serving.process import Server, start
from mlops_lab.serving.queueing import cost_per_million, md1_latency, mm1_latency, play
from mlops_lab.serving.results import LoadResult, schedule
from mlops_lab.serving.routes import Canary, Choice, Route, Shadow, Single, choose, parse_route
from mlops_lab.serving.sequential import (
    Release,
    Verdict,
    always_valid,
    peeking,
    simulate_release,
    sprt,
)
from mlops_lab.serving.virtual import run_virtual

__all__ = [
    "Canary",
    "Choice",
    "LoadResult",
    "Release",
    "Route",
    "Server",
    "Shadow",
    "Single",
    "Verdict",
    "always_valid",
    "choose",
    "closed_loop",
    "cost_per_million",
    "logistic_file",
    "md1_latency",
    "mm1_latency",
    "open_loop",
    "parse_route",
    "peeking",
    "play",
    "run_virtual",
    "save_model",
    "schedule",
    "simulate_release",
    "sprt",
    "start",
]
