"""Cells of two versions of a notebook: which is which, what counts in them, how they differ."""

import ast
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "content",
    "facts",
    "kept_below",
    "merged_metadata",
    "names",
    "signature",
    "without_marks",
]


def facts(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return nbgrader's metadata of a cell; empty where it is not part of an assignment's tasks."""
    found = cell.get("metadata", {}).get("nbgrader", {})
    return found if isinstance(found, Mapping) else {}


def content(cell: Mapping[str, Any]) -> tuple[str, str, object]:
    """Return what somebody wrote: the kind of cell, its text and its attachments."""
    return cell["cell_type"], cell["source"], dict(cell.get("attachments") or {})


def names(cells: Sequence["NotebookNode"], known: Mapping[str, "NotebookNode"]) -> list[str]:
    """Tell which known cell each cell is.

    Parameters
    ----------
    cells : sequence of cells
        The learner's.
    known : mapping of str to cell
        Those that the learner was given or could have been given, by id.

    Returns
    -------
    list of str
        The id of the known cell: the same id, else the same grade_id, else the same content. For
        a cell that the learner added, its own id.
    """
    found: dict[int, str] = {i: c.id for i, c in enumerate(cells) if c.id in known}
    for same in (_grade_id, content):
        left = {key: one for key, one in known.items() if key not in found.values()}
        for index, cell in enumerate(cells):
            if index in found or not same(cell):
                continue
            match = next((key for key, one in left.items() if same(one) == same(cell)), None)
            if match is not None:
                found[index] = match
                del left[match]
    return [found.get(index, cell.id) for index, cell in enumerate(cells)]


def _grade_id(cell: Mapping[str, Any]) -> object:
    return facts(cell).get("grade_id")


def merged_metadata(
    base: Mapping[str, Any], mine: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Any]:
    """Merge metadata key by key: what the learner's side changed stays, unless both did.

    What nbgrader goes by is always the newest.

    Examples
    --------
    >>> merged_metadata({"a": 1, "b": 1}, {"a": 2, "b": 1, "c": 3}, {"a": 1, "b": 5})
    {'a': 2, 'b': 5, 'c': 3}
    """
    merged = {}
    for key in dict.fromkeys([*new, *mine]):
        ours = base.get(key)
        changed = key != "nbgrader" and mine.get(key) != ours and new.get(key) == ours
        side = mine if changed else new
        if key in side:
            merged[key] = deepcopy(side[key])
    return merged


def signature(source: str) -> list[str] | None:
    r"""List what a task asks to be defined: functions with their parameters, classes.

    Returns
    -------
    list of str or None
        None for text that is no Python.

    Examples
    --------
    >>> signature("def gain(before: float, after):\n    raise NotImplementedError()")
    ['gain(before, after)']
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            found.append(f"{node.name}({', '.join(one.arg for one in given)})")
        elif isinstance(node, ast.ClassDef):
            found.append(node.name)
    return found


def kept_below(cell: "NotebookNode", name: str) -> "NotebookNode":
    """Make a text cell that keeps what the learner had written in a cell that is now another.

    It is always the same for the same text, and runs nothing.
    """
    import nbformat  # slow to import

    kind, source, attachments = content(cell)
    text = source if kind == "markdown" else _fenced(source, "python" if kind == "code" else "")
    head = "**What you had written in the cell above, before the lesson changed:**"
    digest = sha256(f"{name}\n{source}".encode("utf-8", "replace")).hexdigest()
    made = nbformat.v4.new_markdown_cell(f"{head}\n\n{text}", id=f"kept-{digest[:16]}")
    if attachments:
        made.attachments = deepcopy(cell.attachments)
    return made


def _fenced(source: str, language: str) -> str:
    longest = max((len(run) for run in re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{source}\n{fence}"


def without_marks(cell: "NotebookNode") -> "NotebookNode":
    """Make a cell the learner's own: no part of an assignment, free to be edited and removed."""
    own = deepcopy(cell)
    for key in ("nbgrader", "deletable", "editable"):
        own.metadata.pop(key, None)
    return own
