"""Which of the values that a sweep measured its parameters have moved at all."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["moved"]

_ROUNDING = 1e-9  # of the larger of two values: what another order of additions may change


def moved(
    table: "pd.DataFrame", values: Sequence[str], by: Sequence[str], varied: Collection[str]
) -> tuple[str, ...]:
    """Name the values that differ between two runs which differ in one parameter alone.

    Where no two runs do so, as with points drawn at random, those that differ between any.

    Parameters
    ----------
    table : DataFrame
        A row a run.
    values : sequence of str
        Columns of numbers.
    by : sequence of str
        The parameters that may have moved them.
    varied : collection of str
        All parameters in which runs may differ.
    """
    groups = [group for name in by for group in _alike(table, name, varied)] or [table]
    return tuple(name for name in values if any(_differs(group[name]) for group in groups))


def _alike(
    table: "pd.DataFrame", parameter: str, varied: Collection[str]
) -> "Iterator[pd.DataFrame]":
    others = [name for name in varied if name != parameter]
    groups = (group for _, group in table.groupby(others, dropna=False)) if others else [table]
    yield from (one for one in groups if len(one[parameter].drop_duplicates()) > 1)


def _differs(values: "pd.Series") -> bool:
    if 0 < values.isna().sum() < len(values):
        return True
    low, high = float(values.min()), float(values.max())
    if low == high or values.isna().all():
        return False
    return not high - low <= _ROUNDING * max(abs(low), abs(high))
