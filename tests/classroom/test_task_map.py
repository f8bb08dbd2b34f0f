"""Which answers each task is about."""

import nbformat
import pytest
from nbformat import NotebookNode

from mlops_lab.workbench.classroom.task_map import task_map


def cell(kind: str, name: str) -> NotebookNode:
    """Make an answer, a test, an answer in words or code for a person, or a plain cell."""
    facts = {
        "grade_id": name, "solution": kind in ("answer", "words", "code for a person"),
        "grade": kind in ("test", "words", "code for a person"),
    }  # fmt: skip
    metadata = {} if kind == "plain" else {"nbgrader": facts}
    make = nbformat.v4.new_markdown_cell if kind == "words" else nbformat.v4.new_code_cell
    return make("", id=name, metadata=metadata)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("answer a, test t", {"t": "a"}),
        ("answer a, plain p, answer b, test t", {"t": "a b"}),
        ("answer a, test t, test u", {"t": "a", "u": "a"}),
        ("answer a, test t, answer b, test u", {"t": "a", "u": "b"}),
        ("answer a, words w, test t", {"w": "w", "t": "a"}),
        ("answer a, code for a person c, test t", {"c": "c", "t": "a c"}),
        ("test t, answer a, test u", {"t": "", "u": "a"}),
        ("plain p", {}),
    ],
)
def test_answers_of_tasks(cells: str, expected: dict[str, str]) -> None:
    nb = nbformat.v4.new_notebook(cells=[cell(*each.rsplit(" ", 1)) for each in cells.split(", ")])
    assert {name: " ".join(about) for name, about in task_map(nb).items()} == expected
