"""Pictures of serving lessons: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, interval, label_lines
from mlops_lab.serving.results import LoadResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["load_curve", "outage", "pictures", "played", "run_lengths", "stall", "windows"]

Floats = NDArray[np.float64]
_COLORS = ("red", "blue", "green", "orange", "violet", "grey")
_STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))


def pictures(ax: Axes, images: ArrayLike, labels: Sequence[object]) -> Axes:
    """Draw a row of pictures, each above its label.

    Parameters
    ----------
    ax : Axes
    images : array of shape (n, height, width), n at least 1
    labels : n labels
    """
    row = np.pad(np.asarray(images, dtype=float), ((0, 0), (1, 1), (1, 1)))
    width = row.shape[2]
    ax.imshow(np.hstack(list(row)), cmap="gray_r")
    ax.set_xticks([width * (i + 0.5) - 0.5 for i in range(len(row))], [str(one) for one in labels])
    ax.set_yticks([])
    ax.grid(visible=False)
    ax.set_title(f"{len(row)} pictures, and what they should be read as")
    return ax


def stall(ax: Axes, runs: Mapping[str, LoadResult], moment: float, slow: float) -> Axes:
    """Draw each request of two load tests at the time when it was due, and how long it took.

    Parameters
    ----------
    ax : Axes
    runs : load tests by name
    moment : float
        Seconds at which the stall begins.
    slow : float
        Seconds above which a request counts as slow.
    """
    counts = []
    marks = zip(runs.items(), ("o", "s"), (4, 6), _COLORS, strict=False)
    for (name, one), marker, size, color in marks:
        style: dict[str, Any] = {"marker": marker, "ms": size, "ls": "", "color": PALETTE[color]}
        ax.plot(one.due, 1000 * one.latency, label=name, **style)
        counts.append(f"{int(np.sum(one.latency > slow))} in the {name}")
    ax.axvline(moment, color=PALETTE["ink"], ls=":", lw=1.2)
    ax.axhline(1000 * slow, color=PALETTE["grey"], lw=1, ls="--")
    ax.set(xlabel="due at, seconds", ylabel="latency, milliseconds", ylim=(0, None))
    ax.set_title(f"Slow requests: {', '.join(counts)}")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def load_curve(
    ax: Axes,
    uses: Sequence[float],
    measured: Mapping[str, Floats],
    formula: Mapping[str, tuple[Floats, Floats]],
) -> Axes:
    """Draw mean latency by utilization: intervals of what was measured, lines of a formula.

    Parameters
    ----------
    ax : Axes
    uses : shares of time in which the server is busy
    measured : arrays of shape (uses, runs) by kind of traffic, milliseconds
    formula : pairs of arrays, utilization and milliseconds, by kind of traffic
    """
    from matplotlib.ticker import LogLocator, NullLocator

    for (name, runs), color, marker in zip(measured.items(), ("blue", "red"), "os", strict=True):
        found = [interval(one) for one in runs]
        means = np.array([one.mean for one in found])
        half = [one.high - one.mean for one in found]
        ax.errorbar(uses, means, half, fmt=marker, ms=5, color=PALETTE[color], capsize=3)
        ax.plot(*formula[name], color=PALETTE[color], lw=1.4, label=name)
    ends = [
        f"{runs[0].mean():.0f} to {runs[-1].mean():.0f} ms ({n})" for n, runs in measured.items()
    ]
    ax.set_title(f"From {uses[0]:.0%} to {uses[-1]:.0%} busy: {', '.join(ends)}")
    ax.set(xlabel="utilization, share of time in which the server is busy", yscale="log")
    ax.set_ylabel("mean latency, milliseconds")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_locator(NullLocator())
    return label_lines(ax)


def run_lengths(ax: Axes, lengths: Sequence[int], shares: Sequence[Floats]) -> Axes:
    """Draw what load tests of several lengths find, as a share of the truth.

    Parameters
    ----------
    ax : Axes
    lengths : requests in a test
    shares : for each length, what each test found over the truth
    """
    for length, found in zip(lengths, shares, strict=True):
        low, high = np.percentile(found, [5, 95])
        ax.plot([length, length], [low, high], color=PALETTE["blue"], lw=2.5)
        ax.plot(length, np.mean(found), "o", ms=8, color=PALETTE["red"])
        ax.text(length, high + 0.03, f"mean {np.mean(found):.2f}", ha="center", va="bottom")
    top = max(float(np.percentile(found, 95)) for found in shares)
    ax.axhline(1, color=PALETTE["ink"], ls=":", label="long run")
    low, high = np.percentile(shares[0], [5, 95])
    told = f"9 of 10 tests of {lengths[0]:,} requests find {low:.1f} to {high:.1f} of the truth"
    ax.set(title=told, xscale="log", xlabel="requests in the test")
    ax.set_ylim(0, 1.15 * max(top, 1.0))
    ax.set_xticks(list(lengths), [f"{one:,}" for one in lengths])
    ax.minorticks_off()
    ax.set_xlim(lengths[0] / 1.6, lengths[-1] * 2.5)
    ax.set_ylabel("mean latency found,\nas a share of the long run's")
    return label_lines(ax)


def windows(ax: Axes, tried: Sequence[float], latency: Mapping[str, Floats]) -> Axes:
    """Draw mean latency by batch window, one line a traffic.

    Parameters
    ----------
    ax : Axes
    tried : windows, milliseconds, ascending
    latency : arrays of shape (windows, runs) by name of the traffic, milliseconds
    """
    for (name, runs), color, style in zip(latency.items(), _COLORS, _STYLES, strict=False):
        ax.plot(
            tried, runs.mean(axis=1), color=PALETTE[color], ls=style, marker="o", ms=3.5, label=name
        )
    means = [runs.mean(axis=1) for runs in latency.values()]
    helped = sum(one.min() < 0.98 * one[0] for one in means)
    told = f"A window shortens the mean latency in {helped} of {len(means)} cases"
    ax.set(title=told, ylim=(0, None))
    ax.set(xlabel="batch window, milliseconds", ylabel="mean latency, milliseconds")
    return label_lines(ax)


def outage(
    ax: Axes,
    storms: Sequence[Floats],
    answered: Mapping[str, Sequence[NDArray[np.bool_]]],
    rush: tuple[float, float],
) -> Axes:
    """Draw the share of requests that were answered in time, through a rush and after it.

    Parameters
    ----------
    ax : Axes
    storms : arrays of times, seconds, at which requests were due
    answered : for each server, arrays beside those of `storms` that say which were answered
    rush : (float, float)
        Seconds at which it begins and ends.
    """
    due = np.concatenate(list(storms))
    edges = np.linspace(0, due.max(), 57)
    sent = np.maximum(np.histogram(due, edges)[0], 1)
    well = []
    for (name, one), color, style in zip(answered.items(), _COLORS, _STYLES, strict=False):
        share = np.histogram(due[np.concatenate(list(one))], edges)[0] / sent
        ax.plot((edges[:-1] + edges[1:]) / 2, share, color=PALETTE[color], ls=style, label=name)
        well.append(share[-5:].mean() >= 0.9)
    ax.axvspan(*rush, color=PALETTE["pale"], zorder=0)
    ax.text(rush[1], 1.05, "rush", ha="right", color=PALETTE["grey"])
    late = f"{edges[-1] - rush[1]:.0f} seconds after the rush"
    ax.set_title(f"{late}, {sum(well)} of {len(well)} servers answer nine callers in ten")
    ax.set(xlabel="due at, seconds", ylabel="share answered in time", ylim=(-0.03, 1.15))
    return label_lines(ax, gap=0.07)


def played(ax: Axes, arrivals: Floats, latency: Floats) -> Axes:
    """Draw requests of a simulated server, and a tick for each that it refused.

    Parameters
    ----------
    ax : Axes
    arrivals, latency : arrays of shape (n,)
        Seconds; the latency is NaN where the request was refused.
    """
    refused = np.isnan(latency)
    ax.plot(arrivals, 1000 * latency, ".", color=PALETTE["blue"])
    ax.plot(arrivals[refused], np.zeros(refused.sum()), "|", color=PALETTE["red"])
    p99 = 1000 * float(np.nanpercentile(latency, 99)) if not refused.all() else float("nan")
    ax.set(title=f"p99 {p99:.0f} ms, {refused.mean():.0%} refused", xlabel="due at, seconds")
    ax.set(ylabel="latency, milliseconds", ylim=(0, None))
    return ax
