"""The built site as a reader's browser finds it: pages, what they lead to, what they load."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

__all__ = ["Site", "broken", "loads", "pages_of", "typeset"]

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


@dataclass(frozen=True)
class Site:
    """A folder of pages, each parsed once."""

    folder: Path

    @cached_property
    def pages(self) -> dict[str, BeautifulSoup]:
        """The pages by their place in the folder."""
        found = pages_of(self.folder)  # the theme leaves a template of its own among its files
        return {name: page for name, page in found.items() if not name.startswith("_static/")}

    def page(self, name: str) -> BeautifulSoup:
        """Return one page: ``lessons/4.5_drift``."""
        return self.pages[f"{name}.html"]

    def text(self, name: str) -> str:
        """Return the words of a page's article, with single spaces."""
        return " ".join(self.page(name).select_one("article").get_text().split())  # type: ignore[union-attr]


def typeset(words: str) -> str:
    """Return words of a lesson as Sphinx shows them: a typographer's apostrophe, no Markdown."""
    return words.translate(
        {ord("*"): None, ord("`"): None, ord("'"): "\N{RIGHT SINGLE QUOTATION MARK}"}
    )


def pages_of(folder: Path) -> dict[str, BeautifulSoup]:
    """Parse all pages of a folder."""
    return {
        path.relative_to(folder).as_posix(): BeautifulSoup(path.read_bytes(), "html.parser")
        for path in sorted(folder.rglob("*.html"))
    }


def _targets(page: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    for tag in page.find_all(True):
        for name in ("href", "src"):
            if name in tag.attrs:
                yield tag, str(tag[name])


def loads(page: BeautifulSoup) -> Iterator[str]:
    """Yield the addresses that a browser fetches by itself when it shows a page."""
    for tag, target in _targets(page):
        if LOADED.get(tag.name) and tag.get("rel") not in (["next"], ["prev"], ["canonical"]):
            yield target


def broken(folder: Path, pages: dict[str, BeautifulSoup]) -> list[str]:
    """List what leads nowhere: a file that is not there, an anchor that no element has."""
    ids = {name: {str(tag["id"]) for tag in page.find_all(id=True)} for name, page in pages.items()}
    found = []
    for name, page in pages.items():
        for _, target in _targets(page):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            place = (folder / name).parent / unquote(parts.path) if parts.path else folder / name
            if not place.is_file() or folder.resolve() not in place.resolve().parents:
                found.append(f"{name}: {target}: no such file")
                continue
            there = ids.get(place.resolve().relative_to(folder.resolve()).as_posix())
            if parts.fragment and there is not None and unquote(parts.fragment) not in there:
                found.append(f"{name}: {target}: no such anchor")
    return found
