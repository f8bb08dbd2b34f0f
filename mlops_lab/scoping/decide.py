"""From draws to decisions: rank, find what drives the value, find where the choice turns."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from mlops_lab.core import did_you_mean
from mlops_lab.scoping.simulate import Inputs, values
from mlops_lab.scoping.worksheet import Project

__all__ = ["best_way", "flip_point", "ranking", "tornado"]

Measure: TypeAlias = Callable[[Mapping[str, Any]], Any]


def ranking(worth: pd.DataFrame) -> pd.DataFrame:
    """Rank options by the mean of their draws.

    Parameters
    ----------
    worth : DataFrame of shape (draws, options), no missing values, at least one of each
        The columns of one row belong to the same draw of the world.

    Returns
    -------
    DataFrame, an option a row, best mean first: `mean`, `p5`, `p95`, `p_loss` (share of draws
    below 0) and `p_best` (share of draws in which it is the best; a draw that ties is shared).

    Raises
    ------
    ValueError
        For an empty table or missing values.
    """
    if worth.empty or worth.isna().to_numpy().any():
        raise ValueError(
            f"need at least one draw and one option, no gaps; got the shape {worth.shape}"
        )
    best = worth.eq(worth.max(axis=1), axis=0)
    table = pd.DataFrame(
        {
            "mean": worth.mean(),
            "p5": worth.quantile(0.05),
            "p95": worth.quantile(0.95),
            "p_loss": worth.lt(0).mean(),
            "p_best": best.div(best.sum(axis=1), axis=0).mean(),
        }
    )
    return table.sort_values("mean", ascending=False)


def best_way(
    project: Project, draws: Inputs, *, horizon: float = 3.0, discount: float = 0.08
) -> str:
    """Say which way has the best mean: "model", "rule" or "nothing".

    A project that is not approved gets "nothing", whatever its numbers. Of ways that tie, the
    one with the least work wins.
    """
    if not project.approved:
        return "nothing"
    worth = values(draws, horizon=horizon, discount=discount).mean()
    return str(worth[["nothing", "rule", "model"]].idxmax())


def tornado(project: Project, measure: Measure, *, base: str = "mean") -> pd.DataFrame:
    """Move one input at a time from its low to its high, all others at their base.

    Parameters
    ----------
    project : Project
    measure : callable of a mapping of inputs -> number
    base : "mean", "likely", "low" or "high"

    Returns
    -------
    DataFrame, an input a row, widest swing first: `at_low`, `at_high`, `swing` (their distance).
    Inputs that are known numbers are left out.
    """
    middle = project.at(base)
    rows = {
        name: [float(measure({**middle, name: end})) for end in (one.low, one.high)]
        for name, one in project.inputs.items()
        if one.low < one.high
    }
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["at_low", "at_high"], dtype="float64"
    )
    table["swing"] = (table["at_high"] - table["at_low"]).abs()
    return table.sort_values("swing", ascending=False)


def flip_point(
    project: Project, name: str, measure: Measure, *, level: float = 0.0, base: str = "mean"
) -> float | None:
    """Find the value of one input, within its range, at which a measure passes a level.

    Parameters
    ----------
    project : Project
    name : str
        The input to move; all others stay at `base`.
    measure : callable of a mapping of inputs -> number
    level : float
        For a choice between two projects, what the other is worth.
    base : "mean", "likely", "low" or "high"

    Returns
    -------
    float, the lowest such value found on a grid of 100 steps; None where the choice never turns.

    Raises
    ------
    ValueError
        For a name that is no input, with the closest that is.
    """
    from scipy.optimize import brentq

    if name not in project.inputs:
        close = did_you_mean(name, project.inputs, "; did you mean {!r}?")
        hint = close or f": {', '.join(project.inputs)}"
        raise ValueError(f"there is no input {name!r}{hint}")
    middle, one = project.at(base), project.inputs[name]
    grid = np.linspace(one.low, one.high, 101)

    def above(x: float) -> float:
        return float(measure({**middle, name: x})) - level

    sides = np.sign([above(x) for x in grid])
    turns = np.flatnonzero(sides[:-1] * sides[1:] < 0)
    touch = np.flatnonzero(sides == 0)
    if touch.size and (not turns.size or touch[0] <= turns[0]):
        return float(grid[touch[0]])
    return float(brentq(above, grid[turns[0]], grid[turns[0] + 1])) if turns.size else None
