"""What builds on what: each lesson's card says so, and the map follows."""

import re
from collections.abc import Mapping
from pathlib import Path

from mlops_lab.workbench.study.notebook_state import read_cells

__all__ = ["PREREQUISITES", "builds_on"]

PREREQUISITES = re.compile(r"^\|\W*prerequisites\W*\|(.*)\|\s*$", re.IGNORECASE | re.MULTILINE)
"""The row of a lesson's card that names the lessons it builds on, by their ids."""
_ID = re.compile(r"\b\d+\.\d+\b")


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
        name: tuple(dict.fromkeys(one for one in _carded(path) if one in lessons))
        for name, path in lessons.items()
    }


def _carded(path: Path) -> list[str]:
    cells, _ = read_cells(path)
    texts = (cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    rows = (match[1] for text in texts for match in PREREQUISITES.finditer(text))
    return _ID.findall(next(rows, ""))
