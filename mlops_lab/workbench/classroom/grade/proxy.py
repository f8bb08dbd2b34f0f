"""The student's functions and objects as tests see them: names here, code in another process."""

import builtins
import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from mlops_lab.workbench.classroom.grade.inplace import put_back
from mlops_lab.workbench.classroom.sandbox.bounds import Handle
from mlops_lab.workbench.classroom.sandbox.outcome import Failure, Outcome, State

__all__ = [
    "Ask", "GoneError", "Proxy", "error_of", "inside", "proxied", "value_of", "with_each",
]  # fmt: skip


_ROWS = 20_000  # calls in one message
_ASKED = {"__doc__", "__annotations__"}


class Ask(Protocol):
    """What a proxy asks its side for; see `Student` for what the parts are."""

    def map(self, target: Handle, rows: Any, *, path: str) -> Outcome:  # noqa: ANN401  of any type
        """Call once for each row."""

    def call(self, target: Handle, args: Any, kwargs: Any, *, path: str) -> Outcome:  # noqa: ANN401  of any type
        """Call."""

    def value(self, target: Handle, *, path: str) -> Outcome:
        """Give a value."""

    def now(self) -> "Ask":
        """Give what values belong to that come now."""


class GoneError(BaseException):
    """The student process gave no answer in its bounds; no test can go on, and none may catch it.

    Parameters
    ----------
    outcome : Outcome
        How it ended.
    """

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(str(outcome.state))
        self.outcome = outcome


class Proxy(Handle):
    """Something of the student's that stays in their process: a function, a class, an object.

    Calls go there, and so do attributes; values come back as plain data. What a function changes
    in its arguments is changed here too.
    """

    def __init__(self, number: int, name: str, ask: Ask, path: str = "") -> None:
        super().__init__(number, name)
        object.__setattr__(self, "_ask", ask)
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_methods", set())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  of any type
        """Call it in the student process."""
        handle, ask, path = inside(self)
        outcome = ask.call(handle, args, kwargs, path=path)
        value = value_of(outcome, ask)
        for key, new in outcome.changed.items():
            place = args[key] if isinstance(key, int) else kwargs[key]
            put_back(place, proxied(new, ask.now()))
        return value

    def __each__(self, rows: list[Any]) -> list[Any]:
        """Call it once for each row of arguments; see `mlops_lab.kit.map_rows`."""
        handle, ask, path = inside(self)
        found: list[Any] = []
        for first in range(0, len(rows), _ROWS):
            some = rows[first : first + _ROWS]
            found += value_of(ask.map(handle, some, path=path), ask)
        return found

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401  of any type
        """Give an attribute of the student's object: a plain value, or a method to call there."""
        # Python's own protocols are not asked of strangers; a proxy has words of its own, though.
        if name.startswith("__") and name not in _ASKED:
            return object.__getattribute__(self, name)
        handle, ask, path = inside(self)
        methods: set[str] = object.__getattribute__(self, "_methods")
        inner = f"{path}.{name}" if path else name
        if name not in methods:
            found = value_of(ask.value(handle, path=inner), ask)
            if not isinstance(found, Proxy):
                return found
            methods.add(name)
        return Proxy(handle.number, name, ask, inner)

    def __repr__(self) -> str:
        """Say that it is the student's."""
        return f"<{inside(self)[0].name or 'object'} of the student's>"

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """Be equal to itself only; what the student's class says of equality is not asked."""
        return self is other


def inside(proxy: Proxy) -> tuple[Handle, Ask, str]:
    """Give what is behind a proxy: its handle, what it asks, and its path from the handle."""
    mine = object.__getattribute__(proxy, "__dict__")
    return Handle(mine["number"], mine["name"]), mine["_ask"], mine["_path"]


def value_of(outcome: Outcome, ask: Ask) -> Any:  # noqa: ANN401  of any type
    """Give the value of an outcome, or raise as the student's code did.

    Raises
    ------
    GoneError
        The process is gone, or took too long.
    Exception
        Of the type that the student's code raised, as far as there is such a type here.
    """
    if outcome.state is State.OK:
        return proxied(outcome.value, ask.now())
    if outcome.state is State.ERROR and outcome.failure is not None:
        raise error_of(outcome.failure)
    raise GoneError(outcome)


def proxied(value: Any, ask: Ask) -> Any:  # noqa: ANN401  of any type
    """Put proxies in place of handles, inside of containers too."""
    return with_each(value, Handle, lambda one: Proxy(one.number, one.name, ask))


def with_each(value: Any, what: type, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401  of any type
    """Change each value of one type, inside of plain containers too."""
    kind = type(value)
    if kind is what:
        return change(value)
    if kind is dict:
        pairs = value.items()
        return {with_each(key, what, change): with_each(one, what, change) for key, one in pairs}
    if kind not in _CONTAINERS or not set(map(type, value)) & {what, *_CONTAINERS, dict}:
        return value
    return kind(with_each(one, what, change) for one in value)


_CONTAINERS = {list, tuple, set, frozenset}


def error_of(failure: Failure) -> Exception:
    """Build the error that the student's code raised, by the name of its type.

    The error has an attribute ``failure``. A type that is not known here is a RuntimeError.
    """
    name = failure.kind if re.fullmatch(r"[A-Za-z_]\w{0,99}", failure.kind) else "RuntimeError"
    found = getattr(builtins, name, None)
    kind = found if isinstance(found, type) and issubclass(found, Exception) else None
    for one in () if kind else _subclasses(Exception):
        if one.__name__ == name:
            kind = one
            break
    if kind and issubclass(kind, StopIteration | StopAsyncIteration):
        kind = RuntimeError  # a test's `all(map(...))` would end with it, without a word
    error: Exception
    try:
        error = (kind or RuntimeError)(failure.message)
    except Exception:  # noqa: BLE001  some types want more than a message
        error = RuntimeError(failure.message)
    error.failure = failure  # type: ignore[attr-defined]  # how a test's end knows whose error it is
    return error


def _subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    for one in kind.__subclasses__():
        yield one
        yield from _subclasses(one)
