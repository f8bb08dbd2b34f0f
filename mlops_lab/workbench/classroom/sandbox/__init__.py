"""Run code of strangers: in a process of its own, shut in, in plain data only."""

from mlops_lab.workbench.classroom.sandbox.bounds import (
    Bounds,
    Handle,
    Limits,
    ProtocolError,
    SerializationError,
)
from mlops_lab.workbench.classroom.sandbox.outcome import Failure, Outcome, State
from mlops_lab.workbench.classroom.sandbox.probe import Layer, probe
from mlops_lab.workbench.classroom.sandbox.sandbox import Sandbox, SandboxError
from mlops_lab.workbench.classroom.sandbox.student import Student

__all__ = [
    "Bounds",
    "Failure",
    "Handle",
    "Layer",
    "Limits",
    "Outcome",
    "ProtocolError",
    "Sandbox",
    "SandboxError",
    "SerializationError",
    "State",
    "Student",
    "probe",
]
