"""Three versions of a notebook into one: what was given, what the learner made of it, the newest.

No text that the learner wrote is lost: it is in the merged notebook, as a cell or inside of one.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_lab.workbench.study.cells import (
    content,
    facts,
    kept_below,
    merged_metadata,
    names,
    signature,
    without_marks,
)
from mlops_lab.workbench.study.order import woven

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Merged", "merged", "same_text"]


@dataclass(frozen=True)
class Merged:
    """A merged notebook, and what came of which cells.

    Attributes
    ----------
    nb : NotebookNode
    brought : int
        Cells that are new or have a new text.
    below : tuple of str
        Ids of cells that both sides changed; the learner's text stands in a cell below.
    answers : tuple of str
        Grade ids of answers that were kept although the task has changed.
    asked : tuple of str
        Those of them whose task asks for other functions or parameters.
    """

    nb: "NotebookNode"
    brought: int
    below: tuple[str, ...]
    answers: tuple[str, ...]
    asked: tuple[str, ...]


def same_text(one: "NotebookNode", other: "NotebookNode") -> bool:
    """Tell whether two notebooks have the same cells, whatever was run in them."""
    return [(c.id, content(c), c.metadata) for c in one.cells] == [
        (c.id, content(c), c.metadata) for c in other.cells
    ]


def merged(base: "NotebookNode | None", mine: "NotebookNode", new: "NotebookNode") -> Merged:
    """Bring the newest version into a learner's notebook.

    Parameters
    ----------
    base : NotebookNode or None
        What the learner was given; None when that is not known any more, and then every
        difference counts as the learner's.
    mine : NotebookNode
        The learner's.
    new : NotebookNode
        What would be given now.

    Returns
    -------
    Merged
        All three notebooks are left as they are. Merging what came out again changes nothing,
        with either base.
    """
    was = {cell.id: cell for cell in base.cells} if base else {}
    now = {cell.id: cell for cell in new.cells}
    keys = names(mine.cells, {**now, **was})
    have = dict(zip(keys, mine.cells, strict=True))
    gone = [content(cell) for key, cell in was.items() if key not in now]
    sorting = _Sorting(_tasks(was) - _tasks(now), gone)
    made = {
        key: sorting.settle(key, was.get(key), have.get(key), now.get(key))
        for key in dict.fromkeys([*now, *keys])
    }
    order = woven(list(was), keys, list(now), {key for key, cells in made.items() if cells})
    nb = deepcopy(new)
    nb.cells = _once([cell for key in order for cell in made[key]])
    nb.metadata.clear()
    nb.metadata.update(merged_metadata(base.metadata if base else {}, mine.metadata, new.metadata))
    nb.nbformat_minor = max(mine.nbformat_minor, new.nbformat_minor)
    return Merged(
        nb, sorting.brought, tuple(sorting.below), tuple(sorting.answers), tuple(sorting.asked)
    )


def _tasks(cells: Mapping[str, "NotebookNode"]) -> set[str]:
    return {str(facts(cell)["grade_id"]) for cell in cells.values() if "grade_id" in facts(cell)}


def _once(cells: Sequence["NotebookNode"]) -> list["NotebookNode"]:
    """Return each cell an id of its own; a text that is kept already is not kept twice."""
    found: dict[str, NotebookNode] = {}
    for cell in cells:
        plain, number = cell.id[:50], 1
        while cell.id in found and content(found[cell.id]) != content(cell):
            number += 1
            cell.id = f"{plain}-{number}"
        found.setdefault(cell.id, cell)
    return list(found.values())


class _Sorting:
    """The rules for one cell, and the count of what they did."""

    def __init__(self, withdrawn_tasks: set[str], gone: Sequence[object]) -> None:
        self.withdrawn_tasks = withdrawn_tasks
        self.gone = gone
        self.brought = 0
        self.below: list[str] = []
        self.answers: list[str] = []
        self.asked: list[str] = []

    def settle(
        self,
        key: str,
        was: "NotebookNode | None",
        mine: "NotebookNode | None",
        now: "NotebookNode | None",
    ) -> list["NotebookNode"]:
        """Return cells that stand for one: usually one, none, or two when both sides changed."""
        if mine is None:
            return self.removed(was, now)
        if now is None:
            return self.withdrawn(was, mine)
        if content(mine) == content(now):
            return [_run(now, mine, was)]
        if was is not None and content(mine) == content(was):
            self.brought += 1
            return [_fresh(now)]
        if was is not None and content(now) == content(was):
            return [_written(mine, now, was)]
        if facts(now).get("solution"):
            self.note_answer(was, now)
            return [_written(mine, now, was)]
        self.brought += 1
        self.below.append(key)
        return [_fresh(now), kept_below(mine, key)]

    def removed(
        self, was: "NotebookNode | None", now: "NotebookNode | None"
    ) -> list["NotebookNode"]:
        """Leave what the learner removed out, except for cells that are graded."""
        if now is None or (was is not None and not facts(now)):
            return []
        self.brought += 1
        return [_fresh(now)]

    def withdrawn(self, was: "NotebookNode | None", mine: "NotebookNode") -> list["NotebookNode"]:
        """Keep what the learner wrote where the lesson has no such cell.

        An unchanged copy of a cell that is gone goes too: it would be taken for that cell the
        next time, when the one beside it is not there any more.
        """
        if was is None and content(mine) in self.gone:
            return []
        if was is None:
            gone = str(facts(mine).get("grade_id")) in self.withdrawn_tasks
            return [without_marks(mine) if gone else deepcopy(mine)]
        return [] if content(mine) == content(was) else [without_marks(mine)]

    def note_answer(self, was: "NotebookNode | None", now: "NotebookNode") -> None:
        """Name an answer that was kept though its task is another now."""
        if was is None:
            return  # what the task was is not known, so neither is whether it has changed
        name = str(facts(now).get("grade_id", now.id))
        self.answers.append(name)
        if signature(was.source) != signature(now.source):
            self.asked.append(name)


def _fresh(now: "NotebookNode") -> "NotebookNode":
    cell = deepcopy(now)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell


def _run(now: "NotebookNode", mine: "NotebookNode", was: "NotebookNode | None") -> "NotebookNode":
    """Take the newest cell of the same text with what came when the learner ran it."""
    cell = deepcopy(now)
    _set_metadata(cell, was, mine, now)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = deepcopy(mine.outputs), mine.execution_count
    return cell


def _written(
    mine: "NotebookNode", now: "NotebookNode", was: "NotebookNode | None"
) -> "NotebookNode":
    cell = deepcopy(mine)
    cell.id = now.id
    _set_metadata(cell, was, mine, now)
    return cell


def _set_metadata(
    cell: "NotebookNode", was: Mapping[str, "NotebookNode"] | None, mine: "NotebookNode",
    now: "NotebookNode",
) -> None:  # fmt: skip
    before = was["metadata"] if was else {}
    together = merged_metadata(before, mine.metadata, now.metadata)
    cell.metadata.clear()
    cell.metadata.update(together)
