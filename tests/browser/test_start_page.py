"""The page that opens first: its map, its links, its kernel, and what axe says of it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mlops_lab.workbench.runs.course import lessons
from tests.browser.access import OURS, pictures_without_words, tab_problems, violations
from tests.browser.driver import PICTURES, StudyLab
from tests.browser.notebook import START, Notebook, open_notebook

ROOT = Path(__file__).parents[2]
COURSE = lessons(ROOT / "notebooks")

FORKED = True


@pytest.fixture
def start(desk: Page) -> Notebook:
    """Return the start page, in front."""
    desk.set_viewport_size({"width": 1280, "height": 1000})
    notebook = open_notebook(desk, START)
    notebook.show()
    return notebook


def test_it_opens_first_and_its_kernel_gets_ready(desk: Page) -> None:
    path = "() => window.jupyterapp.shell.currentWidget.context.path"
    assert desk.evaluate(path) == START
    assert desk.evaluate("() => [...window.jupyterapp.shell.widgets('main')].length") == 1


def test_nothing_of_nbgrader_takes_up_a_learner_s_screen(desk: Page, lab: StudyLab) -> None:
    menus = desk.locator("#jp-MainMenu > ul > li")
    titles = [title.strip().lower() for title in menus.all_inner_texts()]
    assert "file" in titles
    assert "nbgrader" not in titles
    expect(desk.get_by_role("button", name="Validate")).to_have_count(0)
    plugins = desk.evaluate("() => window.jupyterapp.listPlugins()")
    assert "@jupyterlab/mainmenu-extension:plugin" in plugins
    assert [one for one in plugins if one.startswith("@jupyter/nbgrader")] == []
    assert desk.request.get(f"{lab.url}formgrader").status == 404
    assert desk.request.get(f"{lab.url}api/status").ok


def test_the_map_is_there_before_anything_runs_and_says_what_it_shows(start: Notebook) -> None:
    course_map = start.panel.get_by_role("img", name="The course")
    expect(course_map).to_be_visible()
    words = course_map.locator("desc").text_content()
    assert words is not None
    assert words.startswith(f"{len(COURSE)} lessons in ")
    assert pictures_without_words(start.panel) == []
    for lesson in COURSE:
        expect(course_map.get_by_text(lesson.id, exact=True)).to_be_visible()


def test_nobody_is_kept_out(desk: Page, start: Notebook) -> None:
    ours = f"[id='{start.panel.get_attribute('id')}'] {OURS}"
    for width in (1280, 800):
        desk.set_viewport_size({"width": width, "height": 1000})
        desk.wait_for_timeout(300)  # the page lays itself out anew
        desk.screenshot(path=PICTURES / f"start_{width}.png")
        assert [one for one in violations(desk, ours) if one.is_grave] == []


def test_its_links_open_the_lessons(desk: Page, start: Notebook) -> None:
    start.select(start.cell_with("study.start()"))
    output = start.panel.locator(OURS).filter(has_text="Next:")
    first = output.get_by_role("link").first
    assert tab_problems(desk, [first]) == []
    first.press("Enter")
    path = f"{COURSE[0].course}/{COURSE[0].path.name}"
    opened = open_notebook(desk, path)
    expect(opened.panel.get_by_role("heading", name=COURSE[0].title).first).to_be_visible()
    opened.close()
    start.show()
    for lesson in COURSE:
        link = output.get_by_role("link", name=f"{lesson.id} {lesson.title}", exact=True).last
        place = f"{lesson.course}/{lesson.path.name}"
        href = link.evaluate("one => decodeURIComponent(one.getAttribute('href'))")
        known = desk.evaluate(
            "place => fetch(place).then(answer => answer.ok)", link.evaluate("one => one.href")
        )
        assert (place in href, known) == (True, True), href


def test_its_cell_runs(start: Notebook) -> None:
    start.run_all()
    start.wait()
    assert start.problems() == []
    expect(start.panel.get_by_role("img", name="The course")).to_have_count(1)
