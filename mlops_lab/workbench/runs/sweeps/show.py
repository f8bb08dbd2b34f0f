"""A sweep compared: means with their intervals over seeds, as a table and as a picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.errors import RefusedError, did_you_mean
from mlops_lab.workbench.runs.notebook import beside
from mlops_lab.workbench.runs.run import REFUTED
from mlops_lab.workbench.runs.sweeps.table import COMPLETE, FIXED, STALE, parameters_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Comparison", "compare", "draw", "picture"]

_MOST = 9  # panels in one picture; more are unreadable
_COLORS = ("blue", "orange", "green", "violet", "red", "grey")
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
        ``high`` (95 % interval, NaN for a single run), ``n``, and ``refuted``: in how many of the n
        runs the finding of that name, or of a record any finding, does not hold. Runs that did not
        come to their end are left out.
    left_out : int
        How many did not.
    averaged : tuple of str
        Parameters other than the seed that varied too, and are averaged over.
    stale : int
        How many points are from before the notebook changed, and are left out too.
    """

    x: str | None
    by: str | None
    compared: tuple[str, ...]
    table: "pd.DataFrame"
    left_out: int
    averaged: tuple[str, ...]
    stale: int = 0

    def text(self) -> str:
        """Lay the table out for the terminal, and say what it leaves out."""
        lines = [self.table.to_string(index=False, float_format="{:.4g}".format)]
        if self.averaged:
            lines.append(f"averaged over {', '.join(self.averaged)}")
        if refuted := (self.table["refuted"] > 0).sum():
            lines.append(f"{refuted} rows count runs in which a finding does not hold")
        if self.left_out:
            lines.append(f"{self.left_out} points failed and are left out")
        if self.stale:
            lines.append(f"{self.stale} points are stale and are left out; run them again")
        return "\n".join(lines)


def compare(
    table: "pd.DataFrame",
    compared: Sequence[str] = (),
    *,
    x: str | None = None,
    by: str | None = None,
) -> Comparison:
    """Compare the points of a sweep, over seeds.

    Parameters
    ----------
    table : DataFrame
        From `results`.
    compared : sequence of str
        Columns to compare; by default every number that the notebook recorded.
    x, by : str, optional
        Parameters; by default those that take the most values.

    Raises
    ------
    RefusedError
        For a column that is not there or holds no numbers, and when no point came to its end.
    """
    current = table[~table[STALE]] if STALE in table else table
    ended = current[current["state"].isin(COMPLETE)]
    x, by = (_as_column(name, table) for name in (x, by))
    if ended.empty:
        raise RefusedError("No point of this sweep came to its end; results.csv says why.")
    wanted = tuple(compared) or _recorded(ended)
    for name in (*wanted, *filter(None, (x, by))):
        if name not in ended:
            raise RefusedError(f"There is no column {name!r}.{did_you_mean(name, ended.columns)}")
    if odd := [name for name in wanted if not _is_number(ended[name])]:
        raise RefusedError(f"{odd[0]!r} holds no numbers to compare.")
    varied = _varied(ended)
    chosen = [name for name in (x, by) if name]
    free = [name for name in varied if name not in chosen]
    x = x or (free.pop(0) if free else None)
    by = by or (free.pop(0) if free else None)
    rows = _rows(ended, wanted, [name for name in (x, by) if name])
    left_out, stale = len(current) - len(ended), len(table) - len(current)
    return Comparison(x, by, wanted, rows, left_out, tuple(free), stale)


def _as_column(name: str | None, table: "pd.DataFrame") -> str | None:
    # A parameter may be called as a column is that every table has.
    column = f"{name} (parameter)"
    return column if column in parameters_of(table) else name


def _is_number(column: "pd.Series") -> bool:
    import pandas as pd

    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _recorded(table: "pd.DataFrame") -> tuple[str, ...]:
    known = {*FIXED, STALE, *parameters_of(table)}
    return tuple(str(n) for n in table.columns if n not in known and _is_number(table[n]))


def _varied(table: "pd.DataFrame") -> list[str]:
    names = [name for name in parameters_of(table) if name != _SEED]
    counts = {name: table[name].nunique(dropna=False) for name in names}
    return sorted((n for n in names if counts[n] > 1), key=lambda n: counts[n], reverse=True)


def _rows(table: "pd.DataFrame", values: Sequence[str], by: list[str]) -> "pd.DataFrame":
    import pandas as pd

    groups = table.groupby(by, dropna=False) if by else [((), table)]
    rows = [
        {"value": name, **dict(zip(by, key, strict=True)), **_mean(group, name)}
        for name in values
        for key, group in groups
    ]
    return pd.DataFrame(rows)


def _mean(runs: "pd.DataFrame", name: str) -> dict[str, float]:
    from mlops_lab.kit.compare import interval

    found = runs[name].dropna()
    counted = {"n": len(found), "refuted": _refuted(runs.loc[found.index], name)}
    if len(found) < 2 or not all(map(math.isfinite, found)):
        mean = float(found.mean())  # NaN for none
        return {"mean": mean, "low": math.nan, "high": math.nan, **counted}
    over = interval(found.to_numpy())
    return {"mean": over.mean, "low": over.low, "high": over.high, **counted}


def _refuted(runs: "pd.DataFrame", name: str) -> int:
    if (own := f"{name} holds") in runs:
        return int((~runs[own].astype(bool)).sum())
    return int((runs["state"] == REFUTED).sum())


def draw(comparison: Comparison, path: Path) -> Path:
    """Draw a comparison, one panel a value, into a PNG file; an older one is replaced.

    Raises
    ------
    RefusedError
        When nothing varied but the seed: there is nothing to draw along.
    """
    figure = picture(comparison)
    trial = beside(path)
    figure.savefig(trial, dpi=110, format="png")
    trial.replace(path)
    return path


def picture(comparison: Comparison) -> "Figure":
    """Give the figure that `draw` writes, one panel a value.

    A mean over runs in which a finding does not hold is a hollow point.
    """
    from matplotlib.figure import Figure

    if comparison.x is None:
        raise RefusedError("Only the seed varied: there is no parameter to draw along.")
    shown = comparison.compared[:_MOST]
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    figure = Figure(figsize=(4.2 * columns, 3.2 * rows), layout="constrained")
    for name, axes in zip(shown, figure.subplots(rows, columns, squeeze=False).flat, strict=False):
        _panel(axes, comparison, name)
    for axes in figure.axes[len(shown) :]:
        axes.remove()
    if (comparison.table["refuted"] > 0).any():
        figure.supxlabel("hollow: a finding does not hold in some of these runs", fontsize="small")
    return figure


def _panel(axes: "Axes", comparison: Comparison, name: str) -> None:
    from mlops_lab.kit.style import PALETTE

    table = comparison.table[comparison.table["value"] == name]
    lines = table.groupby(comparison.by, dropna=False) if comparison.by else [(None, table)]
    for (label, line), color in zip(lines, cycle(_COLORS), strict=False):
        x, mean = line[comparison.x].to_numpy(), line["mean"].to_numpy()
        x = x if _is_number(line[comparison.x]) else x.astype(str)
        axes.plot(x, mean, "o-", color=PALETTE[color], label=_shown(label))
        refuted = line["refuted"].to_numpy() > 0
        axes.plot(x[refuted], mean[refuted], "o", color=PALETTE[color], mfc="white", zorder=3)
        spread = line["low"].notna().to_numpy()
        axes.vlines(
            x[spread], line["low"][spread], line["high"][spread], color=PALETTE[color], alpha=0.5
        )
    axes.set(title=name, xlabel=comparison.x)
    if comparison.by:
        axes.legend(title=comparison.by, fontsize="small")


def _shown(label: object) -> str | None:
    return None if label is None else str(label)
