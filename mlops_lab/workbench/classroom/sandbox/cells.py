"""Notebook cells as plain Python: what only IPython understands is left out."""

import __future__

import ast
import inspect
import re
from contextlib import suppress
from types import CodeType
from typing import Any

__all__ = ["FUTURE", "compiled", "execute", "without_magics"]

FUTURE = 0  # the bits of a code's flags that say what it imported from the future
for _name in __future__.all_feature_names:
    FUTURE |= getattr(__future__, _name).compiler_flag

_TIMED = re.compile(r"^(\s*)%time\s+(?=\S)")  # what is timed is run
_GIVEN = re.compile(r"^(\s*\w+\s*=\s*)(%[A-Za-z]|!)")
_MAGIC = re.compile(r"\s*(%{1,2}[A-Za-z]|!(?!=)|\?|%?[\w.*\[\]]+\?{1,2}\s*$)")
_PROMPT = re.compile(r"^(>>>|\.\.\.) ?")
_FOREIGN = re.compile(r"^\s*%%(?!time|timeit|capture|prun)[A-Za-z]")  # not Python below it


def compiled(source: str, name: str, future: int = 0) -> CodeType:
    """Compile a cell; where Python refuses it, once more without what only IPython reads.

    Parameters
    ----------
    source : str
        Of one cell.
    name : str
        What tracebacks call it.
    future : int
        What cells before have imported from the future, as it lasts in a notebook.

    Returns
    -------
    CodeType
        A coroutine's where the cell awaits something at its top.

    Raises
    ------
    SyntaxError
        Of the cell as it was written.
    """
    flags = future | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        return _code(source, name, flags)
    except SyntaxError:
        plain = without_magics(source)
        if plain == source:
            raise
        with suppress(SyntaxError):
            return _code(plain, name, flags)
        raise  # of the cell as it was written


def _code(source: str, name: str, flags: int) -> CodeType:
    code: CodeType = compile(source, name, "exec", flags, dont_inherit=True)
    return code


def execute(code: CodeType, names: dict[str, Any]) -> None:
    """Run what was compiled; what it awaits at its top is waited for."""
    if code.co_flags & inspect.CO_COROUTINE:
        import asyncio  # few cells await something

        asyncio.run(eval(code, names))
    else:
        exec(code, names)


def without_magics(source: str) -> str:
    r"""Put ``pass`` in place of magics, shell commands and questions; lines keep their numbers.

    What ``%time`` times stays, and so does the code after prompts and behind a margin.

    Examples
    --------
    >>> without_magics("%matplotlib inline\nx = 7 % 2")
    'pass\nx = 7 % 2'
    >>> without_magics("%%bash\nls")
    ''
    """
    if _FOREIGN.match(source):
        return ""
    lines, i = _without_margin(source.split("\n")), 0
    while i < len(lines):
        timed = _TIMED.sub(r"\1", lines[i])
        given, magic = _GIVEN.match(timed), _MAGIC.match(timed)
        lines[i] = timed
        if given or magic:
            lines[i] = f"{given[1]}None" if given else f"{_indent(timed)}pass"
            while timed.endswith("\\") and i + 1 < len(lines):  # it goes on in the next line
                i += 1
                timed, lines[i] = lines[i], ""
        i += 1
    return "\n".join(lines)


def _without_margin(lines: list[str]) -> list[str]:
    """Leave out what IPython leaves out: a margin before all lines, and Python's prompts."""
    first = next((line for line in lines if line.strip()), "")
    lines = [line.removeprefix(_indent(first)) for line in lines]
    return [_PROMPT.sub("", line) for line in lines] if first.lstrip().startswith(">>>") else lines


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
