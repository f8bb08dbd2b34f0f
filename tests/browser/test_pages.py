"""The pages that are opened from disk: reports of runs, sweeps and classes, and feedback."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page

from mlops_lab.workbench.classroom.book import open_book
from mlops_lab.workbench.classroom.feedback import write_feedback
from mlops_lab.workbench.classroom.report import write_report
from mlops_lab.workbench.runs.site import build_site
from mlops_lab.workbench.runs.sweeps.table import Done, write_table
from tests.browser.access import violations
from tests.browser.classes import small_class
from tests.browser.driver import PICTURES, opened_page

WIDTHS = (1280, 400)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write a page of each kind."""
    place = tmp_path_factory.mktemp("pages")
    folder = small_class(place)
    with open_book(folder.gradebook) as book:
        feedback = write_feedback(folder, book, "4.5").pages
        report = write_report(folder, book, "4.5")
    site = build_site(_ran(place / "out")).parent
    return {
        "feedback": feedback[1], "feedback unmarked": feedback[3], "class report": report,
        "runs": site / "index.html", "sweep": site / "sweep.html", "run": site / "lesson.html",
    }  # fmt: skip


def _ran(out: Path) -> Path:
    out.mkdir()
    rows = list[tuple[int, Done, bool]]()
    for shift in (0.0, 0.5, 1.0):
        for seed in range(4):
            good = seed > 0 or shift < 1
            measured = {"delay, rows": shift * 40 + seed, "delay, rows holds": good}
            values = {"seed": seed, "shift": shift}
            state = "passed" if good else "finding failed"
            done = Done(state, 1.0, 1, None, values, measured, ("delay, rows",))
            rows.append((len(rows) + 1, done, False))
    rows.append((len(rows) + 1, Done("failed", 1.0, 1, "ValueError: no", {"shift": 2.0}), False))
    write_table(out, rows)
    table = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    finding = {"name": "it is one", "value": 1.0, "bound": "at least 1", "holds": True}
    data = {"application/vnd.mlops-lab.finding+json": finding, "text/html": table}
    cell = nbformat.v4.new_code_cell("x = 1  # a comment\nprint('x', x)", execution_count=1)
    cell.outputs = [
        nbformat.v4.new_output("stream", text="x 1\n"),
        nbformat.v4.new_output("display_data", data=data),
    ]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A lesson"), cell])
    nb.metadata = nbformat.from_dict({"papermill": {"duration": 1.0, "parameters": {"a": 1}}})
    nbformat.write(nb, out / "lesson.ipynb")
    return out


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with opened_page(browser, "file://") as opened:
        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "kind", ["feedback", "feedback unmarked", "class report", "runs", "sweep", "run"]
)
def test_nobody_is_kept_out(page: Page, pages: dict[str, Path], kind: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(pages[kind].as_uri())
        page.screenshot(path=PICTURES / f"page_{kind}_{scheme}_{width}.png", full_page=True)
        assert [one for one in violations(page) if one.is_grave] == []
        wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0


def test_feedback_shows_words_as_they_are_meant_and_no_account(
    page: Page, pages: dict[str, Path]
) -> None:
    page.goto(pages["feedback"].as_uri())
    page.locator("summary").last.click()
    answer = page.locator(".answer.words")
    assert answer.locator("td").all_inner_texts() == ["a day", "40"]
    assert answer.locator("strong").inner_text() == "if"
    comment = page.locator("blockquote")
    assert comment.locator("strong").inner_text() == "but"
    assert comment.inner_text().splitlines() == ["Good, but", "of what is it the price?"]
    assert "root" not in page.locator("main").inner_text()
    lines = page.locator(".rubric li").all_inner_texts()
    assert [line.rsplit(") ")[-1] for line in lines] == ["met", "not met"]
