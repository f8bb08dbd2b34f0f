"""Which version answers a request: one, one with a shadow, or a canary beside the old.

Pure policy without clock, network or state, so that it can be tested by arithmetic. Blue-green is
two `Single` routes, one after the other.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

__all__ = [
    "Canary",
    "Choice",
    "Route",
    "Shadow",
    "Single",
    "choose",
    "document_of",
    "parse_route",
    "place",
]


@dataclass(frozen=True)
class Single:
    """All requests go to one version, a whole number from 1."""

    version: int

    def __post_init__(self) -> None:
        _check_version("version", self.version)


@dataclass(frozen=True)
class Shadow:
    """All requests go to one version; another is asked the same, and nobody sees its answer."""

    version: int
    shadow: int

    def __post_init__(self) -> None:
        _check_version("version", self.version)
        _check_other("shadow", self.shadow, self.version)


@dataclass(frozen=True)
class Canary:
    """A share of the keys, 0 to 1, goes to the canary, the rest to the version before it."""

    version: int
    canary: int
    share: float

    def __post_init__(self) -> None:
        _check_version("version", self.version)
        _check_other("canary", self.canary, self.version)
        number = isinstance(self.share, int | float) and not isinstance(self.share, bool)
        if not number or not 0 <= self.share <= 1:  # NaN is refused too
            raise ValueError(f"share must be a number from 0 to 1; got {self.share!r}")


Route = Single | Shadow | Canary
"""Which versions of a model answer: one, one with a shadow, or two by share."""
_KINDS: dict[str, type[Single] | type[Shadow] | type[Canary]] = {
    "single": Single,
    "shadow": Shadow,
    "canary": Canary,
}


class Choice(NamedTuple):
    """The version that answers, and the one that is asked in its shadow, if any."""

    version: int
    shadow: int | None = None


def parse_route(document: object) -> Route:
    """Read a route from its JSON form.

    Parameters
    ----------
    document : mapping
        ``{"kind": "single", "version": 1}``, ``{"kind": "shadow", "version": 1, "shadow": 2}`` or
        ``{"kind": "canary", "version": 1, "canary": 2, "share": 0.1}``, and nothing else.

    Raises
    ------
    ValueError
        Naming the field that is wrong, missing or unknown, and what was allowed.

    Examples
    --------
    >>> parse_route({"kind": "canary", "version": 1, "canary": 2, "share": 0.1})
    Canary(version=1, canary=2, share=0.1)
    """
    if not isinstance(document, Mapping):
        raise ValueError(f"a route is an object with a kind; got {_short(document)}")
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(f"kind must be one of {', '.join(_KINDS)}; got {_short(kind)}")
    wanted = list(_KINDS[kind].__dataclass_fields__)
    for field in wanted:
        if field not in document:
            needs = ", ".join(wanted)
            raise ValueError(f"{field} is missing; a route of kind {kind} needs {needs}")
    for field in document:
        if field not in ("kind", *wanted):
            needs = ", ".join(wanted)
            raise ValueError(f"{_short(field)} is no field of a {kind} route; it takes {needs}")
    made: Route = _KINDS[kind](**{field: document[field] for field in wanted})
    return made


def document_of(route: Route) -> dict[str, Any]:
    """Return the JSON form of a route, which `parse_route` reads."""
    kind = next(name for name, kind in _KINDS.items() if isinstance(route, kind))
    return {"kind": kind, **asdict(route)}


def choose(route: Route, key: str) -> Choice:
    """Tell which version answers the requests of one key, and which shadows it.

    Parameters
    ----------
    route : Single, Shadow or Canary
    key : str
        Whoever must not flip between versions from one request to the next: a user, a session.
        The same key always gets the same answer, with no memory, on every server. Raising a
        canary's share keeps every key that was already in it.

    Examples
    --------
    >>> choose(Shadow(version=1, shadow=2), "ada")
    Choice(version=1, shadow=2)
    """
    if isinstance(route, Shadow):
        return Choice(route.version, route.shadow)
    if isinstance(route, Canary) and place(key, route.version, route.canary) < route.share:
        return Choice(route.canary)
    return Choice(route.version)


def place(key: str, version: int, canary: int) -> float:
    """Return a key's place in a release: at least 0, below 1, uniform over keys.

    Each pair of versions orders the keys anew, or the same users would meet every canary first.
    The place has 53 random bits of BLAKE2b, so no pattern in the keys shows in it.
    """
    text = f"{version}:{canary}:{key}".encode("utf-8", "surrogatepass")
    return (int.from_bytes(blake2b(text, digest_size=8).digest()) >> 11) / 2**53


def _check_version(field: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{field} must be a whole number from 1; got {_short(value)}")


def _check_other(field: str, value: object, version: int) -> None:
    _check_version(field, value)
    if value == version:
        raise ValueError(f"{field} must be another version than {version}, which is the first")


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
