"""A lab for the tests of a file, started as a learner starts it, and pages on it.

Not one for all files: as long as Playwright is open, an event loop runs in this thread, and tests
that come after could run none of their own.
"""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Browser, Page, expect

from mlops_lab.workbench.kernels import SWITCH
from tests.browser.driver import PATIENCE, PICTURES, StudyLab, chromium, opened_page, study_lab
from tests.browser.notebook import Notebook, enter, open_notebook

OPENED = "opened.ipynb"
"""The notebook that a test writes for itself, beside the lessons."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of the page on which a test failed."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if call.when == "call" and report.failed and isinstance(page, Page):
        page.screenshot(path=PICTURES / f"failed_{item.name}.png")
    return report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE * 1000)
    try:
        with chromium() as opened:
            yield opened
    except LookupError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def lab(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[StudyLab]:
    """Start the lab on a fresh workspace; nothing of it may be left at the end.

    Its kernels are forked, as a learner's are, where a module says ``FORKED = True``. Elsewhere
    one or two small notebooks start afresh in less time than a template takes to import all.
    """
    assert browser.is_connected(), "where there is no browser, no lab is started"
    home = tmp_path_factory.mktemp("lab")
    extra = {} if getattr(request.module, "FORKED", False) else {SWITCH: "off"}
    with study_lab(home, home / "workspace", extra) as started:
        yield started


@pytest.fixture(scope="module")
def desk(browser: Browser, lab: StudyLab) -> Iterator[Page]:
    """Yield one page for all tests of the file, with the start page open."""
    with opened_page(browser, lab.url) as page:
        enter(page, lab)
        yield page


@pytest.fixture
def page(desk: Page) -> Page:
    """Return the page, as wide as a laptop's."""
    desk.set_viewport_size({"width": 1280, "height": 1000})
    return desk


@pytest.fixture
def run_all(page: Page, lab: StudyLab) -> Iterator[Callable[[NotebookNode], Notebook]]:
    """Open a notebook of the test's own in the lab, run all its cells and wait for the end."""
    opened: list[Notebook] = []

    def run(nb: NotebookNode) -> Notebook:
        nbformat.write(nb, lab.workspace / OPENED)
        opened.append(open_notebook(page, OPENED))
        opened[-1].run_all()
        opened[-1].wait()
        return opened[-1]

    yield run
    for one in opened:
        one.close()
    Path(lab.workspace / OPENED).unlink(missing_ok=True)
