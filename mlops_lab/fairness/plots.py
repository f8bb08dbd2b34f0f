"""Pictures of fairness: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mlops_lab.kit import PALETTE, Interval, interval, label_lines, value_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["branches", "closings", "gains", "gaps", "label_bias", "rates", "shut_out", "worlds"]

GROUPS = {"A": ("blue", "o", -0.14), "B": ("orange", "D", 0.14)}


def rates(
    ax: Axes, table: pd.DataFrame, of: Sequence[str] = ("selection rate", "TPR", "FPR", "PPV")
) -> Axes:
    """Draw measures of two groups with their intervals.

    Parameters
    ----------
    ax : Axes
    table : DataFrame as `measure` gives it, groups A and B
    of : sequence of str
        The measures, from the top.
    """
    every = table.to_dict("index")
    for name, (color, marker, dy) in GROUPS.items():
        for row, which in enumerate(of):
            one = every[which, name]
            ax.plot([one["low"], one["high"]], [row + dy] * 2, color=PALETTE[color], lw=2)
            ax.plot(one["share"], row + dy, marker, color=PALETTE[color], ms=6)
            text = f"{name}: {one['share']:.0%}"
            ax.text(1.02, row + 1.3 * dy, text, color=PALETTE[color], va="center", fontsize=9)
    ax.set_yticks(range(len(of)), list(of))
    ax.set(xlim=(0, 1), ylim=(len(of) - 0.5, -0.5), xlabel="share, with 95 % interval")
    a, b = (100 * (1 - every["TPR", name]["share"]) for name in "AB")
    ax.set_title(f"Of 100 who would repay, refused: {b:.0f} of B, {a:.0f} of A")
    return ax


def branches(ax: Axes, table: pd.DataFrame, truth: float) -> Axes:
    """Draw the TPR of each of some groups with its interval, and what all of them truly have.

    Parameters
    ----------
    ax : Axes
    table : DataFrame as `measure` gives it
    truth : float
    """
    every = table.to_dict("index")
    groups = table.index.get_level_values("group").unique()
    mine = ((name, every["TPR", name]) for name in groups)
    found = sorted((one["share"], one["low"], one["high"], name) for name, one in mine)
    for row, (share, low, high, _) in enumerate(found):
        ax.plot([low, high], [row, row], color=PALETTE["grey"], lw=2)
        ax.plot(share, row, "o", color=PALETTE["blue"])
    ax.axvline(truth, color=PALETTE["ink"], ls=":")
    ax.set_yticks(range(len(found)), [f"branch {one[-1]}" for one in found])
    apart = 100 * (found[-1][0] - found[0][0])
    ax.set_title(f"{len(found)} branches: {apart:.0f} points from the lowest to the highest")
    ax.set_xlabel("TPR, with 95 % interval; dotted: the truth in every branch")
    return ax


def closings(ax: Axes, cuts: ArrayLike, found: Mapping[str, ArrayLike], cut_a: float = 0.5) -> Axes:
    """Draw the gap of each measure against B's threshold, and where it closes.

    Parameters
    ----------
    ax : Axes
    cuts : array of shape (n,), thresholds of B, ascending
    found : mapping of measure -> array of shape (n,), A minus B
    cut_a : float
        A's own threshold.
    """
    x, at = np.asarray(cuts, dtype=float), []
    for (name, values), color in zip(found.items(), ("blue", "orange", "green"), strict=False):
        y = np.asarray(values, dtype=float)
        ax.plot(x, y, color=PALETTE[color], label=name)
        turns = np.flatnonzero(np.sign(y[:-1]) != np.sign(y[1:]))
        if len(turns):
            i = turns[0]
            closed = float(x[i] + (x[i + 1] - x[i]) * y[i] / (y[i] - y[i + 1]))
            at.append(f"{name} {closed:.2f}")
            ax.plot(closed, 0, "o", color=PALETTE[color], ms=7)
    ax.axhline(0, color=PALETTE["ink"], lw=1)
    ax.set_title(f"A gap closes at: {', '.join(at) or 'no threshold'}")
    ax.set(xlabel=f"threshold for B (A's: {cut_a:.2f})", ylabel="A minus B")
    return label_lines(ax, gap=0.12)


def worlds(
    ax: Axes, found: Mapping[str, Mapping[str, Sequence[float]]], reference: Mapping[str, float]
) -> Axes:
    """Draw a gap in some worlds, for some models, with the interval of its mean.

    Parameters
    ----------
    ax : Axes
    found : mapping of world -> model -> the gap in each draw
    reference : mapping of world -> the gap of the true chances
    """
    marks = (("blue", "o"), ("orange", "D"), ("violet", "s"))
    for row, (world, models) in enumerate(found.items()):
        ax.plot(
            [reference[world]] * 2, [row - 0.38, row + 0.38], color=PALETTE["ink"], ls=":", zorder=5
        )
        for i, (name, values) in enumerate(models.items()):
            (color, marker), one = marks[i % 3], interval(values)
            y = row + 0.22 * (i - (len(models) - 1) / 2)
            ax.plot([one.low, one.high], [y, y], color=PALETTE[color], lw=2)
            label = name if row == 0 else None
            ax.plot(one.mean, y, marker, color=PALETTE[color], ms=6, ls="", label=label)
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.5, -0.5)
    ax.set_xlabel("TPR of A minus B; dotted: by the true chances")
    first, second = list(next(iter(found.values())))[:2]
    moves = [np.mean(models[second]) - np.mean(models[first]) for models in found.values()]
    ax.set_title(f"TPR gap, {second} minus {first}: {min(moves):+.2f} to {max(moves):+.2f}")
    ax.legend(loc="upper center", bbox_to_anchor=(0.3, -0.2), ncols=len(models))
    return ax


def gaps(ax: Axes, found: Mapping[str, Sequence[float]], reference: float) -> Axes:
    """Draw the TPR gap that each remedy leaves, with the interval of its mean.

    Parameters
    ----------
    ax : Axes
    found : mapping of remedy -> the gap in each draw
    reference : float
        The gap of the true chances.
    """
    value_rows(ax, found)
    ax.axvline(reference, color=PALETTE["ink"], ls=":")
    ax.axvline(0, color=PALETTE["grey"], lw=1)
    means = [float(np.mean(values)) for values in found.values()]
    ax.set_title(f"TPR gap: {min(means):.2f} to {max(means):.2f}")
    ax.set_xlabel("TPR of A minus B; dotted: by the true chances")
    return ax


def gains(ax: Axes, found: Mapping[str, Sequence[float]]) -> Axes:
    """Draw how much more each remedy earns, with the interval of the mean.

    Parameters
    ----------
    ax : Axes
    found : mapping of remedy -> profit of 1,000 applicants, minus that without it, in each draw
    """
    value_rows(ax, found)
    ax.axvline(0, color=PALETTE["grey"], lw=1)
    means = [float(np.mean(values)) for values in found.values()]
    ax.set_title(f"Profit: {min(means):+.0f} to {max(means):+.0f}")
    ax.set_xlabel("profit of 1,000 applicants, minus one model's")
    return ax


def label_bias(ax: Axes, wrong: ArrayLike, found: Mapping[str, Sequence[Interval]]) -> Axes:
    """Draw what each remedy gains against how the records are wrong.

    Parameters
    ----------
    ax : Axes
    wrong : array of shape (n,), ascending
    found : mapping of remedy -> n intervals of the profit of 1,000, minus that without it
    """
    x, said = np.asarray(wrong, dtype=float), []
    for (name, each), color in zip(found.items(), ("orange", "blue", "green"), strict=False):
        means = np.array([one.mean for one in each])
        ax.plot(x, means, "o-", ms=4, color=PALETTE[color], label=name)
        lows, highs = [one.low for one in each], [one.high for one in each]
        ax.fill_between(x, lows, highs, color=PALETTE[color], alpha=0.15, lw=0)
        said.append(f"{name} {means[0]:+.0f} to {means[-1]:+.0f}")
    ax.axhline(0, color=PALETTE["ink"], lw=1)
    ax.axvline(0, color=PALETTE["grey"], lw=1, ls=":")
    ax.set_title(said[0])
    ax.set_xlabel("share recorded wrongly in B\n(below 0: of defaults; above 0: of repaid loans)")
    return ax


def shut_out(ax: Axes, paths: Mapping[str, ArrayLike]) -> Axes:
    """Draw the share of places that get no loan, month by month, with the spread over draws.

    Parameters
    ----------
    ax : Axes
    paths : mapping of policy -> array of shape (draws, months), shares
    """
    ends: list[str] = []
    for (name, values), color in zip(
        paths.items(), ("red", "blue", "green", "violet"), strict=False
    ):
        table = 100 * np.asarray(values, dtype=float)
        months = np.arange(1, table.shape[1] + 1)
        ax.fill_between(
            months, table.min(axis=0), table.max(axis=0), color=PALETTE[color], alpha=0.15, lw=0
        )
        end = f"{name}: {table[:, -1].mean():.0f} %"
        ax.plot(months, table.mean(axis=0), color=PALETTE[color], label=end)
        ends.append(end)
    ax.set_ylim(bottom=0)
    ax.set_title(f"Places that get no loan after {len(months)} months, by {ends[0]}")
    ax.set(xlabel="month; band: all draws", ylabel="places shut out, %")
    return label_lines(ax, gap=0.09)
