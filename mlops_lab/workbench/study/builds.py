"""What builds on what: from the lessons' own cards, or where these name none, from a table."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from mlops_lab.workbench.study.traces import read_cells

__all__ = ["builds_on"]

_ROW = re.compile(r"^\|\W*prerequisites\W*\|(.*)\|\s*$", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"\b\d+\.\d+\b")
# The cards of the first lessons ask for nothing, so that each can be taken alone; these are the
# threads that a reader of several can follow.
_THREADS = {
    "1.5": ("1.2",),  # what people's agreement says of the ceiling that a forecast is held against
    "2.6": ("1.5",),  # merging people's labels, then merging the votes of rules
    "2.7": ("2.6",),  # the comments
    "3.3": ("2.7",),  # the glyphs
    "3.5": ("2.7", "3.3"),  # a teacher that has seen augmented pictures; a smaller model, otherwise
    "4.1": ("1.2", "3.3"),  # limits and costs; the small model that is served
    "4.5": ("4.1",),  # what happens to a model that is in service
}


def builds_on(lessons: Mapping[str, Path]) -> dict[str, tuple[str, ...]]:
    """Tell for each lesson which others it builds on, of those that there are.

    Parameters
    ----------
    lessons : mapping of str to Path
        From `lesson_paths`.

    Returns
    -------
    dict of str to tuple of str
    """
    return {
        name: _known(_carded(path), lessons) or _known(_THREADS.get(name, ()), lessons)
        for name, path in lessons.items()
    }


def _known(names: Iterable[str], lessons: Mapping[str, Path]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name in lessons))


def _carded(path: Path) -> list[str]:
    cells, _ = read_cells(path)
    texts = (cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    rows = (match[1] for text in texts for match in _ROW.finditer(text))
    return _ID.findall(next(rows, ""))
