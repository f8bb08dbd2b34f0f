"""The base of the errors that a user of the package may want to catch."""

__all__ = ["LabError"]


class LabError(Exception):
    """What was asked of the package cannot be done; the message says why, and what can be."""
