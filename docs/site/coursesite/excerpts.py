"""The words of all pages in one script: a search from files shows what is around what it found."""

import json
import re
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

__all__ = ["excerpts", "write_excerpts"]

_BLOCKS = frozenset(["p", "li", "dt", "dd", "div", "td", "th", "pre", "h1", "h2", "h3", "h4"])
"""After these a word ends, also where no space stands."""
_NOT_READ = ("script", "style", ".headerlink", ".admonition.run-it", ".controls")


def write_excerpts(site: Path) -> None:
    """Write the script that `offline.js` reads, from the pages of a built site.

    Parameters
    ----------
    site : Path
        The script goes to ``_static/excerpts.js`` in it.
    """
    pages = (path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts)
    texts = {
        path.relative_to(site).with_suffix("").as_posix(): excerpts(path.read_text("utf-8"))
        for path in pages
        if path.stem != "search"
    }
    told = json.dumps(texts, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    (site / "_static" / "excerpts.js").write_text(f"window.PAGE_TEXTS = {told};\n", "utf-8")


def excerpts(page: str) -> str:
    """Return words of a page's article, with its sections and their ids, for the search to read.

    Examples
    --------
    >>> excerpts('no<article><section id="a"><h1>A &lt; <b>b</b></h1></section></article>')
    '<div role="main"><section id="a">A &lt; b </section></div>'
    """
    article = BeautifulSoup(page, "html.parser").select_one("article")
    if article is None:
        return ""
    for one in article.select(", ".join(_NOT_READ)):
        one.decompose()
    return f'<div role="main">{_words(article)}</div>'


def _words(node: Tag) -> str:
    inner = "".join(
        escape(re.sub(r"\s+", " ", child), quote=False)
        if isinstance(child, NavigableString)
        else _words(child)
        for child in node.children
        if isinstance(child, NavigableString | Tag)
    )
    if node.name == "section" and node.get("id"):
        return f'<section id="{escape(str(node["id"]))}">{inner}</section>'
    return f"{inner} " if node.name in _BLOCKS else inner
