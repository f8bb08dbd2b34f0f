"""The ways a command ends without what was asked."""

from mlops_lab.core import LabError

__all__ = ["KernelError", "RefusedError", "UnfinishedError"]


class RefusedError(LabError, ValueError):
    """What was asked for cannot be run as asked; the message says what can."""


class KernelError(LabError, RuntimeError):
    """The Python kernel did not start."""


class UnfinishedError(LabError, RuntimeError):
    """Runs that the result rests on did not come to their end, so there is none."""
