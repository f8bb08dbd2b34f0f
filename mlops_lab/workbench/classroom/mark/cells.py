"""Text in the cells of a table that a spreadsheet opens, and back."""

import re

from mlops_lab.workbench.classroom import formulas
from mlops_lab.workbench.classroom.formulas import unguarded

__all__ = ["guarded", "unguarded"]

_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


def guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; numbers stay.

    Examples
    --------
    >>> [guarded(each) for each in ("=1+1", "-5", "- no", "'=1+1", "yes")]
    ["'=1+1", '-5', "'- no", "''=1+1", 'yes']
    """
    return text if _NUMBER.fullmatch(text) else formulas.guarded(text)
