"""A sweep compared: means and paired differences with their intervals over seeds."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_lab.core import did_you_mean
from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps.means import Alike, pairs_of, rows_of
from mlops_lab.workbench.runs.sweeps.moved import moved
from mlops_lab.workbench.runs.sweeps.table import COMPLETE, FIXED, STALE, parameters_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LEVEL", "MOST_LINES", "Comparison", "compare", "is_number"]

LEVEL = 0.95
"""Coverage of the intervals, unless another is asked for."""
MOST_LINES = 6
"""Lines in one picture; a parameter of more values is no parameter of lines by itself."""
_SEED = "seed"


@dataclass(frozen=True)
class Comparison:
    """What varied, what came of it.

    Attributes
    ----------
    x, by : str or None
        The parameter along the axis, and that of the lines; None when fewer varied.
    compared : tuple of str
        Names of the values.
    table : DataFrame
        A row for each value and each combination of `x` and `by`, with ``mean``, ``low``,
        ``high`` (NaN for a single one), ``n``, and ``refuted``: in how many of the n the finding
        of that name, or of a record any finding, does not hold. ``effect`` is the mean difference
        from the runs with `of` at `against`, over ``pairs`` that are alike in all else, with
        ``effect_low`` and ``effect_high``. Runs that did not come to their end are left out.
    left_out : int
        How many did not.
    averaged : tuple of str
        Parameters other than the seed that varied too, and are averaged over.
    stale : int
        How many points are from before the notebook changed, and are left out too.
    level : float
        Coverage of the intervals, which are Student's t.
    of, against : str or None, object
        The parameter whose effects are given, and its value that the others are compared with.
    unmoved : tuple of str
        Values that were recorded, and that no parameter of the comparison has moved.
    remarks : tuple of str
        What else is to be known of it, a sentence without its stop each.
    unit : str
        What n counts: ``run``, or ``seed`` where runs of one seed are averaged over parameters
        first, since they are not independent.
    """

    x: str | None
    by: str | None
    compared: tuple[str, ...]
    table: "pd.DataFrame"
    left_out: int
    averaged: tuple[str, ...]
    stale: int = 0
    level: float = LEVEL
    of: str | None = None
    against: object = None
    unmoved: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unit: str = "run"


def compare(
    table: "pd.DataFrame",
    compared: Sequence[str] = (),
    *,
    x: str | None = None,
    by: str | None = None,
    of: str | None = None,
    against: str | None = None,
    level: float = LEVEL,
    aside: Collection[str] = (),
) -> Comparison:
    """Compare the points of a sweep, over seeds.

    Parameters
    ----------
    table : DataFrame
        From `results`.
    compared : sequence of str
        Columns to compare; by default every number that the notebook recorded and that the
        parameters of the comparison have moved.
    x, by : str, optional
        Parameters; by default those that take the most values, for `by` of at most `MOST_LINES`.
    of : str, optional
        The parameter whose effects are given, `by` or else `x` by default. Where it is named, only
        what it has moved is compared.
    against : str, optional
        The value of `of` that the others are compared with, as it is typed; by default the least
        number, or the first text in the table.
    level : float
        Coverage of the intervals, between 0 and 1.
    aside : collection of str
        Parameters that are no axis, and in which two runs of a pair may differ.

    Raises
    ------
    RefusedError
        For a column that is not there or holds no numbers, and when no point came to its end.
    """
    table = table.reset_index(drop=True)
    current = table[~table[STALE]] if STALE in table else table
    ended = _distinct(current[current["state"].isin(COMPLETE)], parameters_of(table))
    x, by, of = (_as_column(name, table) for name in (x, by, of))
    if ended.empty:
        raise RefusedError("No point of this sweep came to its end; results.csv says why.")
    if not 0 < level < 1:
        raise RefusedError(f"The level is {level}; a number between 0 and 1 is allowed.")
    _require(ended, [*compared, *filter(None, (x, by, of))], compared)
    varied = _varied(ended, parameters_of(table), aside)
    x, by = _axes(varied, x, by, of)
    movers = [name for name in ([of] if of else [x, by]) if name]
    of = of or by or x
    base = None if of is None else _level_of(ended, of, against)
    recorded = tuple(compared) or _recorded(ended, parameters_of(table))
    kept = recorded if compared or not movers else moved(ended, recorded, movers, varied)
    free = tuple(name for name in varied if name not in (x, by, _SEED))
    by_seed = _SEED in varied and _SEED not in (x, by) and bool(free or aside)
    unit = ended[_SEED] if by_seed else ended.index.to_series()
    alike = Alike(pairs_of(ended, varied, of), unit)
    return Comparison(
        x, by, kept, rows_of(ended, kept, (x, by), alike, (of, base), level),
        len(current) - int(current["state"].isin(COMPLETE).sum()), free, len(table) - len(current),
        level, of, base, tuple(name for name in recorded if name not in kept),
        unit="seed" if by_seed else "run",
    )  # fmt: skip


def _distinct(table: "pd.DataFrame", parameters: list[str]) -> "pd.DataFrame":
    # Equal points were run once, however many rows they have.
    return table.drop_duplicates(parameters) if parameters else table


def _require(table: "pd.DataFrame", names: Sequence[str], compared: Sequence[str]) -> None:
    for name in names:
        if name not in table:
            raise RefusedError(f"There is no column {name!r}.{did_you_mean(name, table.columns)}")
    if odd := [name for name in compared if not is_number(table[name])]:
        raise RefusedError(f"{odd[0]!r} holds no numbers to compare.")


def _as_column(name: str | None, table: "pd.DataFrame") -> str | None:
    # A parameter may be called as a column is that every table has.
    column = f"{name} (parameter)"
    return column if column in parameters_of(table) else name


def is_number(column: "pd.Series") -> bool:
    """Tell whether a column holds numbers, and no truths."""
    import pandas as pd

    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _recorded(table: "pd.DataFrame", parameters: Sequence[str]) -> tuple[str, ...]:
    known = {*FIXED, STALE, *parameters}
    return tuple(str(n) for n in table.columns if n not in known and is_number(table[n]))


def _varied(
    table: "pd.DataFrame", parameters: Sequence[str], aside: Collection[str]
) -> dict[str, int]:
    """Return how many values each parameter has that has several, the most first."""
    counts = {n: int(table[n].nunique(dropna=False)) for n in parameters if n not in aside}
    several = [name for name, count in counts.items() if count > 1]
    return {name: counts[name] for name in sorted(several, key=lambda n: counts[n], reverse=True)}


def _axes(
    varied: dict[str, int], x: str | None, by: str | None, of: str | None
) -> tuple[str | None, str | None]:
    free = [name for name in varied if name not in (x, by, of, _SEED)]
    if of and of not in (x, by):
        by = by or of
    if x is None:
        x = free.pop(0) if free else None
    if x is None and by in varied:
        x, by = by, None
    lines = (name for name in free if varied[name] <= MOST_LINES)
    return x, by or (next(lines, None) if x else None)


def _level_of(table: "pd.DataFrame", of: str, wanted: str | None) -> object:
    levels = list(table[of].drop_duplicates())
    if wanted is None:
        return min(levels) if is_number(table[of]) else levels[0]
    for one in levels:
        if str(one) == wanted or (is_number(table[of]) and _number(wanted) == one):
            return one
    known = ", ".join(map(str, levels[:10]))
    raise RefusedError(f"{of} is never {wanted!r} in this sweep; it is {known}.")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
