"""Pictures of the lesson on active learning: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, interval, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["against", "curves", "intervals", "payments", "pictures"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_LINES = ("grey", "orange", "blue", "violet")
_STYLES = ("--", "-.", "-", ":")


def pictures(ax: Axes, images: Floats, names: Sequence[object], title: str) -> Axes:
    """Draw images side by side, each with a name above it.

    Parameters
    ----------
    ax : Axes
    images : array of shape (n, side, side), 0 to 1
        1 is ink.
    names : n of anything
    title : str
    """
    side = images.shape[2]
    gap = max(1, side // 6)
    framed = np.pad(images, ((0, 0), (0, 0), (0, gap)))
    ax.imshow(np.hstack(list(framed)), cmap="Greys", vmin=0, vmax=1)
    for i, name in enumerate(names):
        at = i * (side + gap) + (side - 1) / 2
        ax.text(at, -1, str(name), ha="center", va="bottom", fontsize=9)
    ax.set_axis_off()
    ax.set_title(title, loc="left", pad=18)
    return ax


def curves(ax: Axes, sizes: Ints, scores: Mapping[str, Floats], everything: float) -> Axes:
    """Draw accuracy by number of labels, for each strategy, with the interval of its mean.

    Parameters
    ----------
    ax : Axes
    sizes : array of shape (fits,)
        Numbers of labels, ascending.
    scores : mapping of strategy -> array of shape (draws, fits), two to four
        Accuracies, 0 to 1. The first is the control, which the title names before the others.
    everything : float
        The accuracy with all labels of the pool, 0 to 1.
    """
    for (name, values), color, line in zip(scores.items(), _LINES, _STYLES, strict=False):
        known = [interval(column) for column in values.T]
        ends = ([one.low for one in known], [one.high for one in known])
        ax.fill_between(sizes, *ends, color=PALETTE[color], alpha=0.18, lw=0)
        means = [one.mean for one in known]
        ax.plot(sizes, means, color=PALETTE[color], ls=line, label=name)
    ax.axhline(everything, color=PALETTE["ink"], lw=1)
    ax.text(sizes[0], everything + 0.005, "all labels of the pool", va="bottom", fontsize=9)
    (control, last), *others = ((name, values[:, -1].mean()) for name, values in scores.items())
    low_end, high_end = min(others, key=lambda one: one[1]), max(others, key=lambda one: one[1])
    said = " to ".join(f"{name} {end:.1%}" for name, end in dict([low_end, high_end]).items())
    low = min(values.mean(axis=0).min() for values in scores.values())
    ax.set(title=f"With {sizes[-1]} labels: {control} {last:.1%}, {said}", ylim=(low - 0.03, 1.0))
    ax.set(xlabel="labels", ylabel="accuracy on the test set")
    return label_lines(ax)


def against(
    ax: Axes, sizes: Ints, accuracy: Sequence[float], by_lot: Sequence[float], name: str
) -> Axes:
    """Draw one run of a strategy beside one at random.

    Parameters
    ----------
    ax : Axes
    sizes : array of shape (fits,)
        Numbers of labels, ascending.
    accuracy, by_lot : sequences of length fits, 0 to 1
        Of the strategy and at random.
    name : str
        The strategy.
    """
    ax.plot(sizes, by_lot, color=PALETTE["grey"], ls="--", marker="s", ms=4, label="random")
    ax.plot(sizes, accuracy, color=PALETTE["blue"], marker="o", ms=4, label=name)
    lead = 100 * (accuracy[-1] - by_lot[-1])
    ax.set(title=f"{name} with {sizes[-1]} labels: {lead:+.1f} points against random")
    ax.set(xlabel="labels", ylabel="accuracy", ylim=(0.4, 1))
    ax.legend(loc="lower right")
    return ax


def intervals(ax: Axes, shown: Mapping[str, ArrayLike], title: str, xlabel: str) -> Axes:
    """Draw differences: raw values, their mean and its interval, one row each, beside 0.

    Parameters
    ----------
    ax : Axes
    shown : mapping of name -> array of shape (draws,), 2 or more
        In shares, 0.01 is one point; drawn in points.
    title, xlabel : str
    """
    for row, values in enumerate(shown.values()):
        points = 100 * np.asarray(values, dtype=float)
        known = interval(points)
        ax.plot(points, np.full(len(points), row + 0.22), "o", ms=3, color=PALETTE["grey"])
        half = known.high - known.mean
        ax.errorbar(known.mean, row, xerr=half, color=PALETTE["blue"], fmt="o", ms=6)
        ax.text(known.mean, row - 0.15, f"{known.mean:+.1f}", ha="center", va="bottom")
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks(range(len(shown)), list(shown))
    ax.set(title=title, xlabel=xlabel, ylim=(len(shown) - 0.5, -0.7))
    return ax


def payments(ax: Axes, X: Floats, kind: Ints, asked: Ints, name: str) -> Axes:
    """Scatter payments of two dimensions, and ring those that were labeled.

    Parameters
    ----------
    ax : Axes
    X : array of shape (n, 2)
    kind : array of shape (n,)
        0 good, 1 fraud A, 2 fraud B.
    asked : positions of those labeled
    name : str
        The strategy, for the title.
    """
    looks = (("grey", ".", "good"), ("orange", "^", "fraud A"), ("red", "D", "fraud B"))
    for number, (color, marker, label) in enumerate(looks):
        rows = X[kind == number]
        style: dict[str, Any] = {"s": 9, "marker": marker, "alpha": 0.6, "lw": 0}
        ax.scatter(*rows.T, color=PALETTE[color], label=label, **style)
    around: dict[str, Any] = {
        "s": 34,
        "facecolors": "none",
        "edgecolors": PALETTE["ink"],
        "lw": 0.9,
    }
    ax.scatter(*X[asked].T, label="labeled", **around)
    new = int((kind[asked] == 2).sum())
    ax.set(title=f"{name}: {new} of {len(asked)}\nlabels are fraud B", xlabel="amount")
    ax.set_aspect("equal")
    return ax
