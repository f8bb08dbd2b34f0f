"""Rules, people, tags and ways to work, each beside its rivals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mlops_lab.baselines.metrics import wilson
from mlops_lab.kit import PALETTE, Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["gains", "glass", "hours", "people", "rules", "shift"]


def glass(ax: Axes, images: NDArray[Any], names: Sequence[str]) -> Axes:
    """Draw surfaces side by side, each with a name above it.

    Parameters
    ----------
    ax : Axes
    images : array of shape (n, side, side), grey values
    names : n texts
    """
    side = images.shape[2]
    gap = max(1, side // 8)
    framed = np.pad(images.astype(float), ((0, 0), (0, 0), (0, gap)), constant_values=255.0)
    ax.imshow(np.hstack(list(framed)), cmap="gray", vmin=0, vmax=255)
    for i, name in enumerate(names):
        ax.text(i * (side + gap) + (side - 1) / 2, -1, name, ha="center", va="bottom", fontsize=9)
    ax.set_axis_off()
    return ax


def rules(
    axes: Sequence[Axes], accuracy: Mapping[str, Interval], cost: Mapping[str, Interval], unit: str
) -> Sequence[Axes]:
    """Draw the accuracy of each rule, and beside it what it costs, with intervals.

    Parameters
    ----------
    axes : two Axes with a common vertical axis
    accuracy : mapping of rule -> interval, 0 to 1
    cost : mapping of rule -> interval, in `unit`
        The rules are drawn in this order, the most expensive first.
    unit : str
        What costs are counted in, and for how much.
    """
    ranked = sorted(cost, key=lambda name: -cost[name].mean)
    most = max(accuracy, key=lambda name: accuracy[name].mean)
    for ax, known, times, best in zip(
        axes, (accuracy, cost), (100, 1), (most, ranked[-1]), strict=True
    ):
        for row, name in enumerate(ranked):
            color = PALETTE["blue" if name == best else "grey"]
            one = known[name]
            ax.hlines(row, times * one.low, times * one.high, color=color, lw=2.5)
            ax.plot(times * one.mean, row, "o", color=color)
        ax.set_yticks(range(len(ranked)), ranked)
        ax.set_ylim(len(ranked) - 0.5, -0.5)
    axes[0].set(title=f"Most accurate: {most}", xlabel="accuracy, %")
    axes[1].set(title=f"Cheapest: {ranked[-1]}", xlabel=f"cost, {unit}")
    return axes


def people(ax: Axes, table: pd.DataFrame, room: Mapping[str, Interval]) -> Axes:
    """Draw the accuracy of a model and of a person by tag, and what there is to gain.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        From `tag_table`, where the level is a person's; the mean of several will do.
    room : mapping of tag -> interval of its room, a share of all examples
        Two tags or more.
    """
    shown = table.sort_values("errors")
    rows = np.arange(len(shown))
    ax.hlines(rows, 100 * shown["accuracy"], 100 * shown["level"], color=PALETTE["pale"], lw=4)
    ax.plot(100 * shown["level"], rows, "s", color=PALETTE["orange"], label="a person")
    ax.plot(100 * shown["accuracy"], rows, "o", color=PALETTE["blue"], label="the model")
    said: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center", "fontsize": 9}
    for row, (name, errors) in enumerate(zip(map(str, shown.index), shown["errors"], strict=True)):
        low, mean, high = (100 * one for one in (room[name].low, room[name].mean, room[name].high))
        told = f"{errors:.0%} of errors, room {mean:+.1f} [{low:.1f}, {high:.1f}] points"
        ax.text(1.02, row, told, **said)
    ax.set_yticks(rows, shown.index)
    second, first = shown.index[-2:]
    title = (
        f"{first}: {shown['errors'].iloc[-1]:.0%} of the errors, room "
        f"{100 * room[first].mean:+.1f} points; {second}: {shown['errors'].iloc[-2]:.0%}, "
        f"{100 * room[second].mean:+.1f}"
    )
    ax.set(title=title, xlabel="accuracy, %", ylim=(-0.6, len(shown) - 0.4))
    ax.legend(loc="lower left")
    return ax


def gains(ax: Axes, total: Mapping[str, Interval], own: Mapping[str, float]) -> Axes:
    """Draw what each kind of new examples gained, and what it gained on its own kind.

    Parameters
    ----------
    ax : Axes
    total : mapping of kind -> interval, a share of all examples
        The change of the accuracy on everything.
    own : mapping of kind -> float
        The part of it on examples of that kind; kinds may be missing.
    """
    ranked = sorted(total, key=lambda name: total[name].mean)
    for row, name in enumerate(ranked):
        one = total[name]
        ax.hlines(row, 100 * one.low, 100 * one.high, color=PALETTE["blue"], lw=2.5)
        ax.plot(100 * one.mean, row, "o", color=PALETTE["blue"])
        if name in own:
            ax.plot(100 * own[name], row, "D", mfc="none", ms=8, color=PALETTE["orange"])
    ax.axvline(0, color=PALETTE["ink"], ls=":")
    ax.set_yticks(range(len(ranked)), ranked)
    best, worst = ranked[-1], ranked[0]
    title = f"{best}: {100 * total[best].mean:+.1f}; {worst}: {100 * total[worst].mean:+.1f} points"
    ax.plot([], [], "o", color=PALETTE["blue"], label="change of the total, with interval")
    ax.plot([], [], "D", mfc="none", color=PALETTE["orange"], label="of it, from clips of that tag")
    ax.set(title=title, xlabel="points of accuracy", ylim=(-0.6, len(ranked) - 0.4))
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.16), ncols=2)
    return ax


def hours(
    axes: Sequence[Axes],
    worlds: Mapping[str, Mapping[str, Interval]],
    ceilings: Mapping[str, float],
) -> Sequence[Axes]:
    """Draw what hours gained in each world, by what they were spent on.

    Parameters
    ----------
    axes : an Axes a world, side by side, with common axes
    worlds : mapping of world -> mapping of work -> interval of the gain, a share
        A kind of work may be missing from a world.
    ceilings : mapping of world -> float
        The gain that there is at most, a share.
    """
    names = list(dict.fromkeys(name for ways in worlds.values() for name in ways))
    for ax, (world, ways) in zip(axes, worlds.items(), strict=True):
        best = max(ways, key=lambda name: ways[name].mean)
        for row, name in enumerate(names):
            if name not in ways:
                ax.text(0, row, " nothing to do", va="center", fontsize=9)
                continue
            one = ways[name]
            color = PALETTE["blue" if name == best else "grey"]
            ax.hlines(row, 100 * one.low, 100 * one.high, color=color, lw=2.5)
            ax.plot(100 * one.mean, row, "o", color=color)
            told = f"{100 * one.mean + 0.0:+.1f}".replace("-0.0", "+0.0")
            ax.text(100 * one.mean, row - 0.2, told, ha="center", fontsize=9)
        ax.axvline(0, color=PALETTE["ink"], ls=":")
        ax.axvline(100 * ceilings[world], color=PALETTE["orange"], ls="--")
        ax.set_yticks(range(len(names)), names)
        title = f"{world}:\n{best} {100 * ways[best].mean:+.1f}"
        ax.set(title=title, xlabel="gain, points", ylim=(len(names) - 0.5, -0.6))
    return axes


def shift(axes: Sequence[Axes], counts: Mapping[str, float], n: int) -> Sequence[Axes]:
    """Draw what a rule finds, misses and flags falsely, and its metrics with their intervals.

    Parameters
    ----------
    axes : two Axes
    counts : mapping with found, missed, false and passed
        Numbers of examples; they need not be whole. Those that pass rightly are not drawn.
    n : int
        Examples in all.
    """
    left, right = axes
    drawn = {"found": "blue", "missed": "red", "false": "orange"}
    left.barh(
        list(drawn), [counts[name] for name in drawn], color=[PALETTE[c] for c in drawn.values()]
    )
    for row, name in enumerate(drawn):
        left.text(counts[name], row, f" {counts[name]:.0f}", va="center", fontsize=9)
    left.set_xlabel(f"of {n:,} phones; {counts['passed']:.0f} more pass rightly")
    left.margins(x=0.15)
    left.invert_yaxis()
    names = ("found", "missed", "false", "passed")
    found, missed, false, passed = (counts[name] for name in names)
    shares = {"recall": (found, found + missed), "precision": (found, found + false)}
    shares["accuracy"] = (found + passed, n)
    for row, (hits, of) in enumerate(shares.values()):
        if of >= 1:
            low, high = wilson(hits, of)
            right.hlines(row, 100 * low, 100 * high, color=PALETTE["blue"], lw=3)
            right.plot(100 * hits / of, row, "o", color=PALETTE["blue"])
    f1 = 2 * found / max(1e-9, 2 * found + false + missed)
    right.plot(100 * f1, 3, "D", color=PALETTE["orange"])
    right.set_yticks(range(4), [*shares, "F1"])
    right.set(xlabel="%, with Wilson's interval", xlim=(-2, 102), ylim=(3.6, -0.6))
    return axes
