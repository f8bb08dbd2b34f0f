"""What a reply of a student process may be, and what is said of its end."""

import signal

from mlops_lab.workbench.classroom.sandbox.bounds import Handle, Limits, ProtocolError, Value
from mlops_lab.workbench.classroom.sandbox.outcome import Failure, Outcome, State

__all__ = ["SOFT", "address", "ending", "failure_of", "over", "plain", "texts_only", "why"]

_SAID = 20_000  # characters of an error that are kept
_KINDS, _KIND = 100, 300  # kinds of an error, and characters of each
SOFT = {"_OutOfTimeError": State.TIMED_OUT, "MemoryError": State.OUT_OF_MEMORY}


def address(target: str | Handle, path: str) -> dict[str, Value]:
    """Return the part of a request that says what is meant."""
    name = target.number if isinstance(target, Handle) else target
    return {"target": name, "path": path.split(".") if path else []}


def texts_only(kwargs: dict[Value, Value]) -> bool:
    """Say whether all names of arguments are texts."""
    return all(type(key) is str for key in kwargs)


def why(state: State, limits: Limits, seconds: float = 0.0) -> str:
    """Name the limit that was passed; `seconds` is what was allowed this time.

    Examples
    --------
    >>> why(State.TOO_MUCH_OUTPUT, Limits())
    'it printed more than 1 MB'
    """
    return {
        State.TIMED_OUT: f"it did not end within {seconds:g} seconds",
        State.OUT_OF_MEMORY: f"it took more than {_size(limits.memory)} of memory",
        State.TOO_MUCH_OUTPUT: f"it printed more than {_size(limits.output)}",
        State.KILLED: "its process ended",
    }[state]


def _size(number: int) -> str:
    mega = number / 2**20
    return f"{mega:g} MB" if mega >= 1 else f"{number / 1000:g} kB"


def over(state: State, why: str, out: str = "", err: str = "") -> Outcome:
    """Return the outcome of a process that is gone."""
    return Outcome(state, failure=Failure(str(state), why), stdout=out, stderr=err)


def ending(code: Value, limits: Limits) -> tuple[State, str]:
    """Return state and the sentence for what the watcher said of an end; None if it said nothing.

    Parameters
    ----------
    code : object
        Exit code, negative for a signal, or what it took too much of: memory or sessions.
    limits : Limits
        What was allowed.
    """
    if code == "memory":
        return State.OUT_OF_MEMORY, why(State.OUT_OF_MEMORY, limits)
    if code == "sessions":
        return State.KILLED, "it started too many processes with sessions of their own"
    if code is None:
        return State.KILLED, "it closed its line"
    if code == -signal.SIGXCPU:
        return State.TIMED_OUT, f"it used {limits.cpu} seconds of processor time"
    if code == -signal.SIGXFSZ:
        return State.KILLED, f"it wrote a file of more than {_size(limits.file_size)}"
    how = f"by signal {-code}" if code < 0 else f"with code {code}"
    return State.KILLED, f"its process ended {how}"


def failure_of(error: Value) -> Failure:
    """Return an error that was told; raises ProtocolError where none was."""
    names = ("type", "message", "trace")
    if type(error) is not dict or any(type(error.get(one)) is not str for one in names):
        raise ProtocolError("an error that is none")
    kinds = error.get("kinds", [])
    if type(kinds) is not list or len(kinds) > _KINDS or any(type(one) is not str for one in kinds):
        raise ProtocolError("an error of no kind")
    kind, message, trace = (plain(error[one])[:_SAID] for one in names)
    return Failure(kind, message, trace, tuple(one[:_KIND] for one in kinds))


def plain(text: str) -> str:
    """Leave out what a terminal or a file may not take."""
    text = text.encode("utf-8", "replace").decode()
    return "".join(one for one in text if one >= " " or one in "\n\t")
