"""Read a card from the README.md of a data set: YAML front matter, then prose."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from mlops_lab.core import did_you_mean
from mlops_lab.data.cards import KINDS, Array, Bound, Card, Column, File, Kind, Scalar
from mlops_lab.data.errors import DataError

__all__ = ["read_card"]

T = TypeVar("T")

_KINDS_OF_VALUE = {
    str: "text",
    int: "a whole number",
    float: "a number (write 1.0e-3, not 1e-3)",
    list: "a list",
    dict: "a mapping",
}
_CARD_KEYS = [
    "title",
    "kind",
    "origin",
    "licence",
    "rows",
    "columns",
    "known_problems",
    "arrays",
    "files",
    "truth",
    "script",
    "seed",
]


@dataclass(frozen=True)
class _Part:
    """A mapping inside the front matter, and where it stands, so that errors can say so."""

    path: Path
    where: str
    entries: Mapping[str, object]

    def fault(self, key: str, said: str) -> DataError:
        return DataError(f"{self.path}, key `{self.where}{key}`: {said}.")


def read_card(path: Path) -> Card:
    """Read and check the card of one data set.

    Parameters
    ----------
    path : Path
        The ``README.md`` of a data set; its folder's name is the data set's name.

    Returns
    -------
    Card
        The front matter, with the text below it as `Card.prose`.

    Raises
    ------
    DataError
        The file cannot be read, has no front matter, or a key is missing, unknown or of the
        wrong type. The message names the file and the key.
    """
    front, prose = _split(path)
    part = _Part(path, "", front)
    _only(part, _CARD_KEYS)
    return Card(
        name=path.parent.name,
        title=_need(part, "title", str),
        kind=_kind(part),
        origin=_need(part, "origin", str),
        licence=_need(part, "licence", str),
        rows=_count(part, "rows"),
        columns={key: _column(inner) for key, inner in _parts(part, "columns", need=True)},
        known_problems=tuple(_texts(part, "known_problems")),
        arrays={key: _array(inner) for key, inner in _parts(part, "arrays")},
        files=_files(part),
        truth=_truth(part),
        script=_may(part, "script", str),
        seed=_may(part, "seed", int),
        prose=prose.strip(),
    )


def _split(path: Path) -> tuple[Mapping[str, object], str]:
    import yaml  # only cards need it

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The card {path} cannot be read: {error}.") from error
    head, front, prose = (*text.split("---\n", 2), "", "")[:3]
    if head or not front:
        raise DataError(f"The card {path} must begin with YAML between two lines of `---`.")
    try:
        parsed = yaml.safe_load(front)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise DataError(f"The front matter of {path} is not valid YAML: {said}.") from error
    return _mapping(_Part(path, "", {}), "front matter", parsed), prose


def _kind(part: _Part) -> Kind:
    kind = _need(part, "kind", str)
    if kind not in KINDS:
        raise part.fault("kind", f"must be one of {', '.join(KINDS)}, not {kind!r}")
    return cast(Kind, kind)


def _column(part: _Part) -> Column:
    _only(part, ("description", "unit", "low", "high", "values", "missing", "mean"))
    return Column(
        description=_need(part, "description", str),
        unit=_may(part, "unit", str),
        low=_bound(part, "low"),
        high=_bound(part, "high"),
        allowed=_values(part),
        missing=_count(part, "missing", least=0) if "missing" in part.entries else 0,
        mean=_may(part, "mean", float),
    )


def _array(part: _Part) -> Array:
    _only(part, ("description", "shape", "dtype", "unit", "low", "high"))
    shape = _need(part, "shape", list)
    if not shape or not all(isinstance(size, int) for size in shape):
        raise part.fault("shape", f"must be a list of whole numbers, not {shape!r}")
    return Array(
        description=_need(part, "description", str),
        shape=tuple(shape),
        dtype=_need(part, "dtype", str),
        unit=_may(part, "unit", str),
        low=_may(part, "low", float),
        high=_may(part, "high", float),
    )


def _files(part: _Part) -> tuple[File, ...]:
    if part.entries.get("kind") != "public":
        if "files" in part.entries:
            raise part.fault("files", "only a card of kind public has files to download")
        return ()
    entries = _need(part, "files", list)
    if not entries:
        raise part.fault("files", "must name at least one file to download")
    return tuple(
        _file(_Part(part.path, f"files[{i}].", _mapping(part, f"files[{i}]", entry)))
        for i, entry in enumerate(entries)
    )


def _file(part: _Part) -> File:
    _only(part, ("name", "url", "member", "sha256", "rows"))
    digest = _may(part, "sha256", str)
    if digest is not None and len(digest) != 64:
        raise part.fault("sha256", f"must have 64 hexadecimal digits, not {len(digest)}")
    return File(
        name=_need(part, "name", str),
        url=_need(part, "url", str),
        member=_may(part, "member", str),
        sha256=digest,
        rows=_count(part, "rows") if "rows" in part.entries else None,
    )


def _truth(part: _Part) -> Mapping[str, str]:
    tables = _may(part, "truth", dict) or {}
    inner = _Part(part.path, "truth.", _mapping(part, "truth", tables))
    return {name: _need(inner, name, str) for name in inner.entries}


def _values(part: _Part) -> Mapping[Scalar, str] | None:
    given = part.entries.get("values")
    if given is None:
        return None
    if isinstance(given, list) and given:
        return dict.fromkeys(given, "")
    if isinstance(given, dict) and given:
        return {value: str(meaning) for value, meaning in given.items()}
    raise part.fault("values", f"must be a list or a mapping value: meaning, not {given!r}")


def _bound(part: _Part, key: str) -> Bound | None:
    given = part.entries.get(key)
    return given if isinstance(given, dt.date) else _may(part, key, float)


def _texts(part: _Part, key: str) -> list[str]:
    given = _need(part, key, list)
    for entry in given:
        if not isinstance(entry, str):
            raise part.fault(key, f"must be a list of sentences (quote them), not {entry!r}")
    return given


def _parts(part: _Part, key: str, *, need: bool = False) -> list[tuple[str, _Part]]:
    if key not in part.entries and not need:
        return []
    outer = _mapping(part, key, _need(part, key, dict))
    return [
        (name, _Part(part.path, f"{key}.{name}.", _mapping(part, f"{key}.{name}", entry)))
        for name, entry in outer.items()
    ]


def _mapping(part: _Part, key: str, given: object) -> Mapping[str, object]:
    if not isinstance(given, dict):
        raise part.fault(key, f"must be a mapping, not {given!r}")
    for name in given:
        if not isinstance(name, str):
            raise part.fault(key, f"the name {name!r} must be text, so put it in quotes")
    return given


def _only(part: _Part, allowed: Iterable[str]) -> None:
    for key in part.entries:
        if key not in (known := list(allowed)):
            hint = did_you_mean(key, known, "; did you mean `{}`?")
            raise part.fault(key, f"is unknown{hint}; allowed are {', '.join(known)}")


def _count(part: _Part, key: str, least: int = 1) -> int:
    given = _need(part, key, int)
    if given < least:
        raise part.fault(key, f"must be at least {least}, not {given}")
    return given


def _need(part: _Part, key: str, kind: type[T]) -> T:
    given = _may(part, key, kind)
    if given is None:
        raise part.fault(key, f"is missing and must be {_KINDS_OF_VALUE[kind]}")
    return given


def _may(part: _Part, key: str, kind: type[T]) -> T | None:
    given = part.entries.get(key)
    if given is None:
        return None
    wanted = (int, float) if kind is float else kind
    # True is an int to Python, but never a count or a bound to the writer of a card.
    if not isinstance(given, wanted) or isinstance(given, bool):
        raise part.fault(key, f"must be {_KINDS_OF_VALUE[kind]}, not {given!r}")
    return cast(T, given)
