"""Text that a spreadsheet would take for a formula, and the way back."""

import re

__all__ = ["guarded", "unguarded"]

# A spreadsheet may divide at another sign than the file was written with, in the middle of a
# quoted cell too; what follows such a sign is the beginning of a cell then.
_BEGINNING = r"(\A|[;\t\r\n\v\f\x85\u2028\u2029])"
# What it leaves out before a formula: blanks, marks without a width, and quotes.
_SKIPPED = r"[\s\x00-\x1f\ufeff\u200b-\u200f\u2060\"']*"
# The signs, as they are and in full and small width, which an input method of East Asia writes.
_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
_FORMULA = re.compile(f"{_BEGINNING}(?={_SKIPPED}{_SIGN}|[\\t\\r])")
_GUARDED = re.compile(f"{_BEGINNING}'(?={_SKIPPED}{_SIGN}|[\\t\\r])")


def guarded(text: str) -> str:
    r"""Put an apostrophe before each part of a text that a spreadsheet would take for a formula.

    A part begins at the text's beginning, and after a semicolon, a tab or the end of a line.

    Examples
    --------
    >>> [guarded(each) for each in ("=1+1", "@x", "x;=1+1", "Ada", "1;2", "")]
    ["'=1+1", "'@x", "x;'=1+1", 'Ada', '1;2', '']
    """
    return _FORMULA.sub(r"\1'", text)


def unguarded(text: str) -> str:
    """Take the apostrophes of `guarded` out again.

    Examples
    --------
    >>> [unguarded(each) for each in ("'=1+1", "x;'=1+1", "''=1+1", "'tis", "-5")]
    ['=1+1', 'x;=1+1', "'=1+1", "'tis", '-5']
    """
    return _GUARDED.sub(r"\1", text)
