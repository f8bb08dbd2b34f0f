"""What the tasks of an assignment are called: the headings above them."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from nbformat import NotebookNode

    _Tokens = Sequence[Mapping[str, Any]]

__all__ = ["notebook_title", "titles"]

_POINTS = re.compile(r"\s*[(\[]\s*\d+(?:[.,]\d+)?\s*(?:points?|pts?)\.?\s*[)\]]\s*$", re.IGNORECASE)


def titles(nb: "NotebookNode") -> dict[str, str]:
    r"""Name each graded cell by the last heading of level 2 above it.

    Parameters
    ----------
    nb : NotebookNode
        The student version, from `read_student`. What stands in cells that students write is no
        heading of the assignment and is not looked at; a task cell's own heading is.

    Returns
    -------
    dict of str to str
        By grade_id, in the notebook's order; plain text without the points in brackets at its
        end. The grade_id itself where there is no heading.

    Examples
    --------
    >>> import nbformat
    >>> graded = {"nbgrader": {"grade_id": "add-test", "grade": True, "points": 2}}
    >>> cells = [nbformat.v4.new_markdown_cell("## Task 1: `add` (2 points)\nAdd two numbers."),
    ...          nbformat.v4.new_code_cell("assert add(1, 2) == 3", metadata=graded)]
    >>> titles(nbformat.v4.new_notebook(cells=cells))
    {'add-test': 'Task 1: add'}
    """
    found: dict[str, str] = {}
    title = ""
    for cell in nb.cells:
        facts = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and not facts.get("solution"):
            title = next(reversed(_headings(cell.source, 2)), title)
        if facts.get("grade") or facts.get("task"):
            name = str(facts.get("grade_id", ""))
            found[name] = title or name
    return found


def notebook_title(nb: "NotebookNode") -> str:
    """Return the first heading of level 1 as plain text; empty without one."""
    texts = (cell.source for cell in nb.cells if cell.cell_type == "markdown")
    return next((title for text in texts for title in _headings(text, 1)), "")


def _headings(source: str, level: int) -> list[str]:
    """List the headings of one level in a markdown text; a # in a block of code is none."""
    import mistune

    tokens = cast("_Tokens", mistune.create_markdown(renderer=None)(source))
    found = (one for one in tokens if one["type"] == "heading" and one["attrs"]["level"] == level)
    plain = (" ".join(_text(one["children"]).split()) for one in found)
    return [title for text in plain if (title := _POINTS.sub("", text))]


def _text(tokens: "_Tokens") -> str:
    """Leave out emphasis, links and the like, and keep the words."""
    inner = (each.get("raw") or _text(each.get("children", ())) or " " for each in tokens)
    return "".join(inner)
