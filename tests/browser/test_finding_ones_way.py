"""Finding one's way in the lab: links, names that can be told apart, dark pages, no questions."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Locator, Page, expect

from mlops_lab.workbench.runs.course import lessons
from tests.browser.driver import PICTURES, StudyLab
from tests.browser.notebook import START, Notebook, open_notebook

ROOT = Path(__file__).parents[2] / "notebooks"
COURSE = lessons(ROOT)
FIRST, SECOND = (f"{one.course}/{one.path.name}" for one in COURSE[:2])
LONGEST = max((f"{one.course}/{one.path.name}" for one in COURSE), key=lambda name: len(name))
WIDTHS = (1280, 800)
SPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELLS = (
    "from mlops_lab import kit\nimport matplotlib.pyplot as plt\nkit.style()",
    "kit.finding('the gap is wide', 0.25, at_least=0.1)",
    "fig, ax = plt.subplots()\nax.plot([1, 2])\nkit.show(fig, alt='A line that climbs.')",
    "fig, ax = plt.subplots()\nax.imshow([[1, 2]])\nkit.show(fig, alt='Two fields in a row.')",
    "print('down\\n' * 60)",
    "kit.findings()",
)
_FRONT = "() => window.jupyterapp.shell.currentWidget.context.path"
_CUT = """nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1)
    .map(node => node.textContent)"""


@pytest.fixture
def lesson(page: Page, lab: StudyLab) -> Iterator[Notebook]:
    """Open the first lesson, as the learner was given it."""
    assert lab.workspace.is_dir()
    notebook = open_notebook(page, FIRST)
    yield notebook
    notebook.close()


def theme(page: Page, name: str) -> None:
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", name
    )
    page.wait_for_function(
        "light => document.body.dataset.jpThemeLight === light",
        arg="false" if "Dark" in name else "true",
    )


def test_a_lesson_that_is_only_read_is_not_edited_and_its_tab_closes(
    page: Page, lab: StudyLab
) -> None:
    before = (lab.workspace / FIRST).read_bytes()
    for path in (FIRST, FIRST.replace(".ipynb", "_assignment.ipynb")):
        notebook = open_notebook(page, path)
        model = "() => window.jupyterapp.shell.currentWidget.context.model"
        kernel = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.info"
        page.evaluate(kernel)  # what it says of itself has come, and may have been written down
        assert page.evaluate(f"{model}.dirty") is False
        page.evaluate("() => { window.jupyterapp.commands.execute('application:close') }")
        expect(notebook.panel).to_have_count(0)
        expect(page.locator(".jp-Dialog")).to_have_count(0)
    assert (lab.workspace / FIRST).read_bytes() == before


def test_a_lesson_leads_to_its_assignment_to_the_next_and_to_the_start(
    page: Page, lesson: Notebook
) -> None:
    line = lesson.panel.locator(".jp-RenderedMarkdown").filter(has_text="Start here").first
    wanted = {
        "Assignment of": FIRST.replace(".ipynb", "_assignment.ipynb"),
        COURSE[1].title: SECOND,
        "Start here": START,
    }
    assert line.get_by_role("link").count() == len(wanted)
    for text, path in wanted.items():
        lesson.show()
        line.get_by_role("link").filter(has_text=text).press("Enter")
        page.wait_for_function(f"path => ({_FRONT})() === path", arg=path)
        if path != START:
            open_notebook(page, path).close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_lesson_and_its_assignment_can_be_told_apart(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    opened = [open_notebook(page, LONGEST), open_notebook(page, SECOND)]
    opened.append(open_notebook(page, LONGEST.replace(".ipynb", "_assignment.ipynb")))
    alike = Path(LONGEST).stem
    labels = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tabLabel").filter(has_text=alike)
    expect(labels).to_have_count(2)
    page.screenshot(path=PICTURES / f"tabs_{width}.png")
    cut = [label.text_content() for label in labels.all() if not seen_end(label)]
    assert cut == [], "the end, in which a lesson and its assignment differ, is cut off"
    for command in ("open-path", "activate"):
        page.evaluate(
            f"path => window.jupyterapp.commands.execute('filebrowser:{command}', {{ path }})",
            LONGEST.partition("/")[0],
        )
    names = page.locator(".jp-DirListing-itemText:visible")
    expect(names.filter(has_text=Path(LONGEST).name)).to_have_count(1)
    page.screenshot(path=PICTURES / f"names_{width}.png")
    assert names.evaluate_all(_CUT) == []
    for one in opened:
        one.close()


def seen_end(label: Locator) -> bool:
    """Tell whether the last letters of a name are inside of what is shown of it."""
    found: bool = label.evaluate(
        """node => {
            const text = node.firstChild, range = document.createRange()
            range.setStart(text, Math.max(0, text.length - 16)), range.setEnd(text, text.length)
            const letters = range.getBoundingClientRect(), box = node.getBoundingClientRect()
            return letters.left >= box.left - 1 && letters.right <= box.right + 1
        }"""
    )
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_code_and_text_do_not_scroll_sideways(page: Page, lesson: Notebook, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    lesson.show()
    shown = ":is(.cm-scroller, .jp-RenderedMarkdown):visible"
    page.screenshot(path=PICTURES / f"lesson_{width}.png")
    assert lesson.panel.locator(shown).count() > 20
    assert lesson.panel.locator(shown).evaluate_all(_CUT) == []


def test_a_small_window_is_for_the_lesson_alone(page: Page, lesson: Notebook) -> None:
    files = page.locator("#jp-left-stack")
    expect(files).to_be_visible()
    page.set_viewport_size({"width": 800, "height": 1000})
    expect(files).to_be_hidden()
    lesson.show()
    text = lesson.panel.locator(".jp-RenderedMarkdown").first
    assert text.evaluate("node => node.clientWidth") > 0.7 * 800
    page.set_viewport_size({"width": 1280, "height": 1000})
    expect(files).to_be_visible()


@pytest.fixture
def ran(run_all: Callable[[NotebookNode], Notebook]) -> Notebook:
    """Run two findings' worth of a lesson."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = run_all(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": SPEC}))
    assert notebook.problems() == []
    return notebook


def test_the_list_of_findings_tells_the_number_and_leads_to_its_cell(ran: Notebook) -> None:
    listed = ran.cell_with("kit.findings()").locator("table")
    expect(listed.locator("tbody tr")).to_have_text("holdsthe gap is wide0.25at least 0.1")
    place = ran.cell_with("kit.finding('the gap").locator("table")
    listed.scroll_into_view_if_needed()
    expect(place).not_to_be_in_viewport()
    listed.get_by_role("link", name="the gap is wide").press("Enter")
    expect(place).to_be_in_viewport()


def test_pictures_suit_a_dark_page(page: Page, ran: Notebook) -> None:
    plot, images = (ran.panel.get_by_role("img", name=name) for name in ("A line", "Two fields"))
    styles = "node => [getComputedStyle(node).filter, getComputedStyle(node).backgroundColor]"
    assert plot.evaluate(styles)[0] == images.evaluate(styles)[0] == "none"
    theme(page, "JupyterLab Dark")
    try:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 1000})
            plot.scroll_into_view_if_needed()
            page.screenshot(path=PICTURES / f"dark_{width}.png")
        assert plot.evaluate(styles)[0].startswith("invert(")
        assert "invert" not in images.evaluate(styles)[0]
        assert images.evaluate(styles)[1] == "rgb(255, 255, 255)"
    finally:
        theme(page, "JupyterLab Light")


def test_the_start_page_tells_progress_when_it_comes_into_view(page: Page, lab: StudyLab) -> None:
    start = open_notebook(page, START)
    state = start.panel.get_by_role("row").filter(has_text=COURSE[1].title)
    expect(state).to_contain_text("not begun")
    kept, path = lab.workspace / "kept.ipynb", lab.workspace / SECOND
    shutil.copy2(path, kept)
    other = open_notebook(page, FIRST)
    nb = nbformat.read(path, 4)
    next(cell for cell in nb.cells if cell.cell_type == "code").execution_count = 1
    nbformat.write(nb, path)
    start.show()
    expect(state).to_contain_text("begun, 0 of")
    start.panel.get_by_role("link", name=f"{COURSE[1].id} {COURSE[1].title}").last.press("Enter")
    page.wait_for_function(f"path => ({_FRONT})() === path", arg=SECOND)
    open_notebook(page, SECOND).close()
    other.close()
    kept.replace(path)


def test_a_box_of_the_map_opens_its_lesson(page: Page) -> None:
    start = open_notebook(page, START)
    boxes = start.panel.get_by_role("group", name="Map of the course").get_by_role("link")
    expect(boxes).to_have_count(len(COURSE))
    boxes.nth(1).click()
    page.wait_for_function(f"path => ({_FRONT})() === path", arg=SECOND)
    open_notebook(page, SECOND).close()
