"""Pictures of distributed training: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from mlops_lab.kit import PALETTE, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["delays", "intervals", "losses", "rules", "shares", "slowest", "timeline"]

_COLORS = ("blue", "orange", "green", "violet", "red")
_MARKS = ("o", "D", "s", "^", "v")


def losses(ax: Axes, found: Mapping[str, ArrayLike]) -> Axes:
    """Draw the loss of some trainings, step by step.

    Parameters
    ----------
    ax : Axes
    found : mapping of name -> array of shape (steps,)
    """
    styles = ("-", (0, (5, 4)), ":")
    for (name, values), color, style in zip(found.items(), _COLORS, styles, strict=False):
        y = np.asarray(values, dtype=float)
        ax.plot(np.arange(1, len(y) + 1), y, color=PALETTE[color], ls=style, label=name)
    ends = [
        f"{name} {np.asarray(values, dtype=float)[-10:].mean():.2f}"
        for name, values in found.items()
    ]
    ax.set_title(f"Last ten steps: {', '.join(ends)}")
    ax.set(xlabel="step", ylabel="loss, mean over the workers")
    ax.legend(loc="upper right")
    return ax


def rules(ax: Axes, workers: Sequence[int], found: Mapping[str, ArrayLike]) -> Axes:
    """Draw the accuracy that each rule for the learning rate gives, by the number of workers.

    Parameters
    ----------
    ax : Axes
    workers : sequence of int, ascending
    found : mapping of rule -> array of shape (workers, networks), accuracies
    """
    ends = [f"{name} {np.mean(np.asarray(each)[-1]):.2f}" for name, each in found.items()]
    ax.set_title(f"{workers[-1]} workers: {', '.join(ends)}")
    ax.set_xlabel("workers, with 16 rows each; dots: networks")
    return _accuracies(ax, workers, found)


def delays(
    ax: Axes, rates: Sequence[float], found: Mapping[int, ArrayLike], lowest: float = 0.7
) -> Axes:
    """Draw the accuracy by the learning rate, a line for each delay of the gradients.

    Parameters
    ----------
    ax : Axes
    rates : sequence of float, ascending
    found : mapping of delay in updates -> array of shape (rates, networks), accuracies
    lowest : float
        The title gives the highest rate of each delay whose mean is at least this.
    """
    last = []
    for values in found.values():
        good = np.flatnonzero(np.mean(np.asarray(values), axis=1) >= lowest)
        last.append(f"{rates[good[-1]]:.2g}" if len(good) else "none")
    ax.set_title(f"Mean accuracy is {lowest:g} or more up to a rate of {', '.join(last)}")
    ax.set_xlabel("learning rate; dots: networks")
    return _accuracies(ax, rates, {f"{late} late": each for late, each in found.items()})


def _accuracies(ax: Axes, x: Sequence[float], found: Mapping[str, ArrayLike]) -> Axes:
    for (name, values), color, mark in zip(found.items(), _COLORS, _MARKS, strict=False):
        y = np.asarray(values, dtype=float)
        ax.plot(x, y, mark, color=PALETTE[color], ms=4, alpha=0.35)
        ax.plot(x, y.mean(axis=1), "-", color=PALETTE[color], label=name)
    ax.set_xscale("log", base=2)
    ax.set_xticks(list(x), [f"{one:.2g}" for one in x])
    ax.minorticks_off()
    ax.set_ylim(0, 1)
    ax.set_ylabel("accuracy")
    return label_lines(ax, gap=0.09)


def timeline(ax: Axes, log: ArrayLike) -> Axes:
    """Draw when each worker computed, when it waited for the slowest, and the all-reduce.

    Parameters
    ----------
    ax : Axes
    log : array of shape (workers, steps, 3)
        Seconds at which a step began, its computation ended, and the all-reduce ended.
    """
    times = 1000 * (np.asarray(log, dtype=float) - np.min(log))
    begin, ready, end = np.moveaxis(times, -1, 0)
    last = np.broadcast_to(ready.max(axis=0), ready.shape)
    spans = (("computing", "blue", begin, ready), ("waiting", "pale", ready, last),
             ("all-reduce", "orange", last, end))  # fmt: skip
    rows = np.repeat(np.arange(len(times)), times.shape[1])
    for name, color, left, right in spans:
        ax.barh(rows, (right - left).ravel(), left=left.ravel(), height=0.6, color=PALETTE[color],
                edgecolor="white", lw=0.8, label=name)  # fmt: skip
    share = (last - ready).mean(axis=0) / (end - begin).mean(axis=0)
    ax.set_title(
        f"Waiting: {share.max():.0%} of the worst step, {np.median(share):.0%} of the median one"
    )
    ax.set_yticks(range(len(times)), [f"worker {rank}" for rank in range(len(times))])
    ax.set_ylim(len(times) - 0.5, -0.5)
    ax.set_xlabel("milliseconds, measured")
    ax.grid(visible=False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.28), ncols=3)
    return ax


def slowest(ax: Axes, workers: Sequence[int], found: Mapping[str, ArrayLike]) -> Axes:
    """Draw how long a step takes, by the number of workers.

    Parameters
    ----------
    ax : Axes
    workers : sequence of int, ascending
    found : mapping of policy -> array of shape (workers,), in mean steps of one worker
    """
    ends = []
    colors = ("red", "blue", "orange", "grey")
    for (name, values), color in zip(found.items(), colors, strict=False):
        y = np.asarray(values, dtype=float)
        ax.plot(workers, y, "o-", color=PALETTE[color], label=f"{name}: {y[-1]:.1f}")
        ends.append(f"{y[-1]:.1f}")
    ax.set_xscale("log")
    ax.set_ylim(bottom=0)
    ax.set_title(f"A step of {workers[-1]:,} workers: {ends[0]} mean steps long")
    ax.set(xlabel="workers, simulated", ylabel="length of a step")
    return label_lines(ax, gap=0.11)


def intervals(ax: Axes, factors: Sequence[float], found: Mapping[str, ArrayLike]) -> Axes:
    """Draw the useful share of the time against the interval between checkpoints.

    Parameters
    ----------
    ax : Axes
    factors : sequence of float, ascending
        The interval, in Young's.
    found : mapping of name -> array of shape (factors,), shares
    """
    tops = []
    for (name, values), color, mark in zip(found.items(), _COLORS, _MARKS, strict=False):
        y = 100 * np.asarray(values, dtype=float)
        ax.plot(factors, y, f"{mark}-", ms=5, color=PALETTE[color], label=name)
        tops.append(factors[int(y.argmax())])
    ax.axvline(1, color=PALETTE["ink"], ls=":")
    ax.set_xscale("log", base=2)
    ax.xaxis.set_major_formatter("{x:g}")
    best = " and ".join(f"{one:g}" for one in sorted({*tops}))
    ax.set_title(f"Most useful time at {best} times Young's interval")
    ax.set(xlabel="interval between checkpoints, as a multiple of Young's", ylabel="useful time, %")
    return label_lines(ax, gap=0.1)


def shares(ax: Axes, parts: Mapping[str, float], efficiency: float, workers: int) -> Axes:
    """Draw what a step's time goes into.

    Parameters
    ----------
    ax : Axes
    parts : mapping of part -> seconds
    efficiency : float
        Share of the time that all workers spend on what is used.
    workers : int
    """
    left = 0.0
    colors = ("blue", "pale", "orange")
    for (name, seconds), color in zip(parts.items(), colors, strict=False):
        ax.barh(0, seconds, left=left, color=PALETTE[color], label=f"{name}: {seconds:.3g} s")
        left += seconds
    ax.set(ylim=(-0.6, 0.6), xlim=(0, None), xlabel="seconds of a step")
    ax.set_yticks([])
    ax.set_title(f"{workers:,} workers: efficiency {efficiency:.0%}")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.35), ncols=3)
    return ax
