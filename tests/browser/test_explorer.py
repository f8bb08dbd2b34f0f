"""What a reader's hand does in JupyterLab: move a control, answer a self-check."""

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).parents[2]
DRIFT = ROOT / "notebooks/4_deployment/05_drift.ipynb"
SCREENSHOT = ROOT / "build/screenshots/drift_explorer.png"
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
    "kit.predict('How many rows?', lambda: rows, tolerance=0.5, why='Count them.')",
    "rows = 7",
)
MOVES = 30


def notebook(*sources: str) -> NotebookNode:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nb: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": SPEC})
    return nb


def source(shown: Locator) -> str:
    found = shown.get_attribute("src")
    assert found is not None
    assert found.startswith("data:image/png;base64,")
    return found


def control(page: Page, name: str) -> Locator:
    """Give the ipywidgets control under a label."""
    label = page.locator(".widget-label").get_by_text(name, exact=True)
    return page.locator(".jupyter-widgets.widget-inline-hbox").filter(has=label)


def outputs(page: Page, control: Locator) -> Locator:
    """Give all that the cell with this control shows."""
    return page.locator(".jp-OutputArea").filter(has=control)


def pictures(said: Locator) -> int:
    return int(said.inner_text().split()[0])


@pytest.fixture
def reader(page: Page, run_all: Callable[[NotebookNode], None]) -> Page:
    """Give the page of the small lesson, all of it run."""
    run_all(notebook(*CELLS))
    expect(page.get_by_text("1 pictures, the last 3 up, main thread: True")).to_be_visible()
    return page


def test_a_reader_moves_controls_and_answers(reader: Page) -> None:
    said, slider = reader.get_by_text(re.compile(r"^\d+ pictures, the last")), control(reader, "n")
    shown = outputs(reader, slider).locator("img")
    expect(shown).to_be_visible()
    expect(shown).to_have_attribute("alt", "A line of n points.")
    before = source(shown)
    expect(slider.locator(".widget-readout")).to_have_text("3")

    # One step of the slider: the readout follows, and another picture takes the place of this one.
    slider.get_by_role("slider").press("ArrowRight")
    expect(slider.locator(".widget-readout")).to_have_text("4")
    expect(said).to_have_text("2 pictures, the last 4 up, main thread: True")
    expect(shown).not_to_have_attribute("src", before)
    expect(shown).to_have_count(1)
    after_step = source(shown)

    # The menu.
    control(reader, "way").get_by_role("combobox").select_option("down")
    expect(said).to_have_text("3 pictures, the last 4 down, main thread: True")
    expect(shown).not_to_have_attribute("src", after_step)

    # A dragged slider: many values, few pictures, and the last one is of where the hand rests.
    for _ in range(MOVES):
        slider.get_by_role("slider").press("ArrowRight")
    expect(slider.locator(".widget-readout")).to_have_text(str(4 + MOVES))
    expect(said).to_have_text(re.compile(rf"the last {4 + MOVES} down, main thread: True$"))
    assert pictures(said) - 3 <= MOVES / 3

    # The self-check.
    expect(reader.locator(".jp-RenderedMarkdown")).to_have_text("Predict. How many rows?")
    entry = reader.get_by_placeholder("a number")
    check = outputs(reader, entry).get_by_role("button", name="Check", exact=True)
    for guess, feedback in (
        ("2", "Not quite. It is 7; you said 2. Count them."),
        ("7", "Right. It is 7; you said 7. Count them."),
    ):
        entry.fill(guess)
        entry.press("Tab")
        check.click()
        expect(reader.get_by_text(feedback)).to_be_visible()


@pytest.mark.skipif(not DRIFT.exists(), reason=f"lesson not found: {DRIFT.relative_to(ROOT)}")
def test_the_explorer_of_the_drift_lesson(
    page: Page, run_all: Callable[[NotebookNode], None]
) -> None:
    run_all(nbformat.read(DRIFT, as_version=4))
    expect(page.locator(".jp-RenderedText[data-mime-type*=stderr]")).to_have_count(0)
    slider = control(page, "size")
    shown = outputs(page, slider).locator("img")
    expect(shown).to_be_visible()
    before, readout = source(shown), slider.locator(".widget-readout").inner_text()
    slider.get_by_role("slider").press("PageUp")
    expect(slider.locator(".widget-readout")).not_to_have_text(readout)
    expect(shown).not_to_have_attribute("src", before)
    expect(shown).to_have_count(1)
    SCREENSHOT.parent.mkdir(parents=True, exist_ok=True)
    outputs(page, slider).scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOT)
