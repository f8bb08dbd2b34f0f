"""Turn Markdown of any origin into HTML that does nothing but stand there."""

from functools import cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mistune import Markdown

__all__ = ["code_html", "safe_html", "words"]

_MOST = 20_000  # what is longer is no answer in words, and could keep the reader of Markdown busy
_TAGS = frozenset(
    [
        "p",
        "em",
        "strong",
        "del",
        "code",
        "pre",
        "blockquote",
        "br",
        "hr",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)


def safe_html(text: str, *, below: int = 0, lines: bool = False) -> str:
    """Render Markdown without raw HTML, images or anything that can be clicked.

    Parameters
    ----------
    text : str
        A student's, so hostile. HTML in it is shown as text, a link as its words and address, an
        image as its words and address, and nothing is fetched.
    below : int
        The level of the heading that the text stands below; its own ones are lower.
    lines : bool
        Keep the ends of lines, as in what was typed into a box.

    Returns
    -------
    str
        HTML; for a very long text, or one that cannot be read as Markdown, the text as it is.
    """
    import nh3

    if len(text) > _MOST:
        return code_html(text)
    try:
        made = str(_reader(below, lines)(text))
    except (RecursionError, ValueError, IndexError, KeyError, TypeError):
        return code_html(text)
    # What a tag that goes holds is text, and stays.
    return nh3.clean(made, tags=_TAGS, attributes={}, clean_content_tags=set())


def code_html(text: str) -> str:
    """Show a text as it is, with its lines."""
    return f"<pre style='white-space: pre-wrap'>{escape(text)}</pre>"


def words(text: str) -> int:
    """Count the words of a text; signs of Markdown that stand alone are none.

    Examples
    --------
    >>> words("- 40 a day | **why** |")
    4
    """
    return sum(any(map(str.isalnum, part)) for part in text.split())


@cache
def _reader(below: int, lines: bool) -> "Markdown":
    import mistune

    class Plain(mistune.HTMLRenderer):
        """Writes links and images as words."""

        def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
            shown = escape(url)
            return text if text == shown else f"{text} ({shown})"

        def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
            return f"[image: {text} {escape(url)}]"

        def heading(self, text: str, level: int, **_: object) -> str:
            return f"<h{min(below + level, 6)}>{text}</h{min(below + level, 6)}>\n"

    return mistune.create_markdown(
        renderer=Plain(escape=True), plugins=["table", "strikethrough"], hard_wrap=lines
    )
