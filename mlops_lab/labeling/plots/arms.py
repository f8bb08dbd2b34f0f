"""Several arms in one picture: their means, their intervals, their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlops_lab.kit import PALETTE, Interval, interval, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COLORS", "MARKERS", "bands", "curves", "gains"]

Floats = NDArray[np.float64]
COLORS = ("green", "orange", "red", "blue", "violet", "grey")
MARKERS = "osD^vX"
"""How the first, second and each further arm is drawn."""


def bands(ax: Axes, x: Sequence[float], runs: Mapping[str, Floats]) -> Axes:
    """Draw the mean of each arm over `x`, and its 95 % interval as a band.

    Parameters
    ----------
    ax : Axes
    x : sequence of length n
    runs : mapping of arm -> array of shape (runs, n), two runs or more
        A column with a NaN in it is left out.
    """
    for (name, values), color, marker in zip(runs.items(), COLORS, MARKERS, strict=False):
        there = np.isfinite(values).all(axis=0)
        ends = [interval(column) for column in values[:, there].T]
        at = np.asarray(x)[there]
        ax.plot(
            at, [one.mean for one in ends], marker, ls="-", ms=4, color=PALETTE[color], label=name
        )
        low, high = [one.low for one in ends], [one.high for one in ends]
        ax.fill_between(at, low, high, color=PALETTE[color], alpha=0.18, lw=0)
    return ax


def curves(
    ax: Axes, sizes: Sequence[int], runs: Mapping[str, Floats], start: int, needed: float
) -> Axes:
    """Draw learning curves, and read them sideways from the first arm to the second.

    Parameters
    ----------
    ax : Axes
    sizes : sequence of length n
        Labels to train on.
    runs : mapping of arm -> array of shape (runs, n), accuracies
    start : int
        One of the sizes: labels of the first arm.
    needed : float
        Labels with which the second arm reaches the same; inf where it never does.
    """
    ax.set(xscale="log", xlabel="labels to train on", ylabel="accuracy under the guideline")
    ax.set_xticks(list(sizes), [f"{one:,}" for one in sizes])
    ax.minorticks_off()
    label_lines(bands(ax, sizes, runs))
    first, second = list(runs)[:2]
    goal = float(runs[first].mean(axis=0)[list(sizes).index(start)])
    end = min(needed, sizes[-1])
    arrow = {"arrowstyle": "->", "color": PALETTE["ink"], "lw": 1.5}
    ax.annotate("", (end, goal), (start, goal), arrowprops=arrow)
    reads = f"{needed:,.0f}" if np.isfinite(needed) else f"more than {sizes[-1]:,}"
    ax.set(title=f"{start} labels, {first}: as good as {reads}, {second}")
    return ax


def gains(
    ax: Axes, x: Sequence[float], arms: Mapping[str, Sequence[Interval]], of: str, legend: str
) -> Axes:
    """Draw what arms gain over a vote, in points with intervals, beside a line at 0.

    Parameters
    ----------
    ax : Axes
    x : sequence of length n, ascending
        With values above 1 on a log scale.
    arms : mapping of arm -> n intervals, as shares
        The first is the one that the title speaks of.
    of : str
        What `x` is.
    legend : str
        A place for it, as matplotlib names them.
    """
    if max(x) > 1:
        ax.set_xscale("log")
    ax.set_xticks(list(x), [f"{one:g}" for one in x])
    ax.minorticks_off()
    for (name, found), color, marker in zip(arms.items(), COLORS[3:], MARKERS, strict=False):
        means = [100 * one.mean for one in found]
        half = [100 * (one.high - one.mean) for one in found]
        style: dict[str, Any] = {"color": PALETTE[color], "fmt": marker + "-", "ms": 5}
        ax.errorbar(x, means, half, capsize=3, label=name, **style)
    ax.axhline(0, color=PALETTE["ink"], lw=1)
    name, first = next(iter(arms.items()))
    unsure = [k for k, found in enumerate(first) if found.low <= 0]
    start = unsure[-1] + 1 if unsure else 0  # from here on, every interval lies above 0
    told = f"{name}: gains from {x[start]:g} on" if start < len(x) else f"{name}: no sure gain"
    ax.set(title=told, xlabel=of, ylabel="gain over a vote, points")
    least = min(100 * one.low for found in list(arms.values())[:2] for one in found)
    ax.set_ylim(bottom=max(ax.get_ylim()[0], min(-3, 1.3 * least)))
    place: dict[str, Any] = {"loc": legend}
    ax.legend(**place)
    return ax
