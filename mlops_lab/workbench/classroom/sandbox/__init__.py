"""Run code of strangers: in a process of its own, shut in, in plain data only."""

from mlops_lab.workbench.classroom.sandbox.bounds import (
    Bounds,
    CrossingError,
    ForgedError,
    Handle,
    Limits,
)
from mlops_lab.workbench.classroom.sandbox.outcome import Failure, Outcome, State
from mlops_lab.workbench.classroom.sandbox.probe import Layer, probe
from mlops_lab.workbench.classroom.sandbox.sandbox import Sandbox, SandboxError
from mlops_lab.workbench.classroom.sandbox.student import Student

__all__ = [
    "Bounds",
    "CrossingError",
    "Failure",
    "ForgedError",
    "Handle",
    "Layer",
    "Limits",
    "Outcome",
    "Sandbox",
    "SandboxError",
    "State",
    "Student",
    "probe",
]
