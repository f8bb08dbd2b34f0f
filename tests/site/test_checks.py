"""Self-checks on the site, answered from disk by keyboard; its script reads what the lab reads."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from coursesite.checks import ask
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.browser.access import violations
from tests.browser.driver import chromium
from tests.site.reading import Site
from tests.unit.kit.typed import REFUSED, TYPED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

STATIC = Path(__file__).parents[2] / "docs" / "site" / "static"
SPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELLS = {
    "set-up": "from mlops_lab import kit",
    "known": "kit.predict('How far <b>off</b>?', 0.5, tolerance=0.1, why='Half.', unit='steps')",
    "share": "share = kit.predict('Late?', tolerance=5, why='Queues \"grow\".', unit='%')",
    "which": "kit.choose('Which?', {'a <i>': 'It splits.', 'b': 'It \\'is\\'.'}, answer='b')",
    "measured": "share.verdict(31)\nprint('shown')",
    "lost": "lost = kit.predict('Lost?', tolerance=5, why='So.')",
    "nan": "lost.verdict(float('nan'))",
    "open": "kit.predict('Open?', tolerance=5, why='So.')",
}
LATER = "It is measured further down, and compared there with what you said."


@pytest.fixture(scope="module")
def asked() -> NotebookNode:
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    nb: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": SPEC})
    NotebookClient(nb, timeout=120).execute()
    ask(nb)
    return nb


def html(nb: NotebookNode) -> str:
    outputs = [one for cell in nb.cells for one in cell.outputs if one.output_type != "stream"]
    return "\n".join(one.data.get("text/html", "") for one in outputs)


def test_a_question_is_text_and_a_form_and_its_source_is_not_shown(asked: NotebookNode) -> None:
    cells = {cell.id: cell for cell in asked.cells}
    gone = [name for name, one in cells.items() if "remove-input" in one.metadata.get("tags", [])]
    assert gone == ["known", "share", "which", "lost", "open"]
    question, form = cells["share"].outputs
    assert question.data["text/markdown"].startswith("**Predict.** Late? *Answer in %: 10 and 10 %")
    assert list(form.data) == ["text/html"]
    verdict, stream = cells["measured"].outputs
    assert stream.text == "shown\n"
    words = BeautifulSoup(verdict.data["text/html"], "html.parser").get_text()
    assert words == "Your prediction: it was 31 %. Its question is above."
    assert BeautifulSoup(html(asked), "html.parser").find(["i", "script"]) is None


def test_a_lesson_that_has_not_run_shows_no_answer_either() -> None:
    cell = nbformat.v4.new_code_cell("kit.choose('Which?', {}, answer='b')", id="a")
    ask(nbformat.v4.new_notebook(cells=[cell]))
    assert cell.metadata["tags"] == ["remove-input"]


@contextmanager
def opened(address: str) -> "Iterator[Page]":
    with chromium() as browser, browser.new_context(viewport={"width": 800, "height": 900}) as made:
        page = made.new_page()
        page.goto(address)
        yield page


def in_a_browser(look: Any, *given: Any) -> Any:
    """Look in a thread of its own: Playwright allows one a thread."""
    if shutil.which("chromium") is None:
        pytest.skip("chromium not found: tests/install_system_packages.sh installs it")
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(look, *given).result()


@pytest.fixture(scope="module")
def written(asked: NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write what asks into a page of its own, beside the script and the style."""
    folder = tmp_path_factory.mktemp("asked")
    for name in ("checks.js", "checks.css"):
        shutil.copyfile(STATIC / name, folder / name)
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>'
    head += '<link rel="stylesheet" href="checks.css"><script defer src="checks.js"></script>'
    body = f"</head><body><main><h1>A page</h1>{html(asked)}</main></body></html>"
    (folder / "page.html").write_text(head + body, encoding="utf-8")
    return (folder / "page.html").as_uri()


def test_the_script_reads_the_numbers_that_the_lab_reads(written: str) -> None:
    def look() -> list[Any]:
        with opened(written) as page:
            asked = [[text, unit] for text, unit, *_ in [*TYPED, *REFUSED]]
            found: list[Any] = page.evaluate(
                "asked => asked.map(([text, unit]) => readNumber(text, unit))", asked
            )
            return found

    found = in_a_browser(look)
    assert found[: len(TYPED)] == pytest.approx([value for *_, value in TYPED], rel=1e-12)
    assert found[len(TYPED) :] == [None] * len(REFUSED)


def told(form: "Locator") -> str:
    return " ".join(form.locator(".said").inner_text().split())


def test_questions_are_answered_with_the_keyboard_alone(written: str) -> None:
    def look() -> tuple[dict[str, list[str]], list[Any]]:
        said: dict[str, list[str]] = {}
        with opened(written) as page:
            place = page.locator("#verdict-measured")
            for name, answers in (
                ("known", ["", "a lot", "1", "0,5"]), ("share", ["", "12 %", "1/4", "30"]),
                ("lost", ["3"]), ("open", ["3"]),
            ):  # fmt: skip
                form = page.locator(f"#check-{name}")
                form.locator("input").focus()
                said[name] = []
                for typed in answers:
                    page.keyboard.press("Control+A")
                    page.keyboard.type(typed) if typed else page.keyboard.press("Delete")
                    page.keyboard.press("Enter")
                    said[name] += [told(form)]
                    if name == "share":
                        said[name] += [" ".join(place.inner_text().split())]
            form = page.locator("#check-which")
            said["which"] = []
            form.get_by_role("radio").first.focus()
            page.keyboard.press("Enter")
            said["which"] += [told(form)]
            for key in ("Space", "ArrowDown"):
                page.keyboard.press(key)
                page.keyboard.press("Enter")
                said["which"] += [told(form)]
            return said, violations(page)

    said, wrong = in_a_browser(look)
    assert wrong == []
    assert said["known"] == [
        "Type a number, then check.",
        "\u2018a lot\u2019 is not a number in steps. Type one such as 10, 0.1, 1e-1 or 10 steps.",
        "Not quite. It is 0.5 steps; you said 1 step. Half.",
        "Right. It is 0.5 steps; you said 0.5 steps. Half.",
    ]
    untold = "Your prediction: it was 31 %. Its question is above."
    assert said["share"][:2] == ["Type a number, then check.", untold]
    for number, (mark, guess) in enumerate(
        [("Not quite.", "12 %"), ("Not quite.", "25 %"), ("Right.", "30 %")], start=1
    ):
        assert said["share"][2 * number] == f"You said {guess}. {LATER} Go there."
        assert said["share"][2 * number + 1] == (
            f'{mark} You said {guess}, it was 31 %. Queues "grow". Say another number.'
        )
    assert said["lost"] == said["open"] == ["You said 3. In the lab it is measured."]
    assert said["which"] == ["Choose one, then check.", "Not quite. It splits.", "Right. It 'is'."]


def test_every_question_of_the_course_is_judged_on_its_page(site: Site) -> None:
    """Each choice has one right option, and each prediction its value somewhere below it."""
    pages = [name for name, page in site.pages.items() if page.select("form.self-check")]
    assert pages

    def look() -> dict[str, list[str]]:
        found = {}
        with opened((site.folder.resolve() / pages[0]).as_uri()) as page:
            for name in pages:
                page.goto((site.folder.resolve() / name).as_uri())
                found[name] = page.evaluate(_ANSWER_ALL)
        return found

    for name, said in in_a_browser(look).items():
        source = site.pages[name]
        assert len(said) == len(source.select("form.self-check"))
        assert [one for one in said if not re.match(r"1 right|-?[\d.,e-]+ told", one)] == [], name
        text = source.select_one("article").get_text()  # type: ignore[union-attr]
        assert "kit.choose(" not in text
        assert "kit.predict(" not in text


_ANSWER_ALL = """() => [...document.querySelectorAll('form.self-check')].map(form => {
    const check = JSON.parse(form.dataset.check), said = form.querySelector('.said')
    if (form.hidden) return 'hidden'
    if (check.kind === 'choose') {
        const marks = [...form.querySelectorAll('input')].map(one => {
            one.checked = true
            form.requestSubmit()
            return said.textContent.startsWith('Right. ')
        })
        return `${marks.filter(Boolean).length} right`
    }
    form.querySelector('input').value = '1'
    form.requestSubmit()
    const place = document.querySelector(`.verdict[data-of="${form.id}"]`)
    const below = place && form.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING
    const told = check.value === null ? (below && place.textContent) : said.textContent
    const value = check.value ?? JSON.parse(place?.dataset.verdict ?? '{}').value
    return `${value} ${/^(Right|Not quite)\\. /.test(told) ? 'told' : told}`
})"""
