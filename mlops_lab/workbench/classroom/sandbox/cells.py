"""Notebook cells as plain Python: what only IPython understands is left out."""

import re
from contextlib import suppress
from types import CodeType

__all__ = ["compiled", "without_magics"]

_MAGIC = re.compile(r"^(\s*)(%{1,2}[A-Za-z]|!|\?)|^(\s*)\S.*\?$")
_FOREIGN = re.compile(r"^\s*%%(?!time|timeit|capture|prun)[A-Za-z]")  # not Python below it


def compiled(source: str, name: str) -> CodeType:
    """Compile a cell; where Python refuses it, once more without the lines that IPython reads.

    Parameters
    ----------
    source : str
        Of one cell.
    name : str
        What tracebacks call it.

    Raises
    ------
    SyntaxError
        Of the cell as it was written.
    """
    try:
        return compile(source, name, "exec", dont_inherit=True)
    except SyntaxError:
        plain = without_magics(source)
        if plain == source:
            raise
        with suppress(SyntaxError):
            return compile(plain, name, "exec", dont_inherit=True)
        raise  # of the cell as it was written


def without_magics(source: str) -> str:
    r"""Put ``pass`` in place of magics, shell commands and questions; lines keep their numbers.

    Examples
    --------
    >>> without_magics("%matplotlib inline\nx = 7 % 2")
    'pass\nx = 7 % 2'
    >>> without_magics("%%bash\nls")
    ''
    """
    if _FOREIGN.match(source):
        return ""
    lines = source.split("\n")
    for i, line in enumerate(lines):
        if found := _MAGIC.match(line):
            lines[i] = f"{found[1] or found[3] or ''}pass"
    return "\n".join(lines)
