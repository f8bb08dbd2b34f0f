"""Which cells an explorer needs, in small notebooks and in the lessons."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from rules.reading import course_notebooks, is_assignment

from tests.browser.explored import cells_needed
from tests.browser.test_lessons import ROOT

EXPLORE = "kit.explore(draw, alt='A line.', n=(1, 9))"


def needed(*sources: str) -> list[int]:
    cells = [new_code_cell(source, id=str(i)) for i, source in enumerate([*sources, EXPLORE])]
    return [int(one) for one in cells_needed(new_notebook(cells=cells))][:-1]


@pytest.mark.parametrize(
    ("sources", "wanted"),
    [
        (["from lab import kit", "def draw(n=1): pass"], [0, 1]),
        (["x = 1", "y = 2", "def draw(n=1): return x"], [0, 2]),
        (["x = 1", "x = 2", "def draw(n=x): pass"], [1, 2]),
        (["x = 1", "x = x + 1", "def draw(n=x): pass"], [0, 1, 2]),
        (["x = []", "x.append(1)", "x[0] = 2", "def draw(n=x): pass"], [0, 1, 2, 3]),
        (["import numpy as np", "np.random.seed()", "x = np.ones(3)", "draw = x.sum"], [0, 2, 3]),
        (["x = {}", "def f(): return x", "x |= {1: 2}", "def draw(n=1): f()"], [0, 1, 2, 3]),
        (["fig = 1", "def draw(n=1):\n    fig = n\n    return fig"], [1]),
        (["rows = [1]", "draw = [one for one in rows]", "one = 3"], [0, 1]),
        (["later = 1", "async def draw(n=1):\n    return await later"], [0, 1]),
        (["x = 1", "def draw(n=1): return x", "after = await draw()"], [0, 1]),
    ],
)
def test_what_it_needs_is_found_and_nothing_else(sources: list[str], wanted: list[int]) -> None:
    assert needed(*sources) == wanted


def test_a_lesson_needs_its_set_up_and_not_all_cells() -> None:
    for path in course_notebooks(ROOT / "notebooks"):
        if not is_assignment(path):
            nb = nbformat.read(path, as_version=4)
            found, code = cells_needed(nb), [one for one in nb.cells if one.cell_type == "code"]
            assert "set-up" in found, path.stem
            assert len(found) < len(code) / 2, path.stem
