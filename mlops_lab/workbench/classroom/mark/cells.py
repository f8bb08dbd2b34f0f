"""Text in the cells of a table that a spreadsheet opens, and back."""

import re

__all__ = ["guarded", "unguarded"]

# An apostrophe that stands there already gets another, so that the way back is never in doubt.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; numbers stay.

    Examples
    --------
    >>> [guarded(each) for each in ("=1+1", "-5", "- no", "'=1+1", "yes")]
    ["'=1+1", '-5', "'- no", "''=1+1", 'yes']
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Take the apostrophe of `guarded` off again.

    Examples
    --------
    >>> [unguarded(each) for each in ("'=1+1", "-5", "'- no", "''=1+1", "'tis")]
    ['=1+1', '-5', '- no', "'=1+1", "'tis"]
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
