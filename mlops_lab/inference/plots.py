"""Pictures of inference: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import LogLocator
from numpy.typing import ArrayLike

from mlops_lab.inference.scaling import TICK, Scaled
from mlops_lab.kit import PALETTE, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["counts", "frontier", "roofline", "runtimes", "scaled", "sizes", "tails"]

LINES = ("red", "blue", "green", "violet", "orange")


def sizes(ax: Axes, pictures: ArrayLike) -> Axes:
    """Draw how many pictures requests bring.

    Parameters
    ----------
    ax : Axes
    pictures : array of int, shape (requests,)
    """
    found = np.asarray(pictures)
    ax.hist(found, bins=np.geomspace(1, found.max() + 1, 30).tolist(), color=PALETTE["blue"])
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set(xlabel="pictures in a request", ylabel="requests")
    ax.set_title(f"{len(np.unique(found))} different sizes in {len(found)} requests")
    return ax


def roofline(
    ax: Axes, batches: Sequence[int], rates: Sequence[float], roof: Sequence[float]
) -> Axes:
    """Draw the measured speed of a layer against the two limits of a machine.

    The ridge, where the limit stops rising, is named if it lies between the batches.

    Parameters
    ----------
    ax : Axes
    batches : sequence of int, rows in a batch, ascending
    rates : sequence of float, operations a second at each batch
    roof : sequence of float, what the limits allow at each batch
    """
    giga = np.asarray(rates) / 1e9
    ax.plot(batches, np.asarray(roof) / 1e9, color=PALETTE["ink"], label="limit")
    ax.plot(batches, giga, "o-", color=PALETTE["blue"], label="measured")
    ridge = int(np.argmax(roof))
    if 0 < ridge < len(batches) - 1:
        at = (batches[ridge], roof[ridge] / 1e9)
        ax.annotate("ridge", at, (4, -6), textcoords="offset points", va="top")
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    ax.set_xticks(batches, [str(one) for one in batches])
    ax.set(xlabel="rows in a batch", ylabel="billion operations a second")
    ax.set_title(f"{giga[-1] / giga[0]:.1f} times as fast at {batches[-1]} as at {batches[0]}")
    return label_lines(ax, gap=0.12)


def runtimes(ax: Axes, seconds: Mapping[str, Mapping[int, float]]) -> Axes:
    """Draw the processor time of one call, for each way to run a model and each batch.

    Parameters
    ----------
    ax : Axes
    seconds : mapping of way -> batch -> seconds; the same batches for all
    """
    batches = list(next(iter(seconds.values())))
    for row, each in enumerate(seconds.values()):
        for batch, color, mark in zip(batches, ("blue", "orange", "green"), "os^", strict=False):
            name = f"{batch} picture{'s' * (batch > 1)}" if row == 0 else None
            y = row + 0.3 * (batches.index(batch) / max(len(batches) - 1, 1) - 0.5)
            ax.plot(1000 * each[batch], y, mark, color=PALETTE[color], ms=8, label=name)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_yticks(range(len(seconds)), list(seconds))
    ax.set_ylim(len(seconds) - 0.5, -0.5)
    ax.set_xlabel("processor time of a call, ms")
    fastest = (f"{min(seconds, key=lambda way: seconds[way][one])} at {one}" for one in batches)
    ax.set_title(f"Fastest: {', '.join(fastest)}")
    ax.legend(loc="lower right")
    return ax


def counts(ax: Axes, shapes: Mapping[str, ArrayLike]) -> Axes:
    """Draw how many different shapes have come, request by request.

    Parameters
    ----------
    ax : Axes
    shapes : mapping of name -> array of int, the shape of each request
    """
    said = []
    for (name, each), color in zip(shapes.items(), LINES, strict=False):
        first = np.zeros(len(np.asarray(each)), int)
        first[np.unique(each, return_index=True)[1]] = 1
        ax.plot(np.arange(1, len(first) + 1), first.cumsum(), color=PALETTE[color], label=name)
        said.append(f"{name}: {first.sum()}")
    ax.set(xlabel="requests", ylabel="different shapes so far", ylim=(0, None))
    ax.set_title(f"Shapes, {', '.join(said)}")
    return label_lines(ax, gap=0.1)


def tails(ax: Axes, use: Sequence[float], curves: Mapping[str, ArrayLike]) -> Axes:
    """Draw latencies against the utilization of a server, with the spread over draws.

    Parameters
    ----------
    ax : Axes
    use : sequence of float, load on the server without a cache, as a share of its capacity
    curves : mapping of name -> array of shape (draws, uses), seconds
    """
    x, ends = 100 * np.asarray(use), []
    for (name, values), color in zip(curves.items(), LINES, strict=False):
        table = 1000 * np.asarray(values, dtype=float)
        ax.fill_between(x, table.min(axis=0), table.max(axis=0), color=PALETTE[color], alpha=0.15)
        ax.plot(x, table.mean(axis=0), "o-", ms=4, color=PALETTE[color], label=name)
        ends.append(table.mean(axis=0))
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set(xlabel="utilization without a cache, %", ylabel="latency, ms; band: all draws")
    first, last = ends[0][0] / ends[1][0], ends[0][-1] / ends[1][-1]
    names = list(curves)
    ax.set_title(f"{names[0]} over {names[1]}: {first:.1f} to {last:.0f} times")
    return label_lines(ax, gap=0.1)


def frontier(ax: Axes, curves: Mapping[str, Sequence[tuple[float, float]]]) -> Axes:
    """Draw what scaling costs, and how many requests are late at that cost.

    Parameters
    ----------
    ax : Axes
    curves : mapping of rule -> (pod hours, share of late requests), one for each target
    """
    for (name, each), color in zip(curves.items(), LINES, strict=False):
        cost, late = np.asarray(sorted(map(tuple, each))).T
        ax.plot(cost, 100 * late, "o-", ms=4, color=PALETTE[color], label=name)
    ax.set_ylim(bottom=0)
    ax.set(xlabel="cost, pod hours", ylabel="late requests, %")
    best = min(curves, key=lambda name: np.mean([late for _, late in curves[name]]))
    ax.set_title(f"Fewest late requests, on average: {best}")
    ax.legend(loc="upper right")
    return ax


def scaled(ax: Axes, runs: Mapping[str, Scaled], capacity: float) -> Axes:
    """Draw the pods that rules pay for, beside those that the traffic needs.

    A bar below the axis, one row a rule, marks when requests wait for more than a second.

    Parameters
    ----------
    ax : Axes
    runs : mapping of name -> run, all of the same traffic
    capacity : float, requests a second that one pod serves
    """
    arrived = next(iter(runs.values())).arrived
    at = np.arange(len(arrived)) * TICK / 60
    smooth = np.convolve(arrived, np.ones(12) / 12, mode="same")
    ax.fill_between(at, smooth / TICK / capacity, color=PALETTE["grey"], alpha=0.4, label="needed")
    said, row = [], 0.05 * max(float(run.pods.max()) for run in runs.values())
    for k, ((name, run), color) in enumerate(zip(runs.items(), LINES, strict=False)):
        ax.plot(at, run.pods, color=PALETTE[color], label=name)
        late, low = run.waits > 1, -row * (k + 1)
        ax.fill_between(at, low, low + 0.7 * row, where=late.tolist(), color=PALETTE[color], lw=0)
        said.append(f"{name}: {100 * run.late():.0f} % late, {run.pod_hours:.0f} pod hours")
    ax.set(xlabel="minutes", ylabel="pods", xlim=(0, at[-1]))
    ax.set_ylim(bottom=-row * (len(runs) + 0.3))
    ax.axhline(0, color=PALETTE["ink"], lw=0.8)
    ax.set_title("\n".join(said))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax
