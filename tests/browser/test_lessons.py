"""Every lesson in the lab: its cells run, its controls are moved, axe looks at what it shows."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from choices import tried
from nbformat.sign import NotebookNotary
from playwright.sync_api import Locator, Page, expect
from rules.reading import tags
from running import of_all_workers, run_once

from mlops_lab.workbench.runs.course import lesson_paths
from tests.browser.access import (
    OURS,
    Violation,
    pictures_without_words,
    tab_problems,
    violations,
)
from tests.browser.driver import PICTURES, StudyLab
from tests.browser.explored import EXPLORER, cells_needed
from tests.browser.notebook import Notebook, open_notebook

ROOT = Path(__file__).parents[2]
LESSONS = {
    name: f"{path.parent.name}/{path.name}"
    for name, path in lesson_paths(ROOT / "notebooks").items()
}
FORKED = True
QUICK = "1.2"
"""The lesson that runs in the shortest time."""
WIDTHS = (1280, 800)
CONTROLS = ".mlops-lab-panel :is([role=slider], [contenteditable], select, input)"


@pytest.fixture
def opened(page: Page) -> Iterator[Callable[[str], Notebook]]:
    """Open a lesson; its kernel ends after the test."""
    assert page.viewport_size is not None
    notebooks: list[Notebook] = []

    def open_lesson(lesson: str) -> Notebook:
        notebooks.append(open_notebook(page, LESSONS[lesson]))
        return notebooks[-1]

    yield open_lesson
    for one in notebooks:
        one.close()


def executed(lesson: str, lab: StudyLab, factory: pytest.TempPathFactory) -> list[str]:
    """Put an executed copy in the place of a lesson; give the cells that its explorer needs."""
    path = ROOT / "notebooks" / LESSONS[lesson]
    ran = run_once(path, tried(path), of_all_workers(factory))
    nb = nbformat.read(ran.copy, as_version=4)
    nb.cells = [one for one in nb.cells if "injected-parameters" not in tags(one)]
    nbformat.write(nb, lab.workspace / LESSONS[lesson])
    NotebookNotary(data_dir=str(lab.workspace.with_name("data"))).sign(nb)  # its widgets are shown
    return cells_needed(nb)


@pytest.mark.parametrize("lesson", [*reversed(LESSONS)])  # others run them from the first on
def test_a_lesson_in_the_lab(
    lesson: str, page: Page, lab: StudyLab, opened: Callable[[str], Notebook],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    """All that a lesson shows is there, and what its explorer needs runs here."""
    needed = executed(lesson, lab, tmp_path_factory)
    notebook = opened(lesson)
    notebook.run(needed)
    notebook.wait()
    assert notebook.problems() == []
    cell = notebook.cell_with(EXPLORER)
    picture = cell.locator("img")
    expect(picture).to_have_count(1)
    moves_by_mouse(page, cell)
    moves_by_keyboard(page, notebook, cell)
    assert pictures_without_words(notebook.panel) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        photographed(cell, f"explorer_{lesson}_{width}.png")
        assert grave(page, notebook) == [], f"{width} pixels wide"


@pytest.mark.parametrize(
    "lesson",
    [pytest.param(one, marks=[] if one == QUICK else pytest.mark.exhaustive) for one in LESSONS],
)
def test_every_cell_of_a_lesson_runs_in_the_lab(
    lesson: str, lab: StudyLab, opened: Callable[[str], Notebook]
) -> None:
    shutil.copyfile(ROOT / "notebooks" / LESSONS[lesson], lab.workspace / LESSONS[lesson])
    notebook = opened(lesson)
    notebook.run_all()
    notebook.wait()
    assert notebook.problems() == []
    expect(notebook.cell_with(EXPLORER).locator("img")).to_have_count(1)


def grave(page: Page, notebook: Notebook) -> list[Violation]:
    """Return what keeps somebody out of what a lesson shows.

    A table that is wider than the page makes JupyterLab's own box around an output scroll, and
    Tab does not reach that box: it is not ours to mend.
    """
    ours = f"[id='{notebook.panel.get_attribute('id')}'] {OURS}"
    return [
        one
        for one in violations(page, ours)
        if one.is_grave
        and not (one.rule == "scrollable-region-focusable" and all(map(is_a_box, one.nodes)))
    ]


def is_a_box(html: str) -> bool:
    return html.startswith("<div") and "jp-OutputArea-output" in html.partition(">")[0]


def moves_by_mouse(page: Page, cell: Locator) -> None:
    """Drag the first slider to where it is not; another picture takes the place of this one."""
    picture, bar = cell.locator("img"), cell.locator(".noUi-target").first
    bar.scroll_into_view_if_needed()
    before, words = picture.get_attribute("src"), picture.get_attribute("alt")
    handle, track = bar.locator(".noUi-handle").bounding_box(), bar.bounding_box()
    assert handle is not None
    assert track is not None
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    share = 0.3 if x > track["x"] + track["width"] / 2 else 0.7
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] * share, y, steps=5)
    page.mouse.up()
    expect(picture).not_to_have_attribute("src", str(before))
    expect(picture).not_to_have_attribute("alt", str(words))
    expect(picture).to_have_count(1)


def moves_by_keyboard(page: Page, notebook: Notebook, cell: Locator) -> None:
    """Walk to each control with Tab, see where the focus is, and move a slider by an arrow key."""
    notebook.select(cell)
    found = cell.locator(CONTROLS)
    assert tab_problems(page, [found.nth(i) for i in range(found.count())]) == []
    picture, handle = cell.locator("img"), cell.get_by_role("slider").first
    while not handle.evaluate("node => node === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    before, words = picture.get_attribute("src"), picture.get_attribute("alt")
    page.keyboard.press("ArrowRight")
    expect(picture).not_to_have_attribute("src", str(before))
    expect(picture).not_to_have_attribute("alt", str(words))
    expect(picture).to_have_count(1)


def photographed(cell: Locator, name: str) -> None:
    """Keep a picture of the explorer; no control may be cut off at the edge of the page."""
    shown = cell.locator(".jp-Cell-outputArea")
    shown.scroll_into_view_if_needed()
    shown.screenshot(path=PICTURES / name)
    edge = "node => node.getBoundingClientRect().right"
    controls = cell.locator(".jupyter-widgets.widget-inline-hbox:visible").all()
    assert max(one.evaluate(edge) for one in controls) <= shown.evaluate(edge), "a control is cut"
    cut = "node => node.scrollWidth > node.clientWidth"
    names = cell.locator(".jupyter-widgets .widget-label:visible").all()
    assert [one.inner_text() for one in names if one.evaluate(cut)] == [], "a name is cut"
