"""Pictures of model analysis: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from mlops_lab.kit import PALETTE, interval, value_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["benchmarks", "effects", "false_alarms", "hard_or_wrong", "importances", "ranked"]


def benchmarks(ax: Axes, found: Mapping[str, Sequence[float]], best: str) -> Axes:
    """Draw the accuracy of some models, a point a world, with the interval of its mean.

    Parameters
    ----------
    ax : Axes
    found : mapping of model -> accuracy in each world, two or more
    best : str
        The one of `found` that nobody can beat; drawn as a line through all.
    """
    value_rows(ax, found)
    means = {name: float(np.mean(values)) for name, values in found.items()}
    for row, mean in enumerate(means.values()):
        ax.text(1.015, row, f"{mean:.1%}", transform=ax.get_yaxis_transform(), va="center")
    ax.axvline(means[best], color=PALETTE["ink"], ls=":")
    below = {name: 100 * (means[best] - mean) for name, mean in means.items() if name != best}
    near = sorted(below, key=lambda name: below[name])[:2]
    told = ", ".join(f"{name} {below[name]:.1f}" for name in near)
    ax.set_title(f"Points below {best}: {told}")
    ax.set_xlabel(f"accuracy on new orders; dotted: {best}")
    return ax


def hard_or_wrong(
    ax: Axes, expected: ArrayLike, observed: ArrayLike, overall: float, flagged: ArrayLike
) -> Axes:
    """Draw the error of each slice against the error that is expected there.

    Parameters
    ----------
    ax : Axes
    expected, observed : arrays of shape (slices,), error rates
    overall : float
        The error rate of all rows.
    flagged : array of shape (slices,), bool
        The slices that a comparison with `overall` flags.
    """
    x, y = np.asarray(expected, dtype=float), np.asarray(observed, dtype=float)
    worse = np.asarray(flagged, dtype=bool)
    for rows, color, marker, name in (
        (~worse, "blue", "o", "not flagged"),
        (worse, "orange", "D", "flagged as worse than overall"),
    ):
        ax.plot(x[rows], y[rows], marker, color=PALETTE[color], ms=4, alpha=0.7, label=name)
    ends = np.array([min(x.min(), y.min()), max(x.max(), y.max())])
    ax.plot(ends, ends, color=PALETTE["ink"], lw=1)
    ax.axhline(overall, color=PALETTE["grey"], ls=":")
    ax.set_title(f"Nothing is wrong; {worse.sum()} of {len(x)} slices are flagged")
    ax.set_xlabel("error expected in the slice; line: as expected")
    ax.set_ylabel("error seen; dotted: overall")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
    return ax


def false_alarms(ax: Axes, found: Mapping[str, Sequence[float]], slices: int) -> Axes:
    """Draw how many slices each way of judging flags where nothing is wrong.

    Parameters
    ----------
    ax : Axes
    found : mapping of way -> slices flagged in each draw
    slices : int
        How many there are.
    """
    for row, values in enumerate(found.values()):
        counts = np.asarray(values, dtype=float)
        spread = np.linspace(-0.28, 0.28, len(counts))
        ax.plot(counts, row + spread, "o", color=PALETTE["blue"], alpha=0.25, ms=3)
        some = f"{counts.mean():.1f}; any in {np.mean(counts > 0):.0%} of draws"
        ax.text(1.015, row, some, transform=ax.get_yaxis_transform(), va="center")
        ax.plot([counts.mean()] * 2, [row - 0.35, row + 0.35], color=PALETTE["ink"], lw=2)
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.5, -0.5)
    means = [float(np.mean(values)) for values in found.values()]
    ax.set_title(
        f"Nothing is wrong: on average {min(means):.1f} to {max(means):.0f} slices flagged"
    )
    ax.set_xlabel(f"slices flagged, of {slices}; a dot is a draw of labels")
    return ax


def effects(
    ax: Axes, grid: ArrayLike, truth: ArrayLike, models: Mapping[str, ArrayLike], what: str
) -> Axes:
    """Draw the effect of one column in some models, and in the truth; each is centered.

    The lines have labels, and no names yet: `kit.label_lines` comes when all panels are drawn.

    Parameters
    ----------
    ax : Axes
    grid : array of shape (points,)
    truth : array of shape (points,)
    models : mapping of model -> array of shape (points,)
    what : str
        The name of the effect.
    """
    x, true = np.asarray(grid, dtype=float), np.asarray(truth, dtype=float)
    true = true - true.mean()
    errors = {}
    for (name, values), color in zip(models.items(), ("orange", "blue", "green"), strict=False):
        y = np.asarray(values, dtype=float)
        ax.plot(x, y - y.mean(), color=PALETTE[color], label=name)
        errors[name] = float(np.sqrt(np.mean((y - y.mean() - true) ** 2)))
    ax.plot(x, true, color=PALETTE["ink"], ls=":", lw=2.5, label="truth")
    ax.margins(y=0.3)  # names of lines that end together are stacked above the last
    ax.set_title(f"{what} off by: " + ", ".join(f"{name} {e:.2f}" for name, e in errors.items()))
    ax.set_xlabel("the column's value")
    return ax


def ranked(
    ax: Axes, names: Sequence[str], z: ArrayLike, flagged: ArrayLike, shown: int = 8
) -> Axes:
    """Draw the slices with the largest residuals, the flagged ones as red diamonds.

    Parameters
    ----------
    ax : Axes
    names : sequence of str
    z : array of shape (slices,)
        As `residual_z` gives it.
    flagged : array of shape (slices,), bool
    shown : int
        How many slices are drawn.
    """
    values, hit = np.asarray(z, dtype=float), np.asarray(flagged, dtype=bool)
    order = np.argsort(-np.abs(values))[:shown]
    for row, i in enumerate(order):
        color, marker = ("red", "D") if hit[i] else ("blue", "o")
        ax.plot([0, values[i]], [row, row], color=PALETTE[color], lw=2)
        ax.plot(values[i], row, marker, color=PALETTE[color], ms=7)
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks(range(len(order)), [names[i] for i in order])
    ax.set_ylim(len(order) - 0.5, -0.5)
    ax.set_title(f"{hit.sum()} of {len(values)} slices flagged (diamonds)")
    ax.set_xlabel("standard deviations; below 0: fewer than forecast")
    return ax


def importances(ax: Axes, inside: Mapping[str, Sequence[float]],
                elsewhere: Mapping[str, Sequence[float]]) -> Axes:  # fmt: skip
    """Draw how important each column is inside a slice and elsewhere.

    Parameters
    ----------
    ax : Axes
    inside, elsewhere : mapping of column -> importance in each world, two or more, or DataFrame
    """
    drop, names = {}, list(inside)
    for row, name in enumerate(names):
        for found, color, marker, dy, told in (
            (elsewhere, "blue", "o", -0.14, "elsewhere"),
            (inside, "orange", "D", 0.14, "in the slice"),
        ):
            one = interval(found[name])
            ax.plot([one.low, one.high], [row + dy] * 2, color=PALETTE[color], lw=2)
            label = told if row == 0 else None
            ax.plot(one.mean, row + dy, marker, color=PALETTE[color], ms=6, ls="", label=label)
        drop[name] = float(np.mean(elsewhere[name]) - np.mean(inside[name]))
    ax.axvline(0, color=PALETTE["grey"], lw=1)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_title(f"What the slice has lost most of: {max(drop, key=lambda name: drop[name])}")
    ax.set_xlabel("rise of the log loss when the column is replaced")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
    return ax
