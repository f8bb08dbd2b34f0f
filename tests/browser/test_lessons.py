"""Every lesson in the lab: its cells run, its controls are moved, axe looks at what it shows."""

from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from mlops_lab.workbench.runs.course import lesson_paths
from tests.browser.access import (
    OURS,
    Violation,
    pictures_without_words,
    tab_problems,
    violations,
)
from tests.browser.driver import PICTURES, StudyLab
from tests.browser.notebook import Notebook, open_notebook

ROOT = Path(__file__).parents[2]
LESSONS = {
    name: f"{path.parent.name}/{path.name}"
    for name, path in lesson_paths(ROOT / "notebooks").items()
}
AT_ONCE = 2
"""Lessons that run at the same time: one is looked at while the next is running."""
WIDTHS = (1280, 800)
CONTROLS = ".mlops-lab-panel :is([role=slider], [contenteditable], select, input)"


@pytest.fixture(scope="module")
def finished(
    desk: Page, lab: StudyLab, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Notebook]]:
    """Run the lessons that were asked for, in their order, each once and a few at a time."""
    assert lab.workspace.is_dir()
    tests = (one for one in request.session.items if isinstance(one, pytest.Function))
    named = (one.callspec.params.get("lesson") for one in tests if hasattr(one, "callspec"))
    waiting = deque(name for name in dict.fromkeys(named) if name in LESSONS)
    running: dict[str, Notebook] = {}

    def finish(lesson: str) -> Notebook:
        while waiting and (len(running) < AT_ONCE or lesson not in running):
            name = waiting.popleft()
            running[name] = open_notebook(desk, LESSONS[name])
            running[name].run_all()
        notebook = running.pop(lesson)
        notebook.wait()
        notebook.show()
        return notebook

    yield finish
    for left in running.values():
        left.close()


@pytest.fixture
def lesson_panel(
    lesson: str, page: Page, finished: Callable[[str], Notebook]
) -> Iterator[Notebook]:
    """Give a lesson of which all cells have run; its kernel ends after the test."""
    assert page.viewport_size is not None
    notebook = finished(lesson)
    yield notebook
    notebook.close()


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_in_the_lab(lesson: str, page: Page, lesson_panel: Notebook) -> None:
    assert lesson_panel.problems() == []
    cell = lesson_panel.cell_with("kit.explore(")
    picture = cell.locator("img")
    expect(picture).to_have_count(1)
    moves_by_mouse(page, cell)
    moves_by_keyboard(page, lesson_panel, cell)
    assert pictures_without_words(lesson_panel.panel) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        photographed(cell, f"explorer_{lesson}_{width}.png")
        assert grave(page, lesson_panel) == [], f"{width} pixels wide"


def grave(page: Page, notebook: Notebook) -> list[Violation]:
    """Give what keeps somebody out of what a lesson shows.

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
