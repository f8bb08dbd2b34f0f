"""The points of a sweep in a file of comma-separated values."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.parameters import Parameter
from mlops_lab.workbench.runs.sweeps.points import MOST, Point
from mlops_lab.workbench.runs.values import resolve

__all__ = ["read_points"]


def read_points(known: Mapping[str, Parameter], file: Path) -> list[Point]:
    """Read points from a CSV file: the first row names parameters, each other row is a point.

    An empty field leaves the parameter at its default.

    Raises
    ------
    RefusedError
        When the file cannot be read, has no points or more than `MOST`, or a row has a value that
        is not allowed; it names the row.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            # With the names, and one more than is allowed.
            rows = list(islice(_numbered(lines), MOST + 2))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RefusedError(f"The points in {file} cannot be read: {error}.") from error
    if len(rows) < 2:
        raise RefusedError(
            f"{file} holds no points: its first row names parameters, each other row is a point."
        )
    if len(rows) > MOST + 1:
        raise RefusedError(f"{file} holds more than {MOST:,} points, which is the most of a sweep.")
    names = [name.strip() for name in rows[0][1]]
    _require_names(file, rows[0][0], names)
    if twice := {name for name in names if names.count(name) > 1}:
        raise RefusedError(f"{file} names {', '.join(sorted(twice))} twice in its first row.")
    return [_row(known, file, line, names, row) for line, row in rows[1:]]


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that holds something, with the line of the file at which it begins."""
    reader, before = csv.reader(lines), 0
    for row in reader:
        if any(field.strip() for field in row):
            yield before + 1, row
        before = reader.line_num


def _require_names(file: Path, line: int, names: Sequence[str]) -> None:
    for i, name in enumerate(names, 1):
        if not name:
            raise RefusedError(
                f"Column {i} of {file} has no name in line {line}. Name a parameter there, or "
                "remove the column."
            )
        for odd, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if odd in name:
                raise RefusedError(
                    f"{file} is separated by {word}: line {line} is {name!r}. Save it with commas "
                    "between the columns, and points in the numbers."
                )


def _row(
    known: Mapping[str, Parameter], file: Path, number: int, names: Sequence[str], row: list[str]
) -> Point:
    if len(row) != len(names):
        raise RefusedError(
            f"Row {number} of {file} has {len(row)} fields, its first row {len(names)}."
        )
    texts = [(name, field.strip()) for name, field in zip(names, row, strict=True) if field.strip()]
    try:
        return resolve(known, None, texts)
    except RefusedError as error:
        raise RefusedError(f"Row {number} of {file}: {error}") from error
