"""Pictures of privacy: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from mlops_lab.kit import PALETTE, interval, label_lines, value_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["bought", "found", "named", "price", "remembered"]

LINES = ("red", "blue", "green", "violet")


def named(ax: Axes, shares: Mapping[str, Mapping[str, tuple[float, float]]]) -> Axes:
    """Draw whom a register names, rightly and wrongly, in a log and in its shuffled copy.

    Parameters
    ----------
    ax : Axes
    shares : mapping of columns -> log -> (named rightly, named wrongly), shares of the log's rows
        At least one set of columns, the first on top; the first log is the true one.
    """
    ticks = {}
    for row, (columns, logs) in enumerate(shares.items()):
        for i, (log, (right, wrong)) in enumerate(logs.items()):
            y, first = row + 0.36 * (i - (len(logs) - 1) / 2), row == 0 and i == 0
            ticks[y] = f"{columns}, {log}"
            label = ("rightly", "wrongly") if first else (None, None)
            ax.barh(y, 100 * right, 0.3, color=PALETTE["blue"], label=label[0])
            ax.barh(y, 100 * wrong, 0.3, left=100 * right, color=PALETTE["orange"], label=label[1])
    ax.set_yticks(list(ticks), list(ticks.values()))
    ax.set(xlim=(0, 100), xlabel="rows of the log that get a name, %")
    ax.invert_yaxis()
    columns, logs = next(iter(shares.items()))
    ax.set_title(f"By {columns}: {100 * next(iter(logs.values()))[0]:.0f} % named rightly")
    ax.legend(loc="lower right")
    return ax


def remembered(
    ax: Axes, steps: ArrayLike, curves: Mapping[str, ArrayLike], label: str = "steps of training"
) -> Axes:
    """Draw how well an attack tells members, step by step, with the spread over draws.

    Parameters
    ----------
    ax : Axes
    steps : array of shape (n,), ascending; 0 is allowed
    curves : mapping of name -> array of shape (draws, n), AUC
    label : str
        What the steps are.
    """
    x, said = np.asarray(steps, dtype=float), []
    for (name, values), color in zip(curves.items(), LINES, strict=False):
        table = np.asarray(values, dtype=float)
        ax.fill_between(x, table.min(axis=0), table.max(axis=0), color=PALETTE[color], alpha=0.15)
        ax.plot(x, table.mean(axis=0), "o-", ms=4, color=PALETTE[color], label=name)
        said.append(f"{name} {table[:, -1].mean():.2f}")
    ax.axhline(0.5, color=PALETTE["grey"], lw=1, ls=":")
    ax.set_xscale("symlog" if x[0] == 0 else "log", **({"linthresh": x[1]} if x[0] == 0 else {}))
    ax.set_xticks(x, [f"{one:g}" for one in x])
    ax.minorticks_off()
    ax.set_xlim(x[0] if x[0] > 0 else -0.2 * x[x > 0].min(), x[-1] * 1.05)
    ax.set(ylim=(0.3, 1.03), xlabel=f"{label}; band: all draws", ylabel="AUC of the attack")
    ax.set_title(f"After {x[-1]:g} steps: {', '.join(said[:2])}")
    return label_lines(ax, gap=0.09)


def found(
    ax: Axes, values: Mapping[str, Sequence[float]], what: str, chance: float | None = 0.5
) -> Axes:
    """Draw a measure of several models, with the interval of its mean.

    Parameters
    ----------
    ax : Axes
    values : mapping of model -> the measure in each draw
    what : str
        The measure.
    chance : float, optional
        What a coin has: drawn as a dotted line, if given.
    """
    value_rows(ax, values)
    if chance is not None:
        ax.axvline(chance, color=PALETTE["grey"], ls=":")
    means = [float(np.mean(each)) for each in values.values()]
    ax.set_title(f"{what}: {max(means):.2f} to {min(means):.2f}")
    ax.set_xlabel(what)
    return ax


def bought(ax: Axes, accuracy: Mapping[str, float], epsilon: float) -> Axes:
    """Draw the accuracy of models without and with noise.

    Parameters
    ----------
    ax : Axes
    accuracy : mapping of model -> accuracy; the last is the private one
    epsilon : float
        What the last promises.
    """
    for row, (name, value) in enumerate(accuracy.items()):
        color = "blue" if row == len(accuracy) - 1 else "grey"
        ax.barh(row, 100 * value, 0.6, color=PALETTE[color])
        ax.text(
            100 * value - 1, row, f"{100 * value:.0f} %", color="white", va="center", ha="right"
        )
        last = name
    ax.set_yticks(range(len(accuracy)), list(accuracy))
    ax.set(xlim=(0, 100), xlabel="accuracy, %")
    ax.invert_yaxis()
    ax.set_title(f"ε = {epsilon:.1f}: {100 * accuracy[last]:.0f} % are read rightly")
    return ax


def price(ax: Axes, rows: Sequence[int], costs: Mapping[str, Sequence[Sequence[float]]]) -> Axes:
    """Draw what privacy costs in accuracy, against the number of rows.

    Parameters
    ----------
    ax : Axes
    rows : sequence of int, ascending
    costs : mapping of name -> for each number of rows, accuracy without minus with privacy, in
        each draw
    """
    said = []
    for (name, each), color in zip(costs.items(), LINES[1:], strict=False):
        ends = [interval(values) for values in each]
        means = [100 * one.mean for one in ends]
        down = [100 * (one.mean - one.low) for one in ends]
        up = [100 * (one.high - one.mean) for one in ends]
        ax.errorbar(rows, means, [down, up], color=PALETTE[color], marker="o", capsize=3)
        ax.plot(rows, means, color=PALETTE[color], label=name)
        said.append(f"{name}: {means[0]:.0f} to {means[-1]:.0f}")
    ax.axhline(0, color=PALETTE["ink"], lw=1)
    ax.set_xscale("log")
    ax.set_xticks(rows, [str(one) for one in rows])
    ax.minorticks_off()
    ax.set(xlabel="rows to train on", ylabel="points of accuracy lost")
    ax.set_title(f"Points lost, {'; '.join(said)}")
    return label_lines(ax, gap=0.12)
