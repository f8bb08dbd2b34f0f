"""Text out of a roster's file, whatever wrote it, and the rows in it that are a table."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["Row", "decoded", "footers", "table"]

Row = tuple[int, list[str]]
"""A row's number in the file, and its cells."""

_SEPARATOR = re.compile(r"\s*\"?sep=(.)\"?[,;\t]*\r?\n", re.IGNORECASE)
_CAPITAL = "[À-ÖØ-ÞŠŒŽŸ]"
_ODD = re.compile(rf"[^\W\d_]{_CAPITAL}[a-zß-ÿ]|[a-zß-ÿ]{_CAPITAL}|[^\x00-\x7f]{{3}}")
_MOST_ABOVE = 10
_TOTALS = frozenset("average count gesamt mean students sum summe total totals".split())  # noqa: SIM905


def decoded(content: bytes, file: Path, encoding: str | None = None) -> tuple[str, list[str]]:
    """Decode a file, and say what to look at where its encoding is a guess.

    Raises
    ------
    RefusedError
        Where nothing says what the encoding is, and names come out as no names are written.
    """
    if encoding is not None:
        return _as_told(content, file, encoding), []
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), []
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if odd := next((word for word in re.findall(r"[^\s,;\"]+", text) if _is_nonsense(word)), None):
        raise RefusedError(
            f"{file} is not in UTF-8, and read as Latin-1 it has {odd!r} in it. Save it as UTF-8, "
            "or say what it is: --encoding mac_roman, cp1250, cp1251, cp437, ..."
        )
    told = "The file is not in UTF-8; it was read as Latin-1. Look at names with accents"
    accents = [word for word in re.findall(r"[^\s,;\"]+", text) if not word.isascii()]
    return text, [f"{told}, such as {', '.join(accents[:3])}."]


def _as_told(content: bytes, file: Path, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise RefusedError(
            f"There is no encoding {encoding!r}; cp1250 and mac_roman are two that there are."
        ) from None
    except UnicodeDecodeError as error:
        raise RefusedError(f"{file} is not in {encoding}: {error.reason}.") from error


def _is_nonsense(word: str) -> bool:
    """Tell whether a word has what names have not, as of another encoding.

    A sign among letters, a capital with an accent beside a small letter, three accents in a row.
    """
    strange = [char for char in word if not char.isascii()]
    return not all(map(str.isalpha, strange)) or _ODD.search(word) is not None


def table(
    text: str, file: Path, is_header: Callable[[Sequence[str]], bool]
) -> tuple[list[Row], list[str]]:
    """Find a table in a text: its header first, without titles above it and empty rows.

    Parameters
    ----------
    text : str
        CSV with commas, semicolons or tabs, or with what its first line ``sep=`` says.
    file : Path
        What to call it in a refusal.
    is_header : callable
        Tells a header; the first of the first rows that is one begins the table.

    Returns
    -------
    list of Row
        Header and rows.
    list of str
        What was left out, as sentences.

    Raises
    ------
    RefusedError
        For text that is empty or no CSV.
    """
    said = _SEPARATOR.match(text)
    rows = _rows(text, file, said[1] if said else None)
    for place, (_, row) in enumerate(rows[: _MOST_ABOVE + 1]):
        if is_header(row):
            above = [next(filter(str.strip, one)).strip() for _, one in rows[:place]]
            told = f"Left out above the header: {'; '.join(above)}."
            return rows[place:], [told] if above else []
    return rows, []


def _rows(text: str, file: Path, mark: str | None) -> list[Row]:
    if mark is None:
        mark = max(",;\t", key=lambda one: _most(text, one))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise RefusedError(f"{file}, row {reader.line_num}: {error}.") from error
    if rows and rows[0][1][0].strip().lower().startswith("sep="):
        rows = rows[1:]
    if not rows:
        raise RefusedError(f"{file} is empty; it takes a header such as id,name,email.")
    return rows


def _most(text: str, mark: str) -> tuple[int, int]:
    """Count the first lines that have a separator, and how often they have it."""
    first = text.strip().splitlines()[: _MOST_ABOVE + 1]
    return sum(mark in line for line in first), sum(line.count(mark) for line in first)


def footers(rows: Sequence[Row]) -> int:
    """Count the rows at the end that are no students: totals, and remarks in a single cell."""
    count = 0
    for _, row in reversed(rows[1:]):
        cells = [cell.strip() for cell in row if cell.strip()]
        first = cells[0].rstrip(":").casefold()
        total = first in _TOTALS and not any(any(map(str.isalpha, cell)) for cell in cells[1:])
        alone = len(cells) == 1 and len(rows[0][1]) > 1 and bool(row[0].strip())
        remark = alone and re.search(r"[\s:]", cells[0]) is not None
        if not total and not remark:
            break
        count += 1
    return count
