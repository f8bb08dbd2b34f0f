"""The field's words: what a reader can search for, and no pet phrase."""

import io
import re
import tokenize
from pathlib import Path

from nbformat import NotebookNode

from rules.reading import prose, strings, where

__all__ = ["fields_words", "worth_once"]

INSTEAD = {
    r"rings?(?![- ](?:buffer|all-?reduce))|rang|rung|ringing": "fires, an alarm",
    r"exams?": "test set",
    r"foretold|foretells?": "forecast",
    r"dear|dearer|dearest": "expensive",
    r"sisters?": "a word for how they are alike",
    r"mend|mends|mended|mending": "fixed",
    r"(?:is|are|was|were) worth": "what it gains, a number",
    r"held against": "compared with",
    r"so and so": "a name",
}
REFUSED = {
    re.compile(rf"\b(?:{words})\b".replace(" ", r"\s+"), re.I): told
    for words, told in INSTEAD.items()
}
WORTH = re.compile(r"\bworth\b", re.I)


def fields_words(nb: NotebookNode, _path: Path) -> list[str]:
    """No word that a reader cannot search for: not in text, comments, titles or questions."""
    return [
        f"{where(cell)} says {hit[0]!r}; instead: {told}"
        for cell in nb.cells
        for said in [_said(cell)]
        for words, told in REFUSED.items()
        for hit in words.finditer(said)
    ]


def worth_once(nb: NotebookNode, _path: Path) -> list[str]:
    """`worth` is said once at most."""
    saying = [where(cell) for cell in nb.cells for _ in WORTH.findall(_said(cell))]
    if len(saying) <= 1:
        return []
    return [f"'worth' is said {len(saying)} times ({', '.join(saying)}); once at most"]


def _said(cell: NotebookNode) -> str:
    """Return what a cell says to its reader; a string of a single word is data, no sentence."""
    if cell.cell_type == "markdown":
        return re.sub(r"`[^`\n]+`", "", prose(cell.source))
    told = [text for text in strings(cell.source) if " " in text.strip()]
    return "\n".join([*told, *_comments(cell.source)])


def _comments(source: str) -> list[str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):  # no plain Python, which has a rule of its own
        return []
    return [token.string for token in tokens if token.type == tokenize.COMMENT]
