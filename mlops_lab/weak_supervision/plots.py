"""Pictures of weak supervision: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mlops_lab.kit import PALETTE, Interval, interval, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["arms", "copied", "correlations", "crossover", "judges", "spoken"]

_LOOKS = (("grey", "s--"), ("red", "o-"), ("blue", "D-."))  # of lines, in order


def spoken(ax: Axes, rules: Sequence[str], shares: ArrayLike, silent: ArrayLike) -> Axes:
    """Draw how many comments are left without any vote as rules are added one by one.

    Parameters
    ----------
    ax : Axes
    rules : m names, in the order in which they were written
    shares : array of shape (m, 2)
        After each rule, the share of class 0 and of class 1 in which some rule has voted, 0 to 1.
    silent : array of shape (m,)
        The share of all in which no rule has voted yet, 0 to 1.
    """
    given, left = np.asarray(shares, dtype=float), np.asarray(silent, dtype=float)
    at = np.arange(len(rules))
    ax.plot(at, given[:, 1], "o-", color=PALETTE["red"], ms=4, label="of spam")
    ax.plot(at, given[:, 0], "s--", color=PALETTE["blue"], ms=4, label="of the others")
    title = f"{len(rules)} rules, and {left[-1]:.0%} of the comments still have no vote"
    ax.set(title=title, ylabel="share with a vote", ylim=(0, 1.05))
    ax.set_xticks(at, rules, rotation=40, ha="right")
    return label_lines(ax)


def copied(ax: Axes, shares: pd.DataFrame) -> Axes:
    """Draw the share right of several judges against the number of copies.

    Parameters
    ----------
    ax : Axes
    shares : DataFrame with a column `copies` and one for each judge
        A row for each draw; the band is the interval over draws.
    """
    for (color, style), name in zip(_LOOKS, shares.columns.drop("copies"), strict=False):
        found = shares.groupby("copies")[name].apply(interval)
        at = found.index.to_numpy()
        ax.plot(at, [one.mean for one in found], style, color=PALETTE[color], label=name)
        band = [one.low for one in found], [one.high for one in found]
        ax.fill_between(at, *band, color=PALETTE[color], alpha=0.15, lw=0)
    most = shares["copies"].max()
    last = shares[shares["copies"] == most].drop(columns="copies").mean()
    title = f"{most} copies: the {last.idxmin()} is right on {last.min():.0%}"
    ax.set(title=title, xlabel="copies of one rule", ylabel="share right", xticks=at)
    return label_lines(ax)


def correlations(ax: Axes, matrix: ArrayLike, names: Sequence[str]) -> Axes:
    """Draw what correlation is left between rules within a class.

    Parameters
    ----------
    ax : Axes
    matrix : array of shape (m, m), -1 to 1
    names : m names
    """
    given = np.asarray(matrix, dtype=float)
    apart = np.where(np.eye(len(given)) > 0, 0, given)
    image = ax.imshow(given, cmap="Blues", vmin=0, vmax=1)
    ax.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=8)
    ax.set_yticks(range(len(names)), names, fontsize=8)
    ax.grid(False)
    ax.set_title(f"The largest correlation of two rules is {apart.max():.2f}", fontsize=11)
    if (figure := ax.get_figure()) is not None:
        figure.colorbar(image, ax=ax, label="correlation within a class", shrink=0.8)
    return ax


def arms(ax: Axes, right: pd.DataFrame, compared: tuple[str, str]) -> Axes:
    """Draw the share right of each arm, a dot a video and a bar at their mean.

    Parameters
    ----------
    ax : Axes
    right : DataFrame, a row an arm and a column a video, 0 to 1
    compared : names of two arms
        The title gives the mean of the second less that of the first.
    """
    for i, (_, row) in enumerate(right.iterrows()):
        ax.plot(row, np.full(len(row), i), "o", color=PALETTE["blue"], alpha=0.4, ms=6)
        ax.plot(row.mean(), i, "|", color=PALETTE["ink"], ms=18, mew=2.5)
        ax.annotate(f"{row.mean():.1%}", (1.01, i), xycoords=("axes fraction", "data"), va="center")
    ax.set_yticks(range(len(right)), list(right.index))
    ax.invert_yaxis()
    ax.axvline(0.5, color=PALETTE["grey"], ls=":")
    gained = 100 * (right.loc[compared[1]] - right.loc[compared[0]]).mean()
    title = f"{compared[1].capitalize()}: {gained:+.1f} points over the {compared[0]}"
    ax.set(title=title, xlabel="share right under a held-out video; the bar is their mean")
    return ax


def crossover(
    ax: Axes, curve: pd.DataFrame, rules: pd.Series[float], cross: Interval, spent: float
) -> Axes:
    """Draw accuracy against hand labels, the level of the rules, and where the two meet.

    Parameters
    ----------
    ax : Axes
    curve : DataFrame, a row a number of labels, ascending, and a column a video
    rules : Series by video
        Share right of the end model that rules have taught.
    cross : Interval
        Of the number of labels that reach that level.
    spent : float
        Labels that the rules have cost.
    """
    for video in curve:
        ax.plot(curve.index, curve[video], color=PALETTE["pale"], lw=1)
    ax.plot(curve.index, curve.mean(axis=1), "o-", color=PALETTE["blue"], label="hand labels")
    ax.axhline(rules.mean(), color=PALETTE["red"], ls="--")
    where = (curve.index[0], rules.mean())
    ax.annotate("end model of the rules", where, xytext=(0, 5), textcoords="offset points",
                color=PALETTE["red"])  # fmt: skip
    ax.axvspan(cross.low, cross.high, color=PALETTE["grey"], alpha=0.18)
    ax.plot(spent, rules.mean(), "D", color=PALETTE["red"], ms=8)
    ends = f"{cross.low:.0f} to {cross.high:.0f}"
    title = f"The rules do what {cross.mean:.0f} hand labels do ({ends})"
    ax.set(title=title, xlabel="hand labels", ylabel="share right", xscale="log")
    ax.set_xticks(curve.index, [f"{size:,}" for size in curve.index])
    ax.set_xlim(curve.index[0] * 0.9, curve.index[-1] * 1.1)
    ax.minorticks_off()
    return label_lines(ax)


def judges(ax: Axes, right: Mapping[str, float], weights: Mapping[str, ArrayLike]) -> Axes:
    """Draw what a label model believes of each rule against the truth, and who is ahead.

    Parameters
    ----------
    ax : Axes
    right : share right by judge, the best is named in the title
    weights : `true` and `learned` accuracies of the rules, in the same order
    """
    true, learned = (np.asarray(weights[name], dtype=float) for name in ("true", "learned"))
    ax.plot([0, 1], [0, 1], color=PALETTE["grey"], ls=":")
    ax.plot(true, learned, "o", color=PALETTE["blue"], ms=8, alpha=0.7)
    said = ", ".join(f"{name} {share:.1%}" for name, share in right.items())
    ax.set(title=f"Right: {said}", xlabel="true accuracy of a rule", ylabel="learned accuracy",
           xlim=(0.3, 1.02), ylim=(0, 1.02))  # fmt: skip
    return ax
