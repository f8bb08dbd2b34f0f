"""Which answers each task is about: the one rule that grading, marks and reports go by."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["task_map"]


def task_map(nb: "NotebookNode") -> dict[str, tuple[str, ...]]:
    """Name the answers that each task is about.

    A task that a person marks is about its own cell. A test is about the code answers since the
    test before it; where there are none, it is one more test of the same answers. A test before
    any answer is about none.

    Parameters
    ----------
    nb : NotebookNode
        A master or its student version, in nbgrader's format.

    Returns
    -------
    dict of str to tuple of str
        By the grade_id of the task, in the notebook's order; the grade_ids of answers.
    """
    found: dict[str, tuple[str, ...]] = {}
    since, last = list[str](), tuple[str, ...]()
    for cell in nb.cells:
        facts = cell.metadata.get("nbgrader", {})
        name = str(facts.get("grade_id", ""))
        if facts.get("solution"):
            if cell.cell_type == "code":
                since.append(name)
            if facts.get("grade"):
                found[name] = (name,)
        elif facts.get("grade"):
            last, since = tuple(since) or last, []
            found[name] = last
    return found
