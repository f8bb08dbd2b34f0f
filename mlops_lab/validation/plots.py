"""Pictures of lessons on validation: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlops_lab.kit import PALETTE, interval, label_lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["arms", "clean_gaps", "errors", "false_alarms", "far", "scoreboard"]

Floats = NDArray[np.float64]


def false_alarms(ax: Axes, rows: Sequence[int], shares: Floats, batch: int, sides: int = 6) -> Axes:
    """Draw on what share of good days a schema fires, by the rows that it was inferred from.

    Parameters
    ----------
    ax : Axes
    rows : numbers of rows, ascending
    shares : array of shape (rows, worlds)
        The share of good days on which it fires, 0 to 1.
    batch : int
        Rows of such a day.
    sides : int
        How many ends of columns new values may pass, for the law that is drawn beside it.
    """
    many = np.geomspace(rows[0], rows[-1], 60)
    law = 1 - (many / (many + batch)) ** sides
    ax.plot(rows, shares, "o", color=PALETTE["grey"], ms=4, alpha=0.6)
    ax.set(ylim=(-0.03, 1.03), xscale="log")
    ax.plot(many, law, color=PALETTE["orange"], ls="--", label=f"{sides} open sides")
    ax.plot(rows, shares.mean(axis=1), color=PALETTE["blue"], marker="o", label="measured")
    ax.set_xticks(list(rows), [f"{one:,}" for one in rows])
    ax.minorticks_off()
    first, last = shares.mean(axis=1)[[0, -1]]
    title = f"From {rows[0]:,} rows it fires on {first:.0%} of good days, from {rows[-1]:,} on"
    ax.set(title=f"{title} {last:.0%}", xlabel="rows that the schema was inferred from")
    ax.set_ylabel("share of good days\non which it fires")
    return label_lines(ax)


def clean_gaps(ax: Axes, rows: Sequence[int], shares: Floats, limit: float, batch: int) -> Axes:
    """Draw how often two samples of one law differ by more than a limit, by their size.

    Parameters
    ----------
    ax : Axes
    rows : numbers of rows, ascending
    shares : array of shape (rows,)
        The share of pairs that differ by more, 0 to 1.
    limit : float
    batch : int
        The size of a day, which is marked.
    """
    ax.plot(rows, shares, color=PALETTE["blue"], marker="o")
    ax.axvline(batch, color=PALETTE["grey"], ls=":")
    ax.text(batch * 1.08, 0.04, "a day", color=PALETTE["grey"])
    here = np.interp(np.log(batch), np.log(rows), shares)
    title = f"A limit of {limit:g} fires on {here:.0%} of good pairs of {batch:,} rows"
    ax.set(title=title, xlabel="rows of each sample", xscale="log", ylim=(-0.03, 1.03))
    ax.set_xticks(list(rows), [f"{one:,}" for one in rows])
    ax.minorticks_off()
    ax.set_ylabel("share of good pairs\nbeyond the limit")
    return ax


def scoreboard(ax: Axes, caught: pd.DataFrame, what: Mapping[str, str]) -> Axes:
    """Draw the share of batches on which each check fires, as a map with its numbers.

    Parameters
    ----------
    ax : Axes
    caught : DataFrame, kinds of batch by checks
        Shares, 0 to 1; the first row is that of good days.
    what : mapping of kind to what happened, in words
    """
    ax.imshow(caught.to_numpy(float), cmap="Blues", vmin=0, vmax=1.25, aspect="auto")
    for (row, column), share in np.ndenumerate(caught.to_numpy(float)):
        color = "white" if share > 0.7 else PALETTE["ink"]
        ax.text(column, row, f"{share:.0%}", ha="center", va="center", color=color, fontsize=9)
    ax.axhline(0.5, color=PALETTE["ink"], lw=2)
    heads = [name.replace(" ", "\n") for name in caught.columns]
    ax.set_xticks(range(caught.shape[1]), heads, fontsize=9)
    told = [f"{what[kind]} ({kind})" if kind in what else str(kind) for kind in caught.index]
    ax.set_yticks(range(len(caught)), told)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    quiet = caught.loc[:, caught.iloc[0] <= 0.1]  # fires on one good day in ten at the most
    sees = quiet.iloc[1:] >= 0.5
    best = max(sees, key=lambda name: sees[name].sum(), default=None)
    several = sees.any(axis=1).sum()
    said = (
        "no check is quiet" if best is None else f"{best} {sees[best].sum()}, all quiet {several}"
    )
    ax.set_title(f"Of {len(sees)} faults: {said}")
    return ax


def arms(ax: Axes, scores: Mapping[str, Sequence[float]]) -> Axes:
    """Draw the score of each arm in each world, and its mean.

    Parameters
    ----------
    ax : Axes
    scores : mapping of name to scores, one a world
        The area under the ROC curve, 0 to 1; worlds in the same order, joined by lines.
    """
    table = np.array([list(scores[name]) for name in scores])
    places = np.arange(len(table))
    ax.plot(places, table, color=PALETTE["grey"], lw=1, alpha=0.6)
    for place, values in zip(places, table, strict=True):
        ax.plot(place, values.mean(), "o", color=PALETTE["blue"], ms=8)
        ax.annotate(
            f"{values.mean():.3f}", (place, values.mean()), (10, 9), textcoords="offset points"
        )
    ax.set_xticks(places, list(scores))
    ax.set(xlim=(-0.4, len(table) - 0.4), ylabel="area under\nthe ROC curve")
    told = [f"{name} {values.mean():.2f}" for name, values in zip(scores, table, strict=True)]
    ax.set_title(f"Area under the curve: {', '.join(told)}")
    return ax


def errors(ax: Axes, found: Mapping[str, Sequence[float]]) -> Axes:
    """Draw how far estimates of a share lie from the truth: each world's, and the mean's interval.

    Parameters
    ----------
    ax : Axes
    found : mapping of name to errors, one a world
        As shares, 0 to 1.
    """
    for place, name in enumerate(reversed(list(found))):
        points = 100 * np.asarray(found[name])
        mean = interval(points)
        color = PALETTE["red"] if mean.low > 0 or mean.high < 0 else PALETTE["blue"]
        ax.plot(points, np.full(len(points), place), "o", color=PALETTE["grey"], ms=4, alpha=0.7)
        ends = [[mean.mean - mean.low], [mean.high - mean.mean]]
        style: dict[str, Any] = {"fmt": "o", "color": color, "ms": 7, "capsize": 4}
        ax.errorbar(mean.mean, place, xerr=ends, **style)
        ax.text(mean.mean, place + 0.22, f"{mean.mean:+.1f}", ha="center", color=color)
        beside: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center"}
        ax.text(0.0, place, f"{name}  ", ha="right", **beside)
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks([])
    typical = {name: 100 * float(np.sqrt(np.mean(np.square(found[name])))) for name in found}
    worst, last = max(typical, key=lambda name: typical[name]), list(found)[-1]
    ax.set(ylim=(-0.5, len(typical) - 0.3), xlabel="estimate less truth, percentage points")
    told = f"{worst} {typical[worst]:.1f} points, {last} {typical[last]:.1f}"
    ax.set_title(f"Root mean square error: {told}")
    return ax


def far(ax: Axes, distances: Mapping[str, float], limit: float, name: str, most: int = 8) -> Axes:
    """Draw the statistics that lie farthest above the usual, against the limit of them all.

    Parameters
    ----------
    ax : Axes
    distances : mapping of statistic to standard deviations above its mean
    limit : float
        Beyond it an alarm fires.
    name : str
        Of the batch, for the title.
    most : int
        How many bars are drawn.
    """
    shown = sorted(distances.items(), key=lambda one: -one[1])[:most][::-1]
    end = 3 * limit  # what is farther is cut off, and says so
    values = [min(value, end) for _, value in shown]
    colors = [PALETTE["red" if value > limit else "grey"] for _, value in shown]
    ax.barh(range(len(shown)), values, color=colors)
    for place, (_, value) in enumerate(shown):
        told = "beyond" if value > end else f"{value:.1f}"
        ax.text(max(min(value, end), 0.0), place, f" {told}", va="center", fontsize=9)
    ax.axvline(limit, color=PALETTE["ink"], ls="--")
    ax.set_yticks(range(len(shown)), [name for name, _ in shown])
    fired = sum(value > limit for value in distances.values())
    ax.set(xlim=(0, end * 1.12), xlabel="standard deviations above the usual")
    ax.set_title(f"{name}: {fired} of {len(distances)} statistics beyond the limit")
    return ax
