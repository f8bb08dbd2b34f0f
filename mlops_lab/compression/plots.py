"""Pictures of compressed models: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, Interval, interval, label_lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["against", "arms", "images", "limited", "ranges", "sparsities", "staircase"]

Floats = NDArray[np.float64]


def images(ax: Axes, shown: ArrayLike, names: Sequence[str]) -> Axes:
    """Show images of shape (n, height, width) side by side, each with its label below."""
    found = np.asarray(shown)
    width = found.shape[2]
    ax.imshow(np.concatenate(list(found), axis=1), cmap="gray", vmin=0, vmax=1)
    ax.set_xticks(width * (np.arange(len(found)) + 0.5), list(names))
    ax.set(title=f"{len(found)} test pictures and their labels", yticks=[])
    ax.tick_params(length=0)
    ax.grid(visible=False)
    return ax


def staircase(ax: Axes, before: Floats, after: Floats, scale: float) -> Axes:
    """Draw values against what quantization makes of them, and their difference below.

    Parameters
    ----------
    ax : Axes
    before, after : arrays of shape (n,), in order
    scale : float
        Distance of neighbouring grid values.
    """
    error = np.abs(after - before)
    inside = (before >= after.min()) & (before <= after.max())
    ax.plot(before, before, color=PALETTE["grey"], ls=":", label="before")
    ax.plot(before, after, color=PALETTE["blue"], label="after")
    ax.plot(before, error, color=PALETTE["red"], lw=1.2, label="size of the error")
    ax.axhline(scale / 2, color=PALETTE["red"], ls=":", lw=1)
    ax.annotate(
        "half a scale",
        (before.min(), scale / 2),
        (0, -11),
        textcoords="offset points",
        color=PALETTE["red"],
        fontsize=9,
    )
    levels, worst = len(np.unique(after.round(9))), error[inside].max() / scale
    title = f"{levels} values for the whole range; inside it at most {worst:.2f} scales off"
    ax.set(title=title, xlabel="value", ylabel="value after, error")
    return label_lines(ax)


def against(ax: Axes, gaps: Mapping[str, Interval], sizes: Mapping[str, float]) -> Axes:
    """Draw the accuracy that each file gains or loses against the first one, with its size.

    Parameters
    ----------
    ax : Axes
    gaps : mapping of file -> Interval of the difference in accuracy, 0 to 1
    sizes : mapping of file -> bytes
    """
    names = list(gaps)
    middle = np.array([100 * gaps[name].mean for name in names])
    ends = np.array([[100 * gaps[name].low, 100 * gaps[name].high] for name in names]).T
    at = np.arange(len(names))
    ax.errorbar(middle, at, xerr=np.abs(ends - middle), fmt="o", color=PALETTE["blue"], capsize=3)
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks(at, [f"{name}, {sizes[name] / 1000:.1f} kB" for name in names])
    ax.invert_yaxis()
    worst = names[int(middle.argmin())]
    title = f"Largest change: {worst}, {middle.min():+.1f} points"
    ax.set(title=title, xlabel=f"accuracy against {names[0]}, percentage points")
    return ax


def ranges(ax: Axes, tops: ArrayLike, scale: float) -> Axes:
    """Draw the largest weight of each channel in order, beside half of one shared scale.

    Parameters
    ----------
    ax : Axes
    tops : array of shape (channels,), above 0
    scale : float
        Weights below half of it round to 0.
    """
    found = np.sort(np.asarray(tops, float))[::-1]
    lost = int((found < scale / 2).sum())
    ax.bar(range(len(found)), found, color=PALETTE["blue"])
    ax.axhline(scale / 2, color=PALETTE["red"], ls=":")
    ax.text(
        len(found) - 0.3,
        scale / 2,
        "half a scale:\nwhat is lower\nrounds to 0",
        va="center",
        color=PALETTE["red"],
    )
    title = (
        f"The largest channel is {found[0] / np.median(found):,.0f} times the median;"
        f" {lost} of {len(found)} round to nothing"
    )
    ax.set(title=title, xlabel="channel, largest first", ylabel="largest weight", yscale="log")
    ax.set(xticks=[], xlim=(-1, len(found) - 0.5))
    return ax


def arms(ax: Axes, accuracy: Mapping[str, Sequence[float]]) -> Axes:
    """Draw the accuracy of the same nets in several arms: a line a net, means with intervals.

    Parameters
    ----------
    ax : Axes
    accuracy : mapping of arm -> accuracy of each net, 0 to 1
        The first arm is the one that others are compared with.
    """
    names, found = list(accuracy), np.array(list(accuracy.values()))
    at, spans = np.arange(len(names)), [interval(one) for one in found]
    means = np.array([span.mean for span in spans])
    half = np.array([span.high - span.mean for span in spans])
    ax.plot(found, at, "o-", color=PALETTE["grey"], lw=0.8, ms=3)
    ax.errorbar(means, at, xerr=half, fmt="D", color=PALETTE["red"], capsize=3)
    lost = 100 * (means[0] - means)
    for y, mean in enumerate(means):
        note = f"{100 * mean:.1f} %" + (f", lost {lost[y]:.1f}".replace("-0.0", "0.0") if y else "")
        beside = ("axes fraction", "data")
        ax.annotate(note, (1.01, y), xycoords=beside, va="center", color=PALETTE["red"])
    ax.set_yticks(at, names)
    least = min(0.82, found.min(), (means - half).min()) - 0.02  # room for the caps
    ax.set(ylim=(len(names) - 0.5, -0.5), xlim=(max(-0.02, least), 1))
    worst = names[int(means.argmin())].replace("\n", " ")
    title = f"{found.shape[1]} networks: {worst} loses {lost.max():.1f} points"
    ax.set(title=title, xlabel="accuracy")
    return ax


def sparsities(
    ax: Axes,
    shares: Sequence[float],
    cut: Floats,
    whole: float,
    trained: Mapping[str, tuple[float, Sequence[float]]],
) -> Axes:
    """Draw accuracy against the share of weights cut, without training, and where training ends.

    Parameters
    ----------
    ax : Axes
    shares : shares of zeros, 0 to 1, ascending
    cut : array of shape (shares, nets)
        Accuracy of nets that were only cut.
    whole : float
        Mean accuracy of the nets before the cut.
    trained : mapping of arm -> (share of zeros, accuracy of each net)
    """
    at = 100 * np.asarray(shares)
    ax.plot(at, cut, color=PALETTE["grey"], lw=0.7)
    ax.plot(at, cut.mean(axis=1), "o-", color=PALETTE["grey"])
    ax.annotate("only cut", (at[0], cut[0].mean()), (0, -16), textcoords="offset points")
    ax.axhline(whole, color=PALETTE["ink"], ls=":")
    ax.annotate("whole", (at[0], whole), (0, 4), textcoords="offset points")
    looks = zip(trained.items(), ("blue", "orange", "violet"), "sD^", (-1, 1, 3), strict=False)
    for (name, (share, found)), color, marker, shift in looks:
        span = interval(found)
        style: dict[str, Any] = {"fmt": marker, "color": PALETTE[color], "capsize": 3}
        ax.errorbar(100 * share + shift, span.mean, yerr=span.high - span.mean, **style, label=name)
    best = max(trained, key=lambda name: float(np.mean(trained[name][1])))
    share, after = trained[best]
    before = float(np.interp(share, shares, cut.mean(axis=1)))
    gained, fallen = 100 * (np.mean(after) - before), 100 * (whole - before)
    title = f"{share:.0%} cut: {best} wins back {gained:.0f} of {fallen:.0f} points"
    ax.set(title=title, ylim=(0, 1))
    ax.set(xlabel="weights cut, %", ylabel="accuracy")
    ax.legend(loc="lower left")
    return ax


def limited(ax: Axes, values: pd.Series, limit: float, best: str | None, what: str) -> Axes:
    """Draw one measure of each file as a bar, its limit as a line, the pick in red.

    Parameters
    ----------
    ax : Axes
    values : Series of file -> number, lower is better
    limit : float
    best : str or None
        The file that was picked.
    what : str
        The measure with its unit.
    """
    names = ["red" if name == best else "blue" for name in values.index]
    colors = [
        PALETTE[name if value <= limit else "grey"]
        for name, value in zip(names, values, strict=True)
    ]
    ax.barh(list(values.index), values, color=colors, height=0.6)
    ax.axvline(limit, color=PALETTE["ink"], ls=":")
    for at, value in enumerate(values):
        ax.annotate(
            f"{value:.1f}",
            (max(value, 0), at),
            (5, 0),
            textcoords="offset points",
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set(xlabel=what, xlim=(min(0, values.min()), 1.2 * max(limit, values.max())))
    return ax
