import doctest
import importlib
from pathlib import Path

import nbformat
import pytest

from mlops_lab.workbench.classroom.mark.rubric import Line, Rubric, before_rubric, read_rubric

MASTERS = sorted((Path(__file__).parents[3] / "notebooks").glob("*/*_assignment.ipynb"))


@pytest.mark.parametrize("name", ["cells", "give", "render", "rubric", "table", "todo"])
def test_examples_are_true(name: str) -> None:
    module = importlib.import_module(f"mlops_lab.workbench.classroom.mark.{name}")
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_the_rubric_of_each_master_adds_up_to_its_points(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    at = next(i for i, cell in enumerate(cells) if "**Rubric" in cell.source)
    rubric, facts = read_rubric(cells[at].source), cells[at + 1].metadata["nbgrader"]
    assert rubric.adds_up
    assert sum(line.points or 0 for line in rubric.lines) == facts["points"]
    assert "words count" in rubric.note
    assert "Rubric" not in before_rubric(cells[at].source)


def test_there_are_masters() -> None:
    assert len(MASTERS) >= 8


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("**Rubric**, one point each.\n\n- a\n- b", [1, 1]),
        ("**Rubric:** half a point each\n\n* a\n* b", [0.5, 0.5]),
        ("**Rubric**: 1,5 points per line\n\n1. a\n2) b", [1.5, 1.5]),
        ("**Rubric**\n\n- 2 points: a\n- (1 point) b\n- c (0.5 points)\n- d: 3 points.",
         [2, 1, 0.5, 3]),
        ("**Rubric**, one point each\n\n- a, say, 5 points\n- b (3 points)", [1, 3]),
        ("**Rubric**\n\n- a\n- b (1 point)", [None, 1]),
        ("Do it.\n### BEGIN MARK SCHEME\nTwo points each\n- a\n### END MARK SCHEME\n- no", [2]),
        ("**Rubric** is what I say.", []),
        ("- no rubric at all", []),
    ],
)  # fmt: skip
def test_points_are_read_from_the_note_or_the_line(text: str, points: list[float | None]) -> None:
    rubric = read_rubric(text)
    assert [line.points for line in rubric.lines] == points
    assert rubric.adds_up == (bool(points) and None not in points)


def test_lines_that_go_on_are_one_line_and_a_paragraph_ends_the_list() -> None:
    text = "**Rubric**, one point each.\n\n- a\n  goes on\n- b\nlazily\n\nOnly 300 words count.\n"
    assert read_rubric(text) == Rubric(
        "one point each.\n\n\nOnly 300 words count.",
        (Line("a goes on", 1.0), Line("b lazily", 1.0)),
    )
