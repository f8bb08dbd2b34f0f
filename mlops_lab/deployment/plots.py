"""Pictures of deployment lessons: each takes an `Axes`, draws on it, and returns it.

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

__all__ = ["calibration", "degrees", "harm", "promises", "rollout", "surfaces", "walks"]

Floats = NDArray[np.float64]
_LINES = ("blue", "orange", "green", "violet", "red", "grey")


def surfaces(ax: Axes, images: ArrayLike, labels: Sequence[object]) -> Axes:
    """Draw a row of grey pictures, each above its label.

    Parameters
    ----------
    ax : Axes
    images : array of shape (n, height, width), n at least 1
    labels : n labels
    """
    row = np.pad(np.asarray(images, dtype=float), ((0, 0), (1, 1), (1, 1)), constant_values=255)
    width = row.shape[2]
    ax.imshow(np.hstack(list(row)), cmap="gray", vmin=40, vmax=255)
    ax.set_xticks([width * (i + 0.5) - 0.5 for i in range(len(row))], [str(one) for one in labels])
    ax.set_yticks([])
    ax.grid(visible=False)
    ax.set_title(f"{len(row)} parts, and the longest scratch on each, in mm")
    return ax


def degrees(
    ax: Axes, share: Floats, cost: Floats, marks: Mapping[str, tuple[float, float]]
) -> Axes:
    """Draw what a part costs by the share that people decide, and some ways to run the line.

    Parameters
    ----------
    ax : Axes
    share : array of shape (points,), 0 to 1
    cost : array of shape (points,)
        If the parts that the model doubts most go to people.
    marks : (share, cost) by name
        Drawn as points; the cheapest is in the title.
    """
    ax.plot([0, 1], cost[[0, -1]], color=PALETTE["grey"], ls="--", lw=1.2)
    at = (0.5, (cost[0] + cost[-1]) / 2)
    ax.annotate("drawn at random", at, (0, 8), textcoords="offset points", color=PALETTE["grey"])
    ax.plot(share, cost, color=PALETTE["blue"])
    for (name, (x, y)), color in zip(
        marks.items(), ("red", "violet", "green", "orange"), strict=False
    ):
        ax.plot(x, y, "o", ms=7, color=PALETTE[color], clip_on=False)
        side = "left" if x < 0.1 else "right" if x > 0.9 else "center"
        above = 10 if y >= cost[-1] else -17
        shift = {"left": (2, 13), "right": (0, above), "center": (0, -17)}[side]
        place: dict[str, Any] = {"textcoords": "offset points", "ha": side}
        ax.annotate(f"{name}, {y:.2f}", (x, y), shift, color=PALETTE[color], **place)
    best = min(marks, key=lambda name: marks[name][1])
    ax.set_title(f"Cheapest: {best}, people decide {marks[best][0]:.0%}")
    ax.set(xlabel="share of parts that people decide", ylabel="cost of a part, euro")
    ax.set_ylim(0, 1.18 * max(cost.max(), *(y for _, y in marks.values())))
    return ax


def calibration(
    ax: Axes, chances: Mapping[str, ArrayLike], defect: ArrayLike, bins: int = 8
) -> Axes:
    """Draw how often something happens among items of like chance, for several models.

    Parameters
    ----------
    ax : Axes
    chances : arrays of shape (n,), 0 to 1, by name
        Each is cut into `bins` groups of like size by its own order.
    defect : array of shape (n,) of 0 and 1
    bins : int, from 1
    """
    truth = np.asarray(defect, dtype=float)
    ax.plot([0, 1], [0, 1], color=PALETTE["grey"], ls=":", lw=1.2)
    at: dict[str, Any] = {"xytext": (-4, 10), "textcoords": "offset points", "ha": "right"}
    ax.annotate("as stated", (0.62, 0.62), color=PALETTE["grey"], **at)
    worst = {}
    for (name, values), color, marker in zip(chances.items(), _LINES, "osD^v<", strict=False):
        p = np.asarray(values, dtype=float)
        groups = np.array_split(np.argsort(p, kind="stable"), bins)
        told = np.array([p[one].mean() for one in groups])
        came = np.array([truth[one].mean() for one in groups])
        ax.plot(told, came, marker=marker, ms=5, color=PALETTE[color], label=name)
        worst[name] = np.abs(told - came).max()
    gaps = ", ".join(f"{name} {gap:.2f}" for name, gap in worst.items())
    ax.set_title(f"Furthest from the diagonal: {gaps}")
    ax.set(xlabel="probability, as stated", ylabel="share of defects", xlim=(-0.03, 1.03))
    ax.legend(loc="upper left")
    return ax


def promises(ax: Axes, points: Mapping[str, ArrayLike], truth: Sequence[str]) -> Axes:
    """Draw gains in percentage points, a row a name, each run a dot, with means and intervals.

    Parameters
    ----------
    ax : Axes
    points : arrays of shape (runs,) by name
        Gains as shares, -1 to 1.
    truth : sequence of names
        Rows that show the truth: drawn in green, all others in orange.
    """
    rows = np.arange(len(points))[::-1]
    for y, (name, values) in zip(rows, points.items(), strict=True):
        gains = 100 * np.asarray(values, dtype=float)
        color = PALETTE["green" if name in truth else "orange"]
        known = interval(gains)
        ax.plot(gains, np.full(len(gains), y + 0.18), "o", ms=4, color=color, alpha=0.6)
        ax.plot([known.low, known.high], [y, y], color=color, lw=4, solid_capstyle="butt")
        ax.plot(known.mean, y, "|", ms=14, color=PALETTE["ink"])
    ax.axvline(0, color=PALETTE["grey"], lw=1)
    ax.set_yticks(rows, list(points))
    first, second = list(points)[:2]
    means = [np.mean(np.asarray(points[name], dtype=float)) for name in (first, second)]
    means = [round(100 * one, 1) + 0.0 for one in means]  # no minus before a zero
    ax.set_title(f"{first}: {means[0]:+.1f} points; {second}: {means[1]:+.1f}")
    ax.set(xlabel="fewer returns among orders let through, percentage points")
    ax.set_ylim(-0.6, len(points) - 0.4)
    return ax


def walks(ax: Axes, runs: Mapping[str, Sequence[tuple[Floats, Floats]]], level: float) -> Axes:
    """Draw the evidence against canaries as it grows, up to its alarm or the end.

    Parameters
    ----------
    ax : Axes
    runs : lists of (requests, log weight of the evidence) by name
    level : float, above 0
        The log weight at which the alarm fires.
    """
    told = []
    for (name, pairs), color in zip(runs.items(), ("blue", "red", "orange"), strict=False):
        fired = 0
        for i, (at, weight) in enumerate(pairs):
            over = np.flatnonzero(weight >= level)
            fired += len(over) > 0
            end = over[0] + 1 if len(over) else len(weight)
            label = name if i == 0 else None
            ax.plot(at[:end], weight[:end], color=PALETTE[color], lw=1, alpha=0.7, label=label)
        told.append(f"{fired} of {len(pairs)} {name}")
    ax.axhline(level, color=PALETTE["ink"], ls=":", lw=1.2)
    ax.set_title(f"Stopped: {', '.join(told)}")
    ax.set(xlabel="requests", ylabel="log of the evidence", ylim=(-8, 1.3 * level))
    ax.legend(loc="lower left")
    return ax


def harm(ax: Axes, shares: Sequence[float], cost: Mapping[str, Floats]) -> Axes:
    """Draw what a harmful canary does until it is taken back, by its share, with intervals.

    Parameters
    ----------
    ax : Axes
    shares : sequence of floats, between 0 and 1
    cost : arrays of shape (shares, groups of draws) by name
        Extra bad answers. The title is about the first.
    """
    x = 100 * np.asarray(shares)
    tenfold = int(np.argmin(np.abs(x - 10 * x[0])))
    told = []
    for (name, values), color, marker in zip(cost.items(), ("blue", "red"), "os", strict=False):
        known = [interval(row) for row in values]
        middle = np.array([one.mean for one in known])
        half = np.array([one.high - one.mean for one in known])
        style: dict[str, Any] = {
            "fmt": f"{marker}-",
            "ms": 5,
            "color": PALETTE[color],
            "elinewidth": 1,
        }
        ax.errorbar(x, middle, half, **style)
        ax.plot(x, middle, color=PALETTE[color], label=name, lw=0)
        more = middle[[tenfold, -1]] / middle[0]
        told.append(
            f"{name}: {x[tenfold]:g} % harms {more[0]:.1f} times, {x[-1]:g} % {more[1]:.1f}"
        )
    ax.set(xscale="log", yscale="log")
    ax.set_xticks(x, [f"{one:g}" for one in x])
    ax.minorticks_off()
    ticks = [one for one in (2, 5, 10, 20, 50, 100, 200, 500, 1000) if one <= ax.get_ylim()[1]]
    ax.set_yticks(ticks, [str(one) for one in ticks])
    ax.set(xlabel="share of the canary, %", ylabel="extra bad answers until rollback")
    ax.set_title(f"Against {x[0]:g} %, {told[0]}")
    return label_lines(ax)


def rollout(
    ax: Axes, done: Floats, user: ArrayLike, version: ArrayLike, steps: Mapping[float, str]
) -> Axes:
    """Draw which version answered each user, over time.

    Parameters
    ----------
    ax : Axes
    done : array of shape (n,)
        When each request was answered, seconds.
    user : int array of shape (n,)
    version : int array of shape (n,)
    steps : what the route was changed to, by the second at which it was
    """
    who, told = np.asarray(user), np.asarray(version)
    at = np.asarray(done, dtype=float)
    for number, color, marker in zip(np.unique(told), ("grey", "red", "blue"), ".sD", strict=False):
        of = told == number
        ax.plot(at[of], who[of], marker, ms=4, ls="", color=PALETTE[color], label=f"v{number}")
    top = who.max() + 2
    for moment, name in steps.items():
        ax.axvline(moment, color=PALETTE["ink"], lw=1, ls=":")
        ax.annotate(name, (moment, top), (4, 0), textcoords="offset points")
    ax.set(xlabel="answered at, seconds", ylabel="user", ylim=(-1, top + 3))
    ax.set_title(
        f"{len(at)} requests, {np.mean(told == told.max()):.0%} answered by the new version"
    )
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax
