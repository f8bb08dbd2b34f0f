"""How what students wrote, and what came of it, is shown: as text that can do nothing."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["MOST_SHOWN", "as_code", "as_words", "compared", "harmless"]

MOST_SHOWN = 20_000
_SHORT, _MOST_WORDS = (
    1_000,
    100,
)  # comparing takes the cube of it at worst, and what was found may be hostile
_WORDS = re.compile(r"\w+(?:\.\w+)*|\s|.")
_ALIKE = 0.4
# HTML has no such characters, and some of them act on a terminal that a page is shown in.
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], "\N{REPLACEMENT CHARACTER}")
_CONTROLS |= {ord("\t"): "\t", ord("\n"): "\n", ord("\r"): ""}


def harmless(text: str) -> str:
    """Replace the characters that no page may hold: controls, and halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode().translate(_CONTROLS)


def _cut(text: str) -> tuple[str, str]:
    more = len(text) - MOST_SHOWN
    return text[:MOST_SHOWN], f"\n[{more:,} more characters are left out]" if more > 0 else ""


def as_code(text: str, *, python: bool) -> "Markup":
    """Show a cell, Python in colours; of a long one the first `MOST_SHOWN` characters."""
    from markupsafe import Markup, escape
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    kept, told = _cut(text)
    if not python:
        return escape(kept + told)
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    coloured = highlight(kept, lexer, HtmlFormatter(nowrap=True))  # which escapes what it is given
    added = "" if kept.endswith("\n") else "\n"
    return Markup(coloured.removesuffix(added)) + escape(told)


def as_words(text: str, *, lines: bool = False) -> "Markup":
    """Show Markdown as it is meant; of a long text the first `MOST_SHOWN` characters.

    Parameters
    ----------
    text : str
        Of any origin.
    lines : bool
        Keep the ends of lines, as in what was typed into a box.
    """
    from markupsafe import Markup, escape

    from mlops_lab.workbench.classroom.mark.render import safe_html

    kept, told = _cut(text)
    return Markup(safe_html(kept, below=2, lines=lines)) + escape(told)


def compared(expected: str, found: str) -> tuple["Markup", "Markup"]:
    """Show two texts; where both are short and much alike, mark the words that differ.

    Examples
    --------
    >>> compared("[1, 0.5, 3]", "[1, 0.55, 3]")
    (Markup('[1, <mark>0.5</mark>, 3]'), Markup('[1, <mark>0.55</mark>, 3]'))
    >>> compared("abc", "xyz")
    (Markup('abc'), Markup('xyz'))
    """
    from markupsafe import escape

    one, other = (_WORDS.findall(text[:_SHORT]) for text in (expected, found))
    alike = SequenceMatcher(None, one, other, autojunk=False)
    short = max(len(expected), len(found)) <= _SHORT and max(len(one), len(other)) <= _MOST_WORDS
    if not short or expected == found or alike.ratio() < _ALIKE:
        return escape("".join(_cut(expected))), escape("".join(_cut(found)))
    steps = alike.get_opcodes()
    left = [("".join(one[a:b]), kind) for kind, a, b, _, _ in steps]
    right = [("".join(other[c:d]), kind) for kind, _, _, c, d in steps]
    return _marked(left), _marked(right)


def _marked(pieces: Sequence[tuple[str, str]]) -> "Markup":
    from markupsafe import Markup, escape

    mark = Markup("<mark>{}</mark>")
    shown = (
        escape(text) if kind == "equal" else mark.format(text) for text, kind in pieces if text
    )
    return Markup("").join(shown)
