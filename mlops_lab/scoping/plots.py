"""Pictures of scoping lessons: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any worksheet and any data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, Interval
from mlops_lab.scoping.curve import Forecast
from mlops_lab.scoping.decide import ranking

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["advantages", "forecast", "gaps", "losses", "pilots", "swings"]

Floats = NDArray[np.float64]
_COLORS = ("blue", "orange", "green", "violet", "red")
_MARKERS = ("o", "s", "^", "D", "v")


def advantages(ax: Axes, worth: pd.DataFrame, shown: int = 300, seed: int = 0) -> Axes:
    """Draw the advantage of each option over many worlds, and how often each is the best.

    Parameters
    ----------
    ax : Axes
    worth : DataFrame of shape (worlds, options), in money
        The best mean comes first; an option that is 0 in every world is drawn as a line.
    shown : int, at least 1
        How many worlds become dots.
    seed : int
        Of which worlds these are, and of their places across the row.
    """
    ranked, rng = ranking(worth), np.random.default_rng(seed)
    some = worth.iloc[rng.choice(len(worth), min(shown, len(worth)), replace=False)] / 1000
    for row, (name, one) in enumerate(ranked.iterrows()):
        places = row + rng.uniform(-0.22, 0.22, len(some))
        ax.plot(some[name], places, ".", ms=3, color=PALETTE["pale"])
        ax.hlines(row, one["p5"] / 1000, one["p95"] / 1000, color=PALETTE["blue"], lw=2)
        ax.plot(one["mean"] / 1000, row, "o", color=PALETTE["blue"])
        said: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center"}
        ax.text(1.01, row, f"best in {one['p_best']:.0%}", **said)
    ax.axvline(0, color=PALETTE["ink"], ls=":")
    ax.set_yticks(range(len(ranked)), ranked.index)
    first = ranked.iloc[0]
    title = (
        f"{ranked.index[0]} has the best mean, and is the best in {first['p_best']:.0%} of worlds"
    )
    ax.set(title=title, xlabel="advantage over the best way without a model, 1,000 euro")
    ax.set_ylim(len(ranked) - 0.5, -0.5)
    return ax


def swings(ax: Axes, table: pd.DataFrame, base: float) -> Axes:
    """Draw a tornado: what the value is with each input at its low and at its high.

    Parameters
    ----------
    ax : Axes
    table : DataFrame with columns at_low and at_high, an input a row, widest first, in money
    base : float
        The value with every input at its mean.
    """
    for end, color in (("at_low", "orange"), ("at_high", "blue")):
        ax.barh(table.index, (table[end] - base) / 1000, left=base / 1000, color=PALETTE[color])
    ax.invert_yaxis()
    ax.axvline(0, color=PALETTE["ink"], ls=":")
    said: dict[str, Any] = {"transform": ax.transAxes, "ha": "right"}
    ax.text(0.99, 0.05, "orange: at its low\nblue: at its high", **said)
    title = f"{table.index[0]} decides most"
    ax.set(title=title, xlabel="advantage, 1,000 euro")
    return ax


def losses(ax: Axes, lost: Mapping[str, Interval]) -> Axes:
    """Draw what each way of choosing loses a portfolio, with its interval, in 1,000 euro."""
    for row, one in enumerate(lost.values()):
        ax.hlines(row, one.low, one.high, color=PALETTE["blue"], lw=2)
        ax.plot(one.mean, row, "o", color=PALETTE["blue"])
    ax.set_yticks(range(len(lost)), list(lost))
    ax.set_ylim(len(lost) - 0.5, -0.5)
    ax.axvline(0, color=PALETTE["ink"], ls=":")
    name, first = next(iter(lost.items()))
    ax.set(title=f"{name}: {first.mean:.1f} thousand euro lost a portfolio", xlabel="1,000 euro")
    return ax


def forecast(
    ax: Axes,
    sizes: ArrayLike,
    errors: Floats,
    told: Forecast,
    truth: float,
    beyond: pd.Series | None = None,
) -> Axes:
    """Draw a pilot's learning curve, its fit, the forecast with its interval, and the truth.

    Parameters
    ----------
    ax : Axes
    sizes : array of shape (k,)
        Training examples.
    errors : array of shape (repeats, k), shares
    told : Forecast
    truth : float, the accuracy that came, 0 to 1
    beyond : Series of size -> accuracy, or None
        What the pilot did not see.
    """
    n, accuracy = np.asarray(sizes, dtype=float), 1 - errors
    grid = np.geomspace(n[0], told.size, 100)
    if beyond is not None:
        ax.plot(beyond.index, beyond, color=PALETTE["grey"], lw=1, label="had you gone on")
    ax.plot(np.tile(n, len(errors)), accuracy.ravel(), ".", ms=3, color=PALETTE["pale"])
    ax.plot(n, accuracy.mean(axis=0), "o", ms=5, color=PALETTE["blue"], label="pilot")
    ax.plot(grid, 1 - told.curve.error(grid), color=PALETTE["blue"], lw=1)
    band: dict[str, Any] = {"color": PALETTE["orange"], "lw": 5, "label": "forecast, 95 %"}
    ax.vlines(told.size, told.low, told.high, **band)
    ax.plot(told.size, truth, "D", ms=6, color=PALETTE["ink"], label="truth")
    title = f"Forecast {told.accuracy:.3f}, truth {truth:.3f}"
    ax.set(
        title=title, xscale="log", xlabel="training examples", ylabel="accuracy", ylim=(None, 1.02)
    )
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def gaps(ax: Axes, table: pd.DataFrame, tolerance: float) -> Axes:
    """Scatter the gap of each backtest against the miss of its forecast.

    Parameters
    ----------
    ax : Axes
    table : DataFrame with columns model, rows, gap and miss, in accuracy
        `rows` is the size of the pilot.
    tolerance : float
        The gap up to which a backtest passes.
    """
    least = 0.001
    for model, color, marker in zip(table["model"].unique(), _COLORS, _MARKERS, strict=False):
        for shade, (rows, part) in enumerate(table[table["model"] == model].groupby("rows")):
            style: dict[str, Any] = {"ms": 4 + 3 * shade, "alpha": 0.7, "mec": "none"}
            x, y = (part[column].abs().clip(lower=least) for column in ("gap", "miss"))
            label = f"{model}, {rows:,}"
            ax.plot(x, y, marker, color=PALETTE[color], label=label, **style)
    ax.axvline(tolerance, color=PALETTE["ink"], ls=":")
    ax.axline((least, least), (1, 1), color=PALETTE["grey"], lw=1)
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="gap of the backtest, in accuracy",
        ylabel="miss of the forecast",
    )
    missed = (table["gap"].abs() <= tolerance) & (table["miss"].abs() > tolerance)
    passed = (table["gap"].abs() <= tolerance).sum()
    ax.set_title(f"Of {passed} backtests that pass, {missed.sum()} forecasts miss by more")
    ax.legend(title="model, pilot", loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def pilots(ax: Axes, table: pd.DataFrame) -> Axes:
    """Scatter what the best pilot nets against what perfect information would bring.

    Parameters
    ----------
    ax : Axes
    table : DataFrame with columns perfect and net, in money, a portfolio a row
    """
    pays = table["net"] > 0
    for part, color, name in ((~pays, "grey", "none pays"), (pays, "blue", "a pilot pays")):
        x, y = table.loc[part, "perfect"] / 1000, table.loc[part, "net"] / 1000
        ax.plot(x, y, "o", ms=5, color=PALETTE[color], label=name)
    ax.axhline(0, color=PALETTE["ink"], ls=":")
    ax.set(
        title=f"A pilot pays in {pays.mean():.0%} of portfolios",
        xlabel="perfect information, 1,000 euro",
        ylabel="best pilot less its price, 1,000 euro",
    )
    ax.legend(loc="upper left")
    return ax
