"""The marking panel: alone on the page, there when it opens, answer and rubric side by side."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mlops_lab.workbench.classroom.book import marks, open_book
from mlops_lab.workbench.classroom.folder import ClassFolder
from tests.browser.access import OURS, tab_problems, violations
from tests.browser.classes import small_class
from tests.browser.driver import PICTURES, StudyLab, opened_page, study_lab

WIDTHS = (1280, 800)
_TOP = """node => {
    const box = node.getBoundingClientRect()
    const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2]
    const at = document.elementFromPoint(x, y)
    return node === at || node.contains(at)
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> ClassFolder:
    return small_class(tmp_path_factory.mktemp("class"))


@pytest.fixture(scope="module")
def lab(
    browser: Browser, folder: ClassFolder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StudyLab]:
    assert browser.is_connected(), "where there is no browser, no lab is started"
    words = ["class", "mark", "4.5", "--lab", "--no-browser", "--class", str(folder.path)]
    command = [sys.executable, "-m", "mlops_lab.cli", *words]
    with study_lab(tmp_path_factory.mktemp("home"), folder.path, command=command) as started:
        yield started


@pytest.fixture(scope="module")
def page(browser: Browser, lab: StudyLab) -> Iterator[Page]:
    """Yield the page as the command opens it; nobody has run anything in it."""
    with opened_page(browser, lab.url) as opened:
        opened.goto(lab.start)
        expect(opened.locator(".mlops-lab-marking")).to_be_visible()
        expect(opened.get_by_role("button", name="Next", exact=True)).to_be_visible()
        yield opened


def answer(page: Page) -> Locator:
    return page.locator(".mlops-lab-marking .mlops-lab-answer")


def rubric(page: Page) -> Locator:
    return page.locator(".mlops-lab-marking .mlops-lab-hand")


@pytest.mark.parametrize("width", WIDTHS)
def test_answer_and_rubric_stand_side_by_side_and_nothing_lies_over_them(
    page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    answer(page).scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # the page lays itself out anew
    page.screenshot(path=PICTURES / f"marking_{width}.png")
    left, right = answer(page).bounding_box(), rubric(page).bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"] + 1
    assert abs(left["y"] - right["y"]) < 5
    assert right["x"] + right["width"] <= width
    controls = [answer(page), *rubric(page).locator("input, textarea, button").all()]
    assert len(controls) > 8
    for control in controls:
        if control.is_visible():
            assert control.evaluate(_TOP), control.evaluate("node => node.outerHTML")
    expect(page.locator("#jp-left-stack")).to_be_hidden()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".Toastify__toast")).to_have_count(0)


def test_nobody_is_kept_out(page: Page) -> None:
    assert [one for one in violations(page, OURS) if one.is_grave] == []
    hand = rubric(page)
    ticks = hand.locator("input[type=checkbox]").all()
    assert len(ticks) == 2
    page.get_by_role("button", name="Show names").focus()
    assert tab_problems(page, [*ticks, hand.get_by_role("textbox", name="Points")]) == []


def test_a_tick_and_next_are_in_the_grade_book(page: Page, folder: ClassFolder) -> None:
    hand = rubric(page)
    hand.locator("input[type=checkbox]").first.check()
    expect(hand.get_by_role("textbox", name="Points")).to_have_value("2")
    hand.get_by_role("textbox", name="Comment").fill("Of *what*?")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator(".mlops-lab-marking")).to_contain_text("2 of 6")
    with open_book(folder.gradebook) as book:
        given = [one["why"] for n in range(3, 9) if "why" in (one := marks(book, n))]
    assert [(one.points, one.comment, one.met) for one in given] == [(2, "Of *what*?", (1,))]


def test_the_panel_is_there_again_after_the_page_is_loaded_anew(page: Page) -> None:
    page.reload()
    expect(page.locator(".mlops-lab-marking")).to_contain_text("2 of 6")
    page.get_by_role("button", name="Previous").click()
    expect(rubric(page).locator("input[type=checkbox]").first).to_be_checked()


def test_nothing_of_the_lab_is_left_in_the_class(folder: ClassFolder) -> None:
    left = {path.name for path in Path(folder.path, "marking").iterdir()}
    assert left - {".ipynb_checkpoints"} == {".mlops-lab", "4.5.ipynb"}
