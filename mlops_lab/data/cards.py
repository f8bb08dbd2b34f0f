"""What a data set says about itself: its card."""

import datetime as dt
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

__all__ = ["KINDS", "Array", "Bound", "Card", "Column", "File", "Kind", "Scalar"]

Kind = Literal["scikit-learn", "simulation", "public"]
KINDS: tuple[str, ...] = get_args(Kind)
Scalar: TypeAlias = str | int | float | bool
Bound: TypeAlias = float | dt.date

_WIDTH = 88
_KIND_NOTES = {
    "scikit-learn": "real data that scikit-learn ships",
    "simulation": "made by a script, with the truth beside it",
    "public": "real data, downloaded on first use",
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    A column with dates as bounds comes back from the loader as datetimes.
    """

    description: str
    unit: str | None = None
    low: Bound | None = None
    """Smallest value allowed, inclusive."""
    high: Bound | None = None
    """Largest value allowed, inclusive."""
    allowed: Mapping[Scalar, str] | None = None
    """Every value allowed and what it means ("" where it speaks for itself)."""
    missing: int = 0
    """How many values may be missing."""
    mean: float | None = None
    """The mean of the whole column: it finds alterations that stay within the range."""

    @property
    def dated(self) -> bool:
        """Whether the column holds dates, which its bounds tell."""
        return isinstance(self.low, dt.date) or isinstance(self.high, dt.date)


@dataclass(frozen=True)
class Array:
    """One array of a data set: its shape, type and range."""

    description: str
    shape: tuple[int, ...]
    dtype: str
    unit: str | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class File:
    """One file of a public data set, as it stands in the cache."""

    name: str
    url: str
    member: str | None = None
    """The file's name inside the zip archive at `url`; None: `url` is the file itself."""
    sha256: str | None = None
    """Of the bytes, for ``.gz`` of the decompressed bytes; None: not compared."""
    rows: int | None = None
    """Rows of a table that is spread over several files."""


@dataclass(frozen=True)
class Card:
    """What a data set is, where it is from, what is in it, and what is wrong with it.

    ``print(card)`` shows it as text.
    """

    name: str
    title: str
    kind: Kind
    origin: str
    licence: str
    rows: int
    columns: Mapping[str, Column]
    known_problems: tuple[str, ...]
    arrays: Mapping[str, Array] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    truth: Mapping[str, str] = field(default_factory=dict)
    script: str | None = None
    seed: int | None = None
    prose: str = ""

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def _lines(card: Card) -> Iterator[str]:
    yield f"{card.name}: {card.title}"
    yield ""
    yield f"kind     {card.kind} ({_KIND_NOTES[card.kind]})"
    yield from _wrap("origin   ", card.origin)
    yield from _wrap("licence  ", card.licence)
    yield f"rows     {card.rows:,}"
    if card.script is not None:
        yield f"script   {card.script}" + ("" if card.seed is None else f", seed {card.seed}")
    yield from _section("columns", {name: _column(c) for name, c in card.columns.items()})
    yield from _section("arrays", {name: _array(a) for name, a in card.arrays.items()})
    yield from _section("truth", card.truth)
    yield from _section("files", {f.name: _file(f) for f in card.files})
    yield from ("", "known problems")
    for problem in card.known_problems or ("none known",):
        yield from _wrap("  - ", problem)
    if card.prose:
        yield from ("", card.prose)


def _section(title: str, entries: Mapping[str, str]) -> Iterator[str]:
    if entries:
        yield from ("", title)
        width = min(max(map(len, entries)), 28)
        for name, text in entries.items():
            yield from _wrap(f"  {name:<{width}}  ", text)


def _wrap(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _column(column: Column) -> str:
    parts = [column.description]
    if column.unit is not None:
        parts.append(f"in {column.unit}")
    if column.allowed is not None:
        parts.append("one of " + ", ".join(_meanings(column.allowed)))
    parts.extend(_range(column.low, column.high))
    if column.missing:
        parts.append(f"{column.missing:,} missing")
    return "; ".join(parts)


def _meanings(values: Mapping[Scalar, str]) -> list[str]:
    return [f"{value} ({meaning})" if meaning else f"{value}" for value, meaning in values.items()]


def _array(array: Array) -> str:
    shape = " x ".join(f"{size:,}" for size in array.shape)
    unit = [] if array.unit is None else [f"in {array.unit}"]
    parts = [array.description, f"{shape}, {array.dtype}", *unit, *_range(array.low, array.high)]
    return "; ".join(parts)


def _range(low: Bound | None, high: Bound | None) -> list[str]:
    if low is None and high is None:
        return []
    if high is None:
        return [f"at least {low}"]
    return [f"at most {high}" if low is None else f"{low} to {high}"]


def _file(file: File) -> str:
    origin = file.url if file.member is None else f"{file.member} in {file.url}"
    return origin if file.sha256 is None else f"{origin}; sha256 {file.sha256}"
