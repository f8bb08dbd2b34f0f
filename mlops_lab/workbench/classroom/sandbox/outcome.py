"""How a cell or a call ended."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["Failure", "Outcome", "State"]


class State(StrEnum):
    """How it ended; after all but the first two, the student process is gone, or may be."""

    OK = "ok"
    ERROR = "error"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    TOO_MUCH_OUTPUT = "too much output"
    KILLED = "killed"
    FORGED = "forged"


@dataclass(frozen=True)
class Failure:
    """What was raised. All of it is the student process's word: show it, rely on nothing.

    Attributes
    ----------
    kind : str
        Name of the error's type; ``SerializationError`` where a value could not be handed over.
    message : str
        What it says.
    trace : str
        The student's own lines of the traceback, and the error.
    kinds : tuple of str
        Which errors it is in truth, as ``module:name``, the nearest first: its type and those that
        this is built on, but for types of the student's own.
    """

    kind: str
    message: str
    trace: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a cell or a call ended.

    Attributes
    ----------
    state : State
        Whether there is a value.
    value : object
        What came back, of plain types only; None unless the state is ok.
    failure : Failure or None
        What went wrong; None where nothing did.
    changed : dict
        Arguments that the function changed in place, by position or name, as they are now.
    stdout, stderr : str
        What was printed meanwhile, up to the limit.
    """

    state: State
    value: Any = None
    failure: Failure | None = None
    changed: dict[int | str, Any] = field(default_factory=dict)
    stdout: str = ""
    stderr: str = ""

    @property
    def ok(self) -> bool:
        """Say whether it ended well."""
        return self.state is State.OK
