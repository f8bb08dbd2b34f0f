"""How a test calls what a student wrote, in the notebook and when it is graded elsewhere."""

import sys
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["each", "map_rows", "student"]


class _Student:
    """The names of the notebook that asks, as attributes."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  of any type
        try:
            return sys.modules["__main__"].__dict__[name]
        except KeyError:
            raise AttributeError(f"Your notebook defines no {name} yet.") from None

    def __repr__(self) -> str:
        return "the student's names"


student: Any = _Student()
"""What the student's cells have defined: ``student.f(1)`` calls their ``f``, as ``f(1)`` does.

In grading, the code behind the name runs in a process of its own.
"""


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
        return [function(*row) for row in rows]
    found: list[Any] = at_once(function, rows)
    return found


each = map_rows
"""The earlier name of `map_rows`; it keeps working."""
