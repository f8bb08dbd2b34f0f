"""The student's functions and objects as tests see them: names here, code in another process."""

from collections.abc import Callable
from typing import Any, Protocol

from mlops_lab.workbench.classroom.grade.errors import UncaughtError, error_of
from mlops_lab.workbench.classroom.grade.inplace import put_back
from mlops_lab.workbench.classroom.sandbox.bounds import Fields, Handle
from mlops_lab.workbench.classroom.sandbox.outcome import Failure, Outcome, State

__all__ = [
    "Ask", "GoneError", "Proxy", "UncaughtError", "error_of", "inside", "proxied", "value_of",
    "with_each",
]  # fmt: skip


_ROWS = 20_000  # calls in one message
_ASKED = {"__doc__", "__annotations__"}


class Ask(Protocol):
    """What a proxy asks its side for; see `Student` for what the parts are."""

    def map(self, target: Handle, rows: Any, *, path: str) -> Outcome:  # noqa: ANN401  of any type
        """Call once for each row."""

    def call(
        self,
        target: Handle,
        args: Any,  # noqa: ANN401  of any type
        kwargs: Any,  # noqa: ANN401  of any type
        *,
        path: str,
        changes: bool,
    ) -> Outcome:
        """Call; tell which arguments have changed, where `changes` asks for it."""

    def value(self, target: Handle, *, path: str) -> Outcome:
        """Return a value."""

    def now(self) -> "Ask":
        """Return what values belong to that come now."""


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

    Calls go there, and so do attributes; values come back as plain data. The function gets copies
    of its arguments; what it changes in them is changed here too for `mlops_lab.kit.in_place` only.

    Parameters
    ----------
    number : int
        As of a handle.
    name : str
        What it is called.
    ask : Ask
        What answers for the student process.
    path : str
        Attributes to follow from the handle.
    origin : str
        How the test came to it, such as ``Account().deposit``; the name by default.
    """

    def __init__(
        self, number: int, name: str, ask: Ask, path: str = "", *, origin: str = ""
    ) -> None:
        super().__init__(number, name)
        object.__setattr__(self, "_ask", ask)
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_methods", set())
        object.__setattr__(self, "_origin", origin or name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  of any type
        """Call it in the student process."""
        return _called(self, args, kwargs, in_place=False)

    def __in_place__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401  of any type
        """Call it, and change the arguments as it does; see `mlops_lab.kit.in_place`."""
        return _called(self, args, kwargs, in_place=True)

    def __each__(self, rows: list[Any]) -> list[Any]:
        """Call it once for each row of arguments; see `mlops_lab.kit.map_rows`."""
        handle, ask, path = inside(self)
        origin = f"{_origin(self)}()"
        found: list[Any] = []
        for first in range(0, len(rows), _ROWS):
            some = rows[first : first + _ROWS]
            outcome = ask.map(handle, some, path=path)
            many = value_of(outcome, ask, origin)
            if type(many) is not list or len(many) != len(some):
                told = f"{len(some)} calls that gave no list of {len(some)} values"
                raise GoneError(Outcome(State.FORGED, failure=Failure("FORGED", told)))
            for one in many:
                _note(ask, origin, one)
            found += many
        return found

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401  of any type
        """Return an attribute of the student's object: a plain value, or a method to call there."""
        # Python's own protocols are not asked of strangers; a proxy has words of its own, though.
        if name.startswith("__") and name not in _ASKED:
            return object.__getattribute__(self, name)
        handle, ask, path = inside(self)
        methods: set[str] = object.__getattribute__(self, "_methods")
        inner = f"{path}.{name}" if path else name
        if name not in methods:
            origin = f"{_origin(self)}.{name}"
            found = value_of(ask.value(handle, path=inner), ask, origin)
            if not isinstance(found, Proxy):
                _note(ask, origin, found)
                return found
            methods.add(name)
        return Proxy(handle.number, name, ask, inner, origin=f"{_origin(self)}.{name}")

    def __repr__(self) -> str:
        """Say that it is the student's."""
        return f"<{inside(self)[0].name or 'object'} of the student's>"

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """Be equal to itself only; what the student's class says of equality is not asked."""
        return self is other


def inside(proxy: Proxy) -> tuple[Handle, Ask, str]:
    """Return what is behind a proxy: its handle, what it asks, and its path from the handle."""
    mine = object.__getattribute__(proxy, "__dict__")
    return Handle(mine["number"], mine["name"]), mine["_ask"], mine["_path"]


def _origin(proxy: Proxy) -> str:
    found: str = object.__getattribute__(proxy, "__dict__")["_origin"]
    return found


def _called(proxy: Proxy, args: tuple[Any, ...], kwargs: dict[str, Any], *, in_place: bool) -> Any:  # noqa: ANN401  of any type
    handle, ask, path = inside(proxy)
    origin = f"{_origin(proxy)}()"
    works = getattr(ask, "works_in_place", None)
    in_place = in_place or (works is not None and works(origin))
    outcome = ask.call(handle, args, kwargs, path=path, changes=in_place)
    if outcome.state is State.ERROR:
        _note(ask, origin, outcome)
    value = value_of(outcome, ask, origin)
    _note(ask, origin, value)
    if in_place and outcome.changed and works is not None:
        ask.changed(origin)  # type: ignore[attr-defined]  # who has the one has the other
    for key, new in outcome.changed.items() if in_place else ():
        place = args[key] if isinstance(key, int) else kwargs[key]
        put_back(place, proxied(new, ask.now()))
    return value


def _note(ask: Ask, origin: str, value: Any) -> None:  # noqa: ANN401  of any type
    """Have what came looked at, by who asks, where anybody does."""
    note = getattr(ask, "note", None)
    if note is not None:
        note(origin, value)


def value_of(outcome: Outcome, ask: Ask, origin: str = "") -> Any:  # noqa: ANN401  of any type
    """Return the value of an outcome, or raise as the student's code did.

    Raises
    ------
    GoneError
        The process is gone, or took too long.
    UncaughtError
        What came is no value, or no error, that a test could wait for.
    Exception
        Of the type that the student's code raised, as far as there is such a type here.
    """
    if outcome.state is State.OK:
        return proxied(outcome.value, ask.now(), origin)
    if outcome.state is State.ERROR and outcome.failure is not None:
        raise error_of(outcome.failure)
    raise GoneError(outcome)


def proxied(value: Any, ask: Ask, origin: str = "") -> Any:  # noqa: ANN401  of any type
    """Put proxies in place of handles, inside of containers too."""
    return with_each(value, Handle, lambda one: Proxy(one.number, one.name, ask, origin=origin))


def with_each(value: Any, what: type, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401  of any type
    """Change each value of one type, inside of plain containers too."""
    kind = type(value)
    if kind is what:
        return change(value)
    if kind is dict or kind is Fields:
        pairs = value.items()
        return kind(
            (with_each(key, what, change), with_each(one, what, change)) for key, one in pairs
        )
    if kind not in _CONTAINERS or not set(map(type, value)) & {what, *_CONTAINERS, dict, Fields}:
        return value
    return kind(with_each(one, what, change) for one in value)


_CONTAINERS = {list, tuple, set, frozenset}
