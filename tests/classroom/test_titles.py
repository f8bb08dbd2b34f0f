from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mlops_lab.workbench.classroom.frozen import Release, read_student
from mlops_lab.workbench.classroom.titles import notebook_title, titles


def facts(name: str, **told: Any) -> dict[str, Any]:
    return {"nbgrader": {"schema_version": 3, "grade_id": name, **told}}


GRADED = facts("t", grade=True, locked=True, points=1)


def title_under(*texts: str) -> str:
    cells = [*map(new_markdown_cell, texts), new_code_cell("assert True", metadata=GRADED)]
    return titles(new_notebook(cells=cells))["t"]


def test_titles_are_the_headings_in_the_notebooks_order(release: Release) -> None:
    found = titles(read_student(release))
    assert list(found.items()) == [
        ("add-test", "Task 1: add"),
        ("twice-test", "Task 2: double"),
        ("why", "Task 3: say why"),
    ]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("## One (1 point)", "One"),
        ("## Half [2.5 pts]", "Half"),
        ("## Pairs (of shoes) (3 points)", "Pairs (of shoes)"),
        ("## Three points", "Three points"),
        ("## `fit` and *care* for [this](http://x.org) (3 points)", "fit and care for this"),
        ("## A & B <C> (3 points)", "A & B <C>"),
        ("Underlined (3 points)\n---", "Underlined"),
        ("## Closed (3 points) ##", "Closed"),
        ("## Task: $x^2$ (3 points)\nText\n### Below\n# Above", "Task: $x^2$"),
    ],
)  # fmt: skip
def test_a_title_is_plain_text_without_the_points(heading: str, title: str) -> None:
    assert title_under(heading) == title


def test_the_last_heading_counts_also_from_cells_above() -> None:
    assert title_under("## First\n\n## Second", "Only text") == "Second"


@pytest.mark.parametrize("text", ["", "# Too high", "### Too low", "```\n## a comment\n```", "##"])
def test_without_a_heading_a_task_is_called_by_its_grade_id(text: str) -> None:
    assert title_under(text) == "t"


def test_what_students_write_is_no_heading() -> None:
    answer = new_markdown_cell("## My own", metadata=facts("a", grade=True, solution=True))
    cells = [new_markdown_cell("## GivenMark"), answer, new_code_cell("1", metadata=GRADED)]
    assert titles(new_notebook(cells=cells)) == {"a": "GivenMark", "t": "GivenMark"}


def test_a_task_cell_names_itself() -> None:
    task = new_markdown_cell("## Draw it (2 points)", metadata=facts("d", task=True, points=2))
    assert titles(new_notebook(cells=[new_markdown_cell("## Before"), task])) == {"d": "Draw it"}


def test_a_notebook_is_called_by_its_first_heading(release: Release) -> None:
    assert notebook_title(read_student(release)) == "4.5 Sums: assignment"
    assert notebook_title(new_notebook()) == ""
