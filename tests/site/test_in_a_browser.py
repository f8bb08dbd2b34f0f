"""The site in Chromium, opened from its files: search, colours, what a screen reader finds."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Request, Route

from tests.browser.access import Violation, violations
from tests.browser.driver import chromium
from tests.site.reading import Site

WORD = "prequential"
MOVING = "lessons/1.2_scoping"
PAGES = (
    "index",
    MOVING,
    "lessons/3.3_quantization_and_pruning",
    "glossary",
    "data/transactions",
    "api/mlops_lab.drift",
)
WIDTHS = (1280, 800, 400)
HIDDEN = (
    ".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header", ".page-actions", ".copy-code",
    ".prev-next-footer", ".bd-footer",
)  # fmt: skip
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")


@dataclass
class Seen:
    """What the browser saw, as plain data.

    Attributes
    ----------
    results : list of str
        Addresses that the search page lists.
    excerpts : list of str
        What it shows of their pages.
    opened : str
        The words of the first one's page.
    typed : str
        The address at which a search from the front page ends.
    grave : dict
        By page and theme, what axe calls serious or critical.
    themes : dict
        By page and theme, the theme that the page took.
    wide : dict
        By page and width, by how many pixels the page is wider than the window.
    strangers : list of str
        Addresses outside of the site that a page asked for.
    errors : list of str
        What scripts raised.
    copied : tuple of str
        The first code of a lesson, and what its button has put on the clipboard.
    moved : list of (str, str, int)
        At both ends of an explorer's slider, the picture's file, what its words say, and its width.
    printed : dict
        On paper, of parts of a page, whether one is to be seen; ``theme`` is its colours, and
        ``width`` the share of the paper that the text takes.
    """

    results: list[str] = field(default_factory=list)
    excerpts: list[str] = field(default_factory=list)
    opened: str = ""
    typed: str = ""
    grave: dict[tuple[str, str], list[Violation]] = field(default_factory=dict)
    themes: dict[tuple[str, str], str] = field(default_factory=dict)
    wide: dict[tuple[str, int], int] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    copied: tuple[str, str] = ("", "")
    moved: list[tuple[str, str, int]] = field(default_factory=list)
    printed: dict[str, object] = field(default_factory=dict)


@pytest.fixture(scope="module")
def seen(site: Site) -> Seen:
    """Let a browser look at the site once.

    In a thread of its own: the browser of other tests may be open in this one, and Playwright
    allows one a thread.
    """
    if shutil.which("chromium") is None:
        pytest.skip("chromium not found: tests/install_system_packages.sh installs it")
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_look, site).result()


def _look(site: Site) -> Seen:
    seen, root = Seen(), site.folder.resolve().as_uri()
    with chromium() as browser:
        with _opened(browser, "light", seen, root) as page:
            _search(page, root, seen)
        for theme in THEMES:
            with _opened(browser, theme, seen, root) as page:
                _judge(page, root, theme, seen)
                if theme == "dark":
                    _copy(page, root, seen)
                    _move(page, root, seen)
                    _print(page, root, seen)
    return seen


@contextmanager
def _opened(browser: Browser, theme: Theme, seen: Seen, root: str) -> Iterator[Page]:
    def judge(route: Route, request: Request) -> None:
        if not request.url.startswith((f"{root}/", "data:", "blob:")):
            seen.strangers.append(request.url)
        route.continue_()

    size = {"width": WIDTHS[0], "height": 900}
    with browser.new_context(viewport=size, color_scheme=theme) as context:  # type: ignore[arg-type]
        context.route("**/*", judge)
        context.on("weberror", lambda error: seen.errors.append(str(error.error)))
        yield context.new_page()


def _search(page: Page, root: str, seen: Seen) -> None:
    page.goto(f"{root}/search.html?q={WORD}")
    links = page.locator("#search-results ul.search a")
    links.first.wait_for()
    page.locator("#search-results p.search-summary").wait_for()
    # A name of the package has its kind instead of an excerpt.
    bare = "#search-results ul.search li:not(.kind-object):not(:has(p.context))"
    page.wait_for_function(f"!document.querySelector('{bare}')")
    seen.excerpts = page.locator("#search-results p.context").all_inner_texts()
    seen.results = links.evaluate_all("nodes => nodes.map(one => one.getAttribute('href'))")
    links.first.click()
    page.wait_for_url(lambda address: "search.html" not in address)
    seen.opened = page.locator("article").inner_text()
    page.goto(f"{root}/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type(WORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?*")
    seen.typed = page.url


def _judge(page: Page, root: str, theme: str, seen: Seen) -> None:
    for name in PAGES:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.goto(f"{root}/{name}.html")
        seen.themes[name, theme] = page.evaluate("document.documentElement.dataset.theme")
        seen.grave[name, theme] = [one for one in violations(page) if one.is_grave]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            seen.wide[name, width] = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )


def _copy(page: Page, root: str, seen: Seen) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{root}/{MOVING}.html")
    code = page.locator(".cell_input pre").first
    code.hover()
    code.locator("xpath=..").get_by_role("button", name="Copy this code").click()
    page.get_by_role("status").filter(has_text="Copied").wait_for(state="attached")
    seen.copied = (code.inner_text(), page.evaluate("navigator.clipboard.readText()"))


def _move(page: Page, root: str, seen: Seen) -> None:
    """Take the first slider of an explorer to both of its ends, by keyboard."""
    page.goto(f"{root}/{MOVING}.html")
    box = page.locator(".controls.explorer").first
    told = json.loads(box.locator("script").text_content() or "")
    ahead = [one["first"] for one in told["controls"]][1:]
    picture = page.locator(".cell:has(.controls.explorer) .cell_output img").first
    box.locator("input").first.focus()
    for key, place in (("Home", 0), ("End", len(told["controls"][0]["labels"]) - 1)):
        page.keyboard.press(key)
        number = place
        for one, control in zip(ahead, told["controls"][1:], strict=True):
            number = number * len(control["labels"]) + one
        page.wait_for_function(
            "([one, file]) => one.getAttribute('src') === file",
            arg=[picture.element_handle(), f"{told['base']}/{number}.webp"],
        )
        alts = told["alts"]
        words = f"{alts['before']}{alts['differs'][number]}{alts['after']}"
        assert picture.get_attribute("alt") == words
        wide = int(picture.evaluate("one => one.naturalWidth"))
        seen.moved.append((str(picture.get_attribute("src")), words, wide))


def _print(page: Page, root: str, seen: Seen) -> None:
    page.goto(f"{root}/{MOVING}.html")
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'light'")
    for name in (*HIDDEN, "article h1", "article img"):
        seen.printed[name] = page.locator(name).first.is_visible()
    seen.printed["width"] = page.evaluate(
        "document.querySelector('article').clientWidth / document.documentElement.clientWidth"
    )
    page.emulate_media(media="screen", color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")


def test_search_finds_a_word_and_its_result_opens(seen: Seen) -> None:
    assert any(one.startswith("lessons/4.5_drift.html") for one in seen.results)
    assert WORD in seen.opened.lower()


def test_a_search_from_files_shows_the_words_around(seen: Seen) -> None:
    assert len(seen.excerpts) >= 1
    assert all(WORD in one.lower() for one in seen.excerpts)
    assert all(len(one.split()) > len(WORD.split()) + 3 for one in seen.excerpts)


def test_a_button_copies_the_code_of_a_cell(seen: Seen) -> None:
    code, copied = seen.copied
    assert len(code) > 10
    assert copied == code.removesuffix("\n")


def test_an_explorer_moves_from_the_files_alone(seen: Seen) -> None:
    (low, low_said, wide), (high, high_said, same) = seen.moved
    assert low.startswith("states/1.2_scoping/0/")
    assert low != high
    assert low_said != high_said
    assert wide == same > 0


def test_on_paper_there_is_the_text_alone(seen: Seen) -> None:
    assert [name for name in HIDDEN if seen.printed[name]] == []
    assert seen.printed["article h1"] is True
    assert seen.printed["article img"] is True
    assert float(str(seen.printed["width"])) > 0.9


def test_search_begins_on_any_page(seen: Seen) -> None:
    assert f"q={WORD}" in seen.typed


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("page", PAGES)
def test_nothing_keeps_a_reader_out(seen: Seen, page: str, theme: str) -> None:
    assert seen.themes[page, theme] == theme, "else the same colours are looked at twice"
    assert seen.grave[page, theme] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_the_window(seen: Seen, page: str, width: int) -> None:
    assert seen.wide[page, width] == 0


def test_nothing_is_asked_of_a_network_and_no_script_fails(seen: Seen) -> None:
    assert seen.strangers == []
    assert seen.errors == []
