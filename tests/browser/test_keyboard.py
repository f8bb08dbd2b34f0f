"""A lesson from its first cell to its last with the keyboard alone: run, predicted, chosen."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import PATIENCE, PICTURES, SECONDS, StudyLab
from tests.browser.notebook import Notebook, open_notebook

ROOT = Path(__file__).parents[2]
LESSON = "1_introduction/02_scoping.ipynb"
FORKED = True
MOST = 40
"""Presses of Tab after which a control counts as out of reach."""


@pytest.fixture
def lesson(page: Page, lab: StudyLab) -> Iterator[Notebook]:
    """Yield the shortest lesson, as it was brought."""
    shutil.copyfile(ROOT / "notebooks" / LESSON, lab.workspace / LESSON)
    notebook = open_notebook(page, LESSON)
    yield notebook
    notebook.close()


def tab_to(page: Page, control: Locator) -> None:
    for _ in range(MOST):
        if control.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"not reached: {control.evaluate('node => node.outerHTML')}")


def ran(page: Page, notebook: Notebook, number: int) -> None:
    """Wait until a cell has run."""
    page.wait_for_function(
        """([path, number]) => [...window.jupyterapp.shell.widgets('main')]
            .find(one => one.context?.path === path).content.widgets[number]
            .model.executionCount !== null""",
        arg=[notebook.path, number],
        timeout=SECONDS * 1000,
    )


def answer(page: Page, cell: Locator) -> str:
    """Answer the question of the cell that was just run, and give what is said."""
    entry = cell.locator(".mlops-lab-panel input").first
    expect(entry).to_be_visible()
    tab_to(page, entry)
    if entry.get_attribute("type") != "radio":
        page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(cell.get_by_role("alert")).not_to_be_empty(timeout=PATIENCE * 1000)
    tab_to(page, cell.get_by_role("button", name="Check", exact=True))
    return cell.get_by_role("alert").inner_text()


def test_a_lesson_is_finished_with_the_keyboard_alone(page: Page, lesson: Notebook) -> None:
    cells = lesson.cells()
    shown = lesson.panel.locator(".jp-Notebook .jp-Cell")
    lesson.select(shown.first)
    said: dict[str, str] = {}
    for number, cell in enumerate(cells):
        asks = "kit.predict(" in cell["source"] or "kit.choose(" in cell["source"]
        if cell["type"] == "code" and asks:
            page.keyboard.press("Control+Enter")
            ran(page, lesson, number)
            said[cell["id"]] = answer(page, shown.nth(number))
            page.keyboard.press("ArrowDown")
        else:
            page.keyboard.press("Shift+Enter")
            if cell["type"] == "code":
                ran(page, lesson, number)
    assert lesson.problems() == []
    asked = [cell["id"] for cell in cells if "kit.choose(" in cell["source"]]
    assert all(said[one].startswith(("Right. ", "Not quite. ")) for one in asked)
    guessed = [cell["id"] for cell in cells if "kit.predict(" in cell["source"]]
    assert all(said[one].startswith("You said 10") for one in guessed)
    verdicts = lesson.panel.locator(".mlops-lab-verdict")
    expect(verdicts).to_have_count(len(guessed))
    for one in verdicts.all():
        expect(one).to_contain_text("You said 10")
    verdicts.first.scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "verdict.png")
