"""Read a table as a spreadsheet saves it."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mlops_lab.workbench.classroom.mark.cells import unguarded
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["table_rows"]


def table_rows(
    file: Path, needed: Sequence[str], also: Sequence[str] = (), *, made_by: str = ""
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table, each with its number as a spreadsheet counts: the header is 1.

    Parameters
    ----------
    file : Path
        Commas, semicolons or tabs; as UTF-8, UTF-16 or in Windows' encoding.
    needed, also : sequence of str
        Columns that have to be there, and those that may; others are left aside.
    made_by : str
        The sentence for an empty file on where such a one comes from.

    Raises
    ------
    RefusedError
        For a file that cannot be read, is empty, or has a needed column not once.
    """
    try:
        text = _decoded(file.read_bytes())
    except OSError as error:
        raise RefusedError(f"{file} cannot be read: {error.strerror}.") from error
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        found = [(n, cells) for n, cells in enumerate(reader, 1) if any(map(str.strip, cells))]
    except csv.Error as error:
        raise RefusedError(f"{file}, line {reader.line_num}: {error}.") from error
    if not found:
        raise RefusedError(f"{file} is empty. {made_by}".strip())
    at = _columns(found[0][1], file, needed, also)
    for number, cells in found[1:]:
        yield number, {name: _cell(cells, place) for name, place in at.items()}


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # as Excel's plain CSV is


def _columns(
    header: Sequence[str], file: Path, needed: Sequence[str], also: Sequence[str]
) -> Mapping[str, int]:
    names = [" ".join(cell.casefold().split()) for cell in header]
    lacking = [name for name in needed if name not in names]
    twice = [name for name in needed if names.count(name) > 1]
    if lacking or twice:
        told = f"no column {lacking[0]!r}" if lacking else f"more than one column {twice[0]!r}"
        raise RefusedError(
            f"{file} has {told}: it has {', '.join(map(repr, header))}. Each of these is needed "
            f"once: {', '.join(needed)}."
        )
    return {name: names.index(name) for name in (*needed, *also) if name in names}


def _cell(cells: Sequence[str], place: int) -> str:
    text = cells[place] if place < len(cells) else ""
    return unguarded("\n".join(text.split("\r\n"))).strip()
