"""Pictures of model management: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, interval, label_lines, value_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["curves", "errors", "paths", "versions"]

Floats = NDArray[np.float64]
_LINES = ("blue", "orange", "green", "violet", "red", "grey")


def errors(
    ax: Axes,
    found: Mapping[str, Mapping[str, tuple[float, float, float]]],
    coins: Mapping[str, float],
    n: int,
) -> Axes:
    """Draw both error rates of each gate with their intervals, and those of its coin.

    Parameters
    ----------
    ax : Axes
    found : mapping of gate -> {"worse, promoted", "better, blocked"} -> (share, low, high)
    coins : mapping of gate -> how often it promotes at all
        A coin that promotes as often promotes that share of the worse models, too, and blocks the
        rest of the better ones.
    n : int
        Rows of the test set.
    """
    kinds = (("worse, promoted", "red", "o", -0.15), ("better, blocked", "blue", "D", 0.15))
    for row, (gate, rates) in enumerate(found.items()):
        for kind, color, marker, dy in kinds:
            share, low, high = rates[kind]
            at = row + dy
            coin = coins[gate] if kind == "worse, promoted" else 1 - coins[gate]
            ax.plot([low, high], [at, at], color=PALETTE[color], lw=4, alpha=0.5)
            ax.plot(share, at, marker, ms=7, color=PALETTE[color], label=None if row else f"{kind}")
            ax.plot(
                coin, at, marker, ms=8, mfc="none", color=PALETTE[color],
                label=None if row else "its coin",
            )  # fmt: skip
            ax.text(1.02, at, f"{share:.0%}", color=PALETTE[color], va="center", fontsize=9)
    ax.set_yticks(range(len(found)), list(found))
    ax.set(xlim=(0, 1), ylim=(len(found) - 0.5, -0.5), xlabel="share of such models")
    ax.xaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    missed = [100 * rates["better, blocked"][0] for rates in found.values()]
    ax.set_title(
        f"{n:,} rows: gates block {min(missed):.0f} to {max(missed):.0f} % of better challengers"
    )
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.2), ncols=4)
    return ax


def curves(ax: Axes, effects: Floats, rates: Mapping[str, ArrayLike], n: int) -> Axes:
    """Draw how often each gate promotes a challenger, against what it is truly worth.

    Parameters
    ----------
    ax : Axes
    effects : array of shape (m,)
        True gain in accuracy, ascending.
    rates : mapping of gate -> array of shape (m,)
    n : int
        Rows of the test set.
    """
    points = 100 * np.asarray(effects, dtype=float)
    for (name, values), color in zip(rates.items(), _LINES, strict=False):
        ax.plot(points, np.asarray(values, dtype=float), color=PALETTE[color], label=name)
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set(ylim=(-0.02, 1.02), xlabel="true gain of the challenger, points", ylabel="promoted")
    one = int(np.argmin(np.abs(points - 1)))
    spread = [100 * float(np.asarray(values)[one]) for values in rates.values()]
    ax.set_title(
        f"{n:,} rows: {points[one]:+.1f} points are promoted in {min(spread):.0f} to "
        f"{max(spread):.0f} of 100"
    )
    return label_lines(ax, gap=0.09)


def paths(ax: Axes, found: Mapping[str, ArrayLike], *, dashed: Sequence[str] = ()) -> Axes:
    """Draw an accuracy over weeks, as a mean over repeats with the 95 % interval of that mean.

    Parameters
    ----------
    ax : Axes
    found : mapping of name -> array of shape (repeats, weeks + 1)
    dashed : sequence of names
        Drawn as dashed lines.
    """
    ends = []
    for (name, values), color in zip(found.items(), _LINES, strict=False):
        each = 100 * np.asarray(values, dtype=float)
        known = [interval(column) for column in each.T]
        style = "--" if name in dashed else "-"
        ax.plot([one.mean for one in known], style, color=PALETTE[color], label=name)
        ax.fill_between(
            range(len(known)), [one.low for one in known], [one.high for one in known],
            color=PALETTE[color], alpha=0.2, lw=0,
        )  # fmt: skip
        ends.append(round(known[-1].mean - known[0].mean))
    low, high = ax.get_ylim()
    ax.set(xlabel="week", ylabel="accuracy, %", xlim=(0, len(known) - 1))
    ax.set_ylim(low, high + 0.12 * (high - low))  # names of lines that end together need a place
    said = [f"{name} {end:+d}" for name, end in zip(found, ends, strict=False)][:2]
    ax.set_title(f"{', '.join(said)} points")
    return label_lines(ax, gap=0.08)


def versions(ax: Axes, found: Mapping[str, Sequence[float]], majority: float) -> Axes:
    """Draw the accuracy of pairs of model and feature code, in each draw.

    Parameters
    ----------
    ax : Axes
    found : mapping of name -> accuracies, two or more, 0 to 1; whole pairs first
    majority : float
        Of always giving the commoner answer.
    """
    value_rows(ax, found, means=True)
    ax.axvline(majority, color=PALETTE["grey"], ls=":")
    names = list(found)
    drop = 100 * (np.mean(found[names[0]]) - np.mean(found[names[-1]]))
    ax.set_title(f"{names[-1]}: {drop:.0f} points below {names[0]}")
    ax.set_xlabel("accuracy; dotted: always the commoner answer")
    return ax
