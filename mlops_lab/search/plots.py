"""Pictures of architecture search: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, Interval, interval, label_lines
from mlops_lab.search.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "by_trainings",
    "costs",
    "duel",
    "early_look",
    "fidelity",
    "ranked",
    "setting",
]

_LOOKS = (
    ("grey", ":", "s"),
    ("ink", "-", "o"),
    ("orange", "--", "D"),
    ("green", "-.", "v"),
    ("red", "-", "^"),
    ("blue", "-", "P"),
)


def ranked(ax: Axes, table: Table, first: int | None = None) -> Axes:
    """Draw the nets in order of their mean test accuracy, each with its single trainings.

    Parameters
    ----------
    ax : Axes
    table : Table
    first : int, optional
        Only so many of the best nets.
    """
    test = 100 * table.test
    means = test.mean(axis=1)
    best = np.argsort(-means)[:first]
    places = np.arange(1, len(best) + 1)
    for trained in test[best].T:
        ax.plot(places, trained, ".", color=PALETTE["blue"], alpha=0.5, ms=4)
    ax.plot(places, means[best], color=PALETTE["ink"], lw=1.5)
    luck = float(test[best].std(axis=1, ddof=1).mean())
    few = "All" if first is None else "Best"
    ax.set_title(f"{few} {len(best)} nets: a training's deviation is {luck:.1f} points")
    ax.set(xlabel="nets, best mean first (line; dots: trainings)", ylabel="test accuracy (%)")
    return ax


def by_trainings(
    ax: Axes, trainings: Sequence[int], found: Mapping[str, Sequence[ArrayLike]], what: str
) -> Axes:
    """Draw a quantity against the trainings spent, for each strategy, with its interval.

    Parameters
    ----------
    ax : Axes
    trainings : budgets, ascending
    found : mapping of strategy -> for each budget one value a training seed, up to six strategies
        In points.
    what : str
        Their name, for the axis.
    """
    for (name, each), (color, style, marker) in zip(found.items(), _LOOKS, strict=False):
        _band(ax, trainings, each, color, f"{style}{marker}", name)
    last = {name: _mean(each[-1]) for name, each in found.items()}
    low, high = min(last, key=last.__getitem__), max(last, key=last.__getitem__)
    ends = f"{last[low]:.1f} points ({low}) to {last[high]:.1f} ({high})"
    ax.set_title(f"After {trainings[-1]} trainings: {ends}")
    ax.set(xlabel="trainings; band: 95 % interval over training seeds", ylabel=what)
    ax.set_xticks(trainings, [str(one) for one in trainings])
    return label_lines(ax, gap=0.07)


def setting(
    ax: Axes,
    values: Sequence[float],
    found: Sequence[ArrayLike],
    name: tuple[str, str],
    reference: ArrayLike,
) -> Axes:
    """Draw the regret of a strategy against one of its settings, and that of random search.

    Parameters
    ----------
    ax : Axes
    values : of the setting, ascending, above 0
    found : for each value one regret a training seed, in points
    name : of the strategy, of the setting
    reference : regret of random search, one a training seed
    """
    base = interval(reference)
    ax.axhspan(base.low, base.high, color=PALETTE["grey"], alpha=0.35, lw=0)
    _band(ax, values, found, "blue", "-o", name[0])
    means = [_mean(each) for each in found]
    ax.set_xscale("log")
    ax.set_xticks(values, [f"{one:g}" for one in values])
    ax.minorticks_off()
    ax.set_title(f"{name[0]}: {min(means):.1f} to {max(means):.1f} points")
    ax.set(xlabel=f"{name[1]}\ngrey: random search", ylim=(0, None))
    return ax


def early_look(ax: Axes, early: ArrayLike, final: ArrayLike, best: ArrayLike, steps: int) -> Axes:
    """Draw what a short training says of each net against its accuracy in the end.

    Parameters
    ----------
    ax : Axes
    early, final : arrays of shape (nets,), accuracies from 0 to 1
    best : indices of the best nets by `final`
    steps : int
        Of the short training.
    """
    x, y = 100 * np.asarray(early, dtype=float), 100 * np.asarray(final, dtype=float)
    top = np.asarray(best, dtype=int)
    ax.plot(x, y, ".", color=PALETTE["grey"], ms=4)
    ax.plot(x[top], y[top], ".", color=PALETTE["red"], ms=6)
    ax.set_title(f"Red: the best {len(top)} of {len(x)} nets")
    ax.set(
        xlabel=f"validation accuracy after {steps} steps (%)", ylabel="test accuracy in the end (%)"
    )
    return ax


def fidelity(
    ax: Axes,
    steps: Sequence[int],
    found: Mapping[str, NDArray[np.float64]],
    noisy: ArrayLike | None = None,
) -> Axes:
    """Draw rank correlations with the end against the steps trained, for groups of nets.

    The title gives the correlations of the first look.

    Parameters
    ----------
    ax : Axes
    steps : ascending
    found : mapping of group -> array of shape (training seeds, steps), two groups or one
    noisy : one correlation a training seed, optional
        Of a control in place of the first look, marked by a cross.
    """
    for (name, each), (color, style) in zip(
        found.items(), (("grey", "-o"), ("red", "-D")), strict=False
    ):
        _band(ax, steps, list(each.T), color, style, name)
    ends = [f"{name} {each[:, 0].mean():.2f}" for name, each in found.items()]
    ax.set_title(f"After {steps[0]} steps: {', '.join(ends)}")
    label = "steps of training"
    if noisy is not None:
        ax.plot([steps[0]], [_mean(noisy)], "x", color=PALETTE["ink"], ms=9, mew=2, zorder=4)
        label += "; cross: a full look with noise"
    ax.set(xlabel=label, ylabel="rank correlation with the end")
    ax.set_ylim(min(0.0, ax.get_ylim()[0]), 1.02)
    return label_lines(ax)


def costs(ax: Axes, found: Mapping[str, Sequence[tuple[float, ArrayLike]]]) -> Axes:
    """Draw regret against cost, a line for each way to search.

    The title compares the first way with the last, at the lowest cost.

    Parameters
    ----------
    ax : Axes
    found : mapping of way -> (cost in full trainings, one regret a training seed), costs ascending
        In points; two to four ways.
    """
    looks = (("ink", "-o"), ("orange", "-.v"), ("red", "--D"), ("blue", "-P"))
    for (name, points), (color, style) in zip(found.items(), looks, strict=False):
        _band(ax, [cost for cost, _ in points], [each for _, each in points], color, style, name)
    (name, points), *_, (other, others) = found.items()
    told = f"{name} {_mean(points[0][1]):.1f}, {other} {_mean(others[0][1]):.1f}"
    ax.set_title(f"At a cost of {points[0][0]:g} trainings: {told}")
    ax.set(xlabel="steps spent, in full trainings", ylabel="regret, points")
    ax.set_ylim(bottom=0)
    return label_lines(ax, gap=0.08)


def duel(ax: Axes, one: tuple[str, ArrayLike], two: tuple[str, ArrayLike]) -> Axes:
    """Draw the regrets of two ways to search, each search a dot, with their medians.

    The title says how often the first has the lower regret, of all pairs of one search each; equal
    ones count half.

    Parameters
    ----------
    ax : Axes
    one, two : (name, regrets of its searches in points)
    """
    both = [np.sort(np.asarray(regrets, dtype=float)) for _, regrets in (one, two)]
    for row, (each, color) in enumerate(zip(both, ("blue", "ink"), strict=True)):
        lift = np.linspace(-0.3, 0.3, len(each))
        ax.plot(each, row + lift, "o", color=PALETTE[color], alpha=0.4, ms=4)
        ax.plot([np.median(each)] * 2, [row - 0.4, row + 0.4], color=PALETTE["red"], lw=2)
    lower = (both[0][:, None] < both[1]).mean() + (both[0][:, None] == both[1]).mean() / 2
    ax.set_yticks(range(2), [one[0], two[0]])
    ax.set(ylim=(1.5, -0.5), xlabel="regret in points, one dot a search; red: median")
    ax.set_title(f"One search each: {one[0]} is ahead of {two[0]} in {lower:.0%}")
    return ax


def _band(
    ax: Axes, x: Sequence[float], each: Sequence[ArrayLike], color: str, style: str, name: str
) -> list[Interval]:
    ends = [interval(values) for values in each]
    low, high = [one.low for one in ends], [one.high for one in ends]
    ax.fill_between(x, low, high, color=PALETTE[color], alpha=0.15, lw=0)
    ax.plot(x, [one.mean for one in ends], style, color=PALETTE[color], label=name, ms=5)
    return ends


def _mean(values: ArrayLike) -> float:
    return float(np.asarray(values, dtype=float).mean())
