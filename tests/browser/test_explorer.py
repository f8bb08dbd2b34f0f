"""What a reader's hand does to a panel of controls, and that nothing is drawn in vain."""

import re
from collections.abc import Callable

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Locator, expect

from tests.browser.notebook import Notebook

SPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELLS = (
    """\
import threading
import ipywidgets
import matplotlib.pyplot as plt
from mlops_lab import kit
kit.style()
said, pictures = ipywidgets.Label(), 0
def draw(n=3, way="up"):
    global pictures
    pictures += 1
    fig, ax = plt.subplots()
    ax.plot(range(n) if way == "up" else range(n, 0, -1))
    main = threading.current_thread() is threading.main_thread()
    said.value = f"{pictures} pictures, the last {n} {way}, main thread: {main}"
    return fig
""",
    "kit.explore(draw, alt='A line of n points.', wait=0.3, n=(1, 90), way=['up', 'down'])",
    "display(said)",
)
MOVES = 30


@pytest.fixture
def reader(run_all: Callable[[NotebookNode], Notebook]) -> Notebook:
    """Return the small lesson, all of it run."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = run_all(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": SPEC}))
    assert notebook.problems() == []
    expect(notebook.panel.get_by_text("1 pictures, the last 3 up")).to_be_visible()
    return notebook


def source(shown: Locator) -> str:
    found = shown.get_attribute("src")
    assert found is not None
    assert found.startswith("data:image/png;base64,")
    return found


def test_a_reader_moves_controls(reader: Notebook) -> None:
    panel, cell = reader.panel, reader.cell_with("kit.explore(")
    said, shown = panel.get_by_text(re.compile(r"^\d+ pictures, the last")), cell.locator("img")
    slider = cell.get_by_role("slider", name="n", exact=True)
    readout = cell.get_by_role("textbox", name="n, typed")
    expect(shown).to_be_visible()
    expect(shown).to_have_attribute("alt", "A line of n points. Now: n 3, way up.")
    before = source(shown)
    expect(readout).to_have_text("3")

    # One step of the slider: the readout follows, and another picture takes the place of this one.
    slider.press("ArrowRight")
    expect(readout).to_have_text("4")
    expect(said).to_have_text("2 pictures, the last 4 up, main thread: True")
    expect(shown).not_to_have_attribute("src", before)
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("alt", "A line of n points. Now: n 4, way up.")
    after_step = source(shown)

    # The menu.
    cell.get_by_role("combobox", name="way").select_option("down")
    expect(said).to_have_text("3 pictures, the last 4 down, main thread: True")
    expect(shown).not_to_have_attribute("src", after_step)

    # A dragged slider: many values, few pictures, and the last one is of where the hand rests.
    for _ in range(MOVES):
        slider.press("ArrowRight")
    expect(readout).to_have_text(str(4 + MOVES))
    expect(said).to_have_text(re.compile(rf"the last {4 + MOVES} down, main thread: True$"))
    assert int(said.inner_text().split()[0]) - 3 <= MOVES / 3

    # A number that is typed where the slider shows it.
    readout.fill("50")
    readout.press("Enter")
    expect(said).to_have_text(re.compile("the last 50 down, main thread: True$"))
    expect(shown).to_have_attribute("alt", "A line of n points. Now: n 50, way down.")
