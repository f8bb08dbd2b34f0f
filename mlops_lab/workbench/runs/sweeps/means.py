"""Means and paired differences of runs, with their intervals."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.run import REFUTED

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Alike", "pairs_of", "rows_of"]

_MEASURED = ("mean", "low", "high", "n", "refuted", "effect", "effect_low", "effect_high", "pairs")


@dataclass(frozen=True)
class Alike:
    """Which runs belong together: those of one number in `pair`, and of one value in `unit`.

    Runs of a pair are compared with each other; runs of a unit are averaged before an interval is
    made, since they are not independent.
    """

    pair: "pd.Series"
    unit: "pd.Series"


def pairs_of(table: "pd.DataFrame", varied: Collection[str], of: str | None) -> "pd.Series":
    """Return a number for each setting of all but `of`: runs of one number are a pair."""
    others = [name for name in varied if name != of]
    if not others:
        return table["state"].map(lambda _: 0)
    return table.groupby(others, dropna=False).ngroup()


def rows_of(
    table: "pd.DataFrame",
    values: Sequence[str],
    axes: tuple[str | None, str | None],
    alike: Alike,
    base: tuple[str | None, object],
    level: float,
) -> "pd.DataFrame":
    """Return the rows of a comparison, as `Comparison.table` has them.

    Parameters
    ----------
    table : DataFrame
        A row a run that came to its end.
    values : sequence of str
        What is compared.
    axes : tuple of str or None
        The parameters that a row has one value of each.
    alike : Alike
        Which runs belong together.
    base : tuple of str or None and object
        The parameter whose effects are given, and its value that the others are compared with.
    level : float
        Coverage of the intervals.
    """
    import pandas as pd

    by = [name for name in axes if name]
    of, against = base
    groups: dict[tuple[object, ...], pd.DataFrame] = {(): table}
    if by:
        groups = dict(list(table.groupby(by, dropna=False)))
    at = by.index(of) if of in by else None
    rows = []
    for key, group in groups.items():
        beside = None if at is None else groups.get((*key[:at], against, *key[at + 1 :]))
        place = dict(zip(by, key, strict=True))
        for name in values:
            found = {
                **_mean(group, name, alike.unit, level),
                **_effect(group, beside, name, alike, level),
            }
            rows.append({"value": name, **place, **found})
    made = pd.DataFrame(rows, columns=["value", *by, *_MEASURED])
    return made.sort_values("value", key=lambda one: one.map(values.index), kind="stable")


def _mean(runs: "pd.DataFrame", name: str, unit: "pd.Series", level: float) -> dict[str, float]:
    found = runs[name].dropna()
    unit = unit.loc[found.index]
    means = list(found.groupby(unit).mean())
    mean, low, high = _interval(means, level)
    refuted = int(_refuted(runs.loc[found.index], name).groupby(unit).any().sum())
    return {"mean": mean, "low": low, "high": high, "n": len(means), "refuted": refuted}


def _effect(
    runs: "pd.DataFrame",
    others: "pd.DataFrame | None",
    name: str,
    alike: Alike,
    level: float,
) -> dict[str, float]:
    if others is None or others is runs:
        return {"effect": math.nan, "effect_low": math.nan, "effect_high": math.nan, "pairs": 0}
    pair, unit = alike.pair, alike.unit
    here, there = (one[name].groupby(pair.loc[one.index]).mean() for one in (runs, others))
    units = unit.loc[runs.index].groupby(pair.loc[runs.index]).first()
    differences = (here - there).dropna()
    means = list(differences.groupby(units.loc[differences.index]).mean())
    mean, low, high = _interval(means, level)
    return {"effect": mean, "effect_low": low, "effect_high": high, "pairs": len(means)}


def _interval(values: Sequence[float], level: float) -> tuple[float, float, float]:
    from mlops_lab.kit.compare import interval

    if len(values) < 2 or not all(map(math.isfinite, values)):
        mean = sum(values) / len(values) if values else math.nan
        return mean, math.nan, math.nan
    over = interval(values, level)
    return over.mean, over.low, over.high


def _refuted(runs: "pd.DataFrame", name: str) -> "pd.Series":
    if (own := f"{name} holds") in runs:
        return ~runs[own].astype(bool)
    return runs["state"] == REFUTED
