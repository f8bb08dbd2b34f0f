"""Read the cells of a notebook that may be damaged, within bounds, without running anything.

Plain JSON is enough: nbformat refuses what an honest student's broken file still tells.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Cell", "LenientNotebook", "UnreadableError", "lenient_read"]

MOST_BYTES = 32 * 2**20
MOST_BRACKETS = 400_000
MOST_COMMAS = 4_000_000
MOST_CELLS = 2_000
MOST_DEPTH = 60
_MARKERS = {"<<<<<<<": 1, "|||||||": 2, "=======": 3, ">>>>>>>": 0}
_SIDES = {"first": 1, "second": 3}
# All but commas, where a text may lack its end; or a comma after which nothing comes.
_COMMA = re.compile(r'((?:[^",]++|"(?:[^"\\]++|\\.)*+"?)++)|,(?=\s*+[\]},])', re.DOTALL)


class UnreadableError(ValueError):
    """A file from which no answer can be read; the message is one sentence for people."""


@dataclass(frozen=True)
class Cell:
    """What counts in a cell of a submission.

    Attributes
    ----------
    kind : str
        ``"code"``, ``"markdown"``, ``"raw"`` or what else the file says.
    source : str
        Its text.
    grade_id : str
        From nbgrader's metadata; empty without.
    id : str
        The cell's id; empty before nbformat 4.5.
    parts : int
        Of how many cells it was put together.
    """

    kind: str
    source: str
    grade_id: str = ""
    id: str = ""
    parts: int = 1


@dataclass(frozen=True)
class LenientNotebook:
    """The cells of a file, what its metadata says of the course, and what was wrong with it.

    `others` are the cells of the other side, where git's merge markers left two.
    """

    cells: tuple[Cell, ...]
    assignment: str = ""
    release: int | None = None
    notes: tuple[str, ...] = ()
    others: tuple[Cell, ...] = ()


def lenient_read(content: bytes) -> LenientNotebook:
    """Read what can be read of a notebook file.

    Parameters
    ----------
    content : bytes
        nbformat 3 to 4.5, with or without BOM, in UTF-8, UTF-16 or Windows' encoding. Of a file
        with git's merge markers both sides are read, of one that is cut off the whole cells.

    Returns
    -------
    LenientNotebook
        With a note for each liberty that was taken.

    Raises
    ------
    UnreadableError
        For an empty file, one that is no notebook, and one past the bounds.
    """
    _bounded(content)
    text, notes = _decoded(content)
    document, other, told = _parsed(text)
    if _deep(document) or _deep(other):
        raise UnreadableError(f"The file is nested more than {MOST_DEPTH} levels deep.")
    if not isinstance(document, dict):
        raise UnreadableError("The file is JSON but no notebook.")
    raw = list(_cells(document))
    others = list(_cells(other))[:MOST_CELLS] if isinstance(other, dict) else []
    if len(raw) > MOST_CELLS:
        raise UnreadableError(f"The file has {len(raw):,} cells; {MOST_CELLS:,} are read at most.")
    if not raw:
        raise UnreadableError("The file has no cells, so it is no notebook or an empty one.")
    ours = _inside(document, "metadata", "mlops_lab")
    number = ours.get("release")
    return LenientNotebook(
        cells=tuple(_cell(each) for each in raw),
        assignment=_text(ours.get("assignment", ours.get("lesson"))),
        release=number if type(number) is int else None,
        notes=(*notes, *told),
        others=tuple(_cell(each) for each in others),
    )


def _bounded(content: bytes) -> None:
    if not content.strip():
        raise UnreadableError("The file is empty.")
    if len(content) > MOST_BYTES:
        raise UnreadableError(f"The file is larger than {MOST_BYTES // 2**20} MB.")
    # Each of these would take far more memory than it takes bytes.
    brackets, commas = content.count(b"[") + content.count(b"{"), content.count(b",")
    if brackets > MOST_BRACKETS or commas > MOST_COMMAS:
        raise UnreadableError("The file is made of too many small pieces to be a notebook.")
    if content.startswith(b"PK\x03\x04"):
        raise UnreadableError("The file is a zip archive, not a notebook.")


def _decoded(content: bytes) -> tuple[str, list[str]]:
    encoding = json.detect_encoding(content)
    notes = [] if encoding == "utf-8" else [f"The file is in {encoding}, not plain UTF-8."]
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text, notes = content.decode("cp1252", "replace"), ["The file is not in UTF-8."]
    return text.removeprefix("\ufeff"), notes


def _parsed(text: str) -> tuple[object, object, list[str]]:
    """Return the document, the other side of a merge where there is one, and what was wrong."""
    if (whole := _json(text)) is not None:
        return whole, None, []
    if text.startswith("<<<<<<<") or "\n<<<<<<<" in text:
        both = {name: _json(_side(text, side)) for name, side in _SIDES.items()}
        sides = [name for name, side in both.items() if side is not None]
        if not sides:
            told = "The file holds git's merge markers, and neither side is a notebook."
            raise UnreadableError(told)
        told = f"The file holds git's merge markers; the {sides[0]} side was read."
        return both[sides[0]], both[sides[-1]] if sides[1:] else None, [told]
    if (whole := _json(_COMMA.sub(r"\1", text))) is not None:
        return whole, None, ["The file has a comma too many, and was read without it."]
    cells = list(_whole_cells(text))
    if cells:
        told = f"The file is cut off or damaged; the {len(cells)} whole cells before were read."
        return {"cells": cells}, None, [told]
    raise UnreadableError("The file is not JSON, so it is no notebook, or it was cut off early.")


def _json(text: str) -> object:
    try:
        return json.loads(text, strict=False)  # tabs and line ends within texts too
    except RecursionError as error:
        raise UnreadableError(f"The file is nested more than {MOST_DEPTH} levels deep.") from error
    except ValueError:  # also a number of too many digits
        return None


def _side(text: str, side: int) -> str:
    """Keep one side of each conflict; one pass, as the text may be hostile."""
    kept, part = [], 0
    for line in text.splitlines(keepends=True):
        if line[:7] in _MARKERS:
            part = _MARKERS[line[:7]]
        elif part in (0, side):
            kept.append(line)
    return "".join(kept)


def _whole_cells(text: str) -> Iterator[object]:
    """Yield the cells of a file that ends, or breaks, in the middle."""
    start = re.search(r'"cells"\s*:\s*\[', text)
    at, decoder = (start.end() if start else len(text)), json.JSONDecoder(strict=False)
    while gap := re.compile(r"[\s,]*(?=\{)").match(text, at):
        try:
            cell, at = decoder.raw_decode(text, gap.end())
        except (ValueError, RecursionError):
            return
        yield cell


def _deep(document: object) -> bool:
    level = [document]
    for _ in range(MOST_DEPTH):
        level = [child for each in level for child in _children(each)]
        if not level:
            return False
    return True


def _children(value: object) -> list[object]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [each for each in inside if isinstance(each, dict | list)]


def _cells(document: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    sheets = document.get("worksheets")  # nbformat 3
    holders = [document, *(sheets if isinstance(sheets, list) else [])]
    for holder in holders:
        found = holder.get("cells") if isinstance(holder, dict) else None
        yield from (c for c in (found if isinstance(found, list) else []) if isinstance(c, dict))


def _cell(raw: Mapping[str, object]) -> Cell:
    source = raw.get("source", raw.get("input"))
    return Cell(
        kind=_text(raw.get("cell_type")),
        source=_text(source),
        grade_id=_text(_inside(raw, "metadata", "nbgrader").get("grade_id")),
        id=_text(raw.get("id")),
    )


def _inside(value: object, *keys: str) -> Mapping[str, object]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """Read text or a list of lines; lone surrogates would break every later step."""
    if isinstance(value, list):
        lines = [each for each in value if isinstance(each, str)]
        # Some programs leave the ends of lines out.
        bare = lines == value and not any("\n" in each for each in lines)
        value = ("\n" if bare else "").join(lines)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
