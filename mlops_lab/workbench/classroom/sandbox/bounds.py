"""How much a student process may use, say and hand in, and the errors of what crosses."""

from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["Bounds", "Fields", "Handle", "Limits", "ProtocolError", "SerializationError", "Value"]


Value: TypeAlias = Any
"""Of any type: it comes from, or goes to, code that we do not know."""


@dataclass(frozen=True)
class Bounds:
    """How large one message may be.

    Attributes
    ----------
    depth : int
        Containers within containers.
    nodes : int
        Values in all; an array, or a list of numbers only, is one.
    size : int
        Bytes of arrays and texts.
    digits : int
        Hexadecimal digits of an integer; with more, Python would not print it.
    """

    depth: int = 64
    nodes: int = 500_000
    size: int = 64 * 2**20
    digits: int = 3_500


@dataclass(frozen=True)
class Limits:
    """What a student process may use.

    Attributes
    ----------
    seconds : float
        Of processor time for one cell or one call, where the call does not say otherwise; ten times
        as much may pass on the wall clock.
    cpu : int
        Seconds of processor time of one process, in all.
    memory : int
        Bytes, of all its processes together, beyond what the imported libraries take.
    processes : int
        Processes and threads at once.
    files : int
        Open files of one process.
    file_size : int
        Bytes of the largest file it may write.
    tmp : int
        Bytes of all files in its ``/tmp``.
    output : int
        Bytes to standard output, and as many to standard error, in all.
    callbacks : int
        How often it may call the grader's functions during one call.
    """

    seconds: float = 10.0
    cpu: int = 300
    memory: int = 2**30
    processes: int = 64
    files: int = 256
    file_size: int = 64 * 2**20
    tmp: int = 128 * 2**20
    output: int = 2**20
    callbacks: int = 10_000


@dataclass(frozen=True)
class Handle:
    """What stays in the student process, and can be called there.

    Attributes
    ----------
    number : int
        Its place in the student's list.
    name : str
        What it calls itself; nothing to rely on.
    """

    number: int
    name: str = ""


class Fields(dict[Value, Value]):
    """A dictionary whose values are attributes too, as some libraries give their results."""

    def __getattr__(self, name: str) -> Value:
        """Return the value of a key."""
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class SerializationError(Exception):
    """A value cannot be handed over; the message names its type and its place.

    It is no ValueError: where a test waits for one of those, this is none.

    Parameters
    ----------
    why : str
        The sentence after the place.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.steps: list[str] = []

    def at(self, step: str) -> "SerializationError":
        """Note that it happened inside ``[step]`` of what is being handed over."""
        self.steps.append(step if step.startswith(".") else f"[{step}]")
        return self

    def __str__(self) -> str:
        """Return the place, from the outside in, and the sentence."""
        steps = self.steps[::-1]
        shown = steps if len(steps) <= 8 else [*steps[:4], "...", *steps[-3:]]
        return f"{''.join(shown)}: {self.why}" if steps else self.why


class ProtocolError(Exception):
    """What came is nothing that our side of the student process would have said."""
