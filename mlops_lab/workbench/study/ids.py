"""Ids for the cells of a copy that has lost them, as older programs save it without."""

import json
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["has_ids", "restore_ids"]

_ALIKE = 0.5  # of two texts, for one to be a change of the other


def has_ids(path: Path) -> bool:
    """Say whether every cell of a notebook's file has an id."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        return all("id" in cell for cell in cells)
    except (KeyError, TypeError):  # a form from before there were any
        return False


def restore_ids(mine: "NotebookNode", base: "NotebookNode") -> None:
    """Give cells the ids of those that they were once, in place.

    Parameters
    ----------
    mine : NotebookNode
        The copy, whose ids say nothing.
    base : NotebookNode
        What it was made from. A cell that is the same, or stands where one was that it resembles,
        gets the id of that one; any other is a cell that was added.
    """
    old, new = ([(cell.cell_type, cell.source) for cell in nb.cells] for nb in (base, mine))
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind in ("equal", "replace"):
            for before, now in zip(base.cells[a:b], mine.cells[c:d], strict=False):
                if kind == "equal" or _is_change(before, now):
                    now["id"] = before["id"]


def _is_change(before: "NotebookNode", now: "NotebookNode") -> bool:
    if before.cell_type != now.cell_type:
        return False
    return SequenceMatcher(None, before.source, now.source, autojunk=False).ratio() > _ALIKE
