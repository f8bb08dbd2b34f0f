"""How a test calls what a student wrote, in the notebook and when it is graded elsewhere."""

import sys
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from mlops_lab.kit.copies import InPlace, copying

__all__ = ["each", "in_place", "map_rows", "student"]


class _Student:
    """The names of the notebook that asks, as attributes."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  of any type
        try:
            found = sys.modules["__main__"].__dict__[name]
        except KeyError:
            raise AttributeError(f"Your notebook defines no {name} yet.") from None
        return copying(found) if isinstance(found, FunctionType) else found

    def __repr__(self) -> str:
        return "the student's names"


student: Any = _Student()
"""What the student's cells have defined: ``student.f(1)`` calls their ``f``, as ``f(1)`` does.

In grading, the code behind the name runs in a process of its own. In either place it gets copies
of its arguments, so that a test still has what it handed over; `in_place` asks for another way.
"""


def in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a student's function change its arguments, as a test of what works in place needs it.

    Otherwise, a function of the student's gets copies of them in grading: a test that compares
    with what it has handed over would else compare with what the student has made of that.

    Parameters
    ----------
    function : callable
        The student's.

    Returns
    -------
    callable
        The same, but that its arguments are afterwards as it has left them.

    Examples
    --------
    >>> numbers = [3, 1, 2]
    >>> in_place(list.sort)(numbers)
    >>> numbers
    [1, 2, 3]
    """
    return InPlace(function)


def map_rows(function: Callable[..., Any], *columns: Iterable[Any]) -> list[Any]:
    """Call a function once for each row of columns, as ``list(map(function, *columns))`` does.

    A test that calls a student's function many thousand times uses it: in grading, the function
    lives in another process, and this makes the calls there in one go.

    Parameters
    ----------
    function : callable
        Of as many arguments as there are columns.
    *columns : iterable
        The arguments, all of one length. An array's numbers are handed on as Python's own.

    Returns
    -------
    list
        What each call returned, in order.

    Raises
    ------
    ValueError
        When the columns differ in length.

    Examples
    --------
    >>> map_rows(max, [1, 5], [3, 2])
    [3, 5]
    """
    plain = [one.tolist() if hasattr(one, "tolist") else one for one in columns]
    rows = list(zip(*plain, strict=True))
    at_once = getattr(type(function), "__each__", None)
    if at_once is None:
        call = copying(function)
        return [call(*row) for row in rows]
    found: list[Any] = at_once(function, rows)
    if type(found) is not list or len(found) != len(rows):
        raise TypeError(f"{len(rows)} calls gave {type(found).__name__}, and no value for each.")
    return found


each = map_rows
"""The earlier name of `map_rows`; it keeps working."""
