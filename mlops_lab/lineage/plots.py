"""Pictures of the lineage lesson: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mlops_lab.kit import PALETTE, Interval, interval, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["daily", "impact", "joins", "staleness", "timeline"]

Floats = NDArray[np.float64]


def timeline(ax: Axes, table: pd.DataFrame, value: str, asked: float) -> Axes:
    """Draw what each row of a nightly table describes, when it was written, and a question.

    Parameters
    ----------
    ax : Axes
    table : DataFrame with columns event, written and `value`, one row a day
        Clocks in days; a row describes the day that begins at `event`.
    value : str
        The column of values, shares from 0 to 1.
    asked : float
        When the model was asked, in days.
    """
    known = 0
    for height, (event, written, share) in enumerate(
        zip(table["event"], table["written"], table[value], strict=True)
    ):
        color = PALETTE["blue"] if written <= asked else PALETTE["red"]
        known += written <= asked
        ax.barh(height, 1, left=event, height=0.5, color=color, alpha=0.35)
        ax.plot([event + 1, written], [height, height], color=color, ls=":")
        ax.plot(event, height, "|", color=color, ms=16, mew=2)
        ax.plot(written, height, "o", color=color)
        ax.annotate(f"{share:.2f}", (event + 0.5, height), ha="center", va="center")
    ax.axvline(asked, color=PALETTE["ink"])
    ax.annotate("asked", (asked, len(table) - 0.4), xytext=(4, 0), textcoords="offset points")
    ax.set_yticks(range(len(table)), [f"day {event:.0f}" for event in table["event"]])
    title = f"Of {len(table)} days' values, {known} were written when the model was asked"
    ax.set(title=title, xlabel="time, days", ylim=(-0.6, len(table)))
    begin, end = table["event"].min(), max(asked, table["written"].max())
    ax.set(xticks=np.arange(begin, end + 1), xlim=(begin - 0.2, end + 0.4))
    ax.grid(visible=False, axis="y")
    return ax


def joins(ax: Axes, aucs: Mapping[str, Floats], without: Floats) -> Axes:
    """Draw each join's AUC offline and in service, with intervals over worlds.

    Parameters
    ----------
    ax : Axes
    aucs : mapping of joins to arrays of shape (worlds, 2)
        AUC of the model that was trained on the join: on the join, and on what was served.
    without : array of shape (worlds,)
        AUC without any of the features from the tables.
    """
    for height, values in enumerate(reversed(list(aucs.values()))):
        ends = [interval(one) for one in values.T]
        ax.plot([one.mean for one in ends], [height] * 2, color=PALETTE["grey"], zorder=1)
        for one, color, marker in zip(ends, ("orange", "blue"), "Ds", strict=True):
            _dot(ax, one, height, color, marker)
    for name, color, marker in (("offline", "orange", "D"), ("served", "blue", "s")):
        ax.plot([], [], marker, color=PALETTE[color], label=name)
    base = float(without.mean())
    ax.axvline(base, color=PALETTE["grey"], ls=":")
    where = (base, len(aucs) - 0.5)
    ax.annotate("distance alone", where, xytext=(4, 0), textcoords="offset points")
    ax.set_yticks(range(len(aucs)), list(aucs)[::-1])
    promised, real = max(tuple(one.mean(axis=0)) for one in aucs.values())
    title = f"The best result offline, {promised:.2f}, is {real:.2f} in service"
    ax.set(title=title, xlabel="AUC on the last 15 days", ylim=(-0.5, len(aucs)))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def _dot(ax: Axes, one: Interval, height: float, color: str, marker: str) -> None:
    half = one.high - one.mean
    ax.errorbar(one.mean, height, xerr=half, fmt=marker, color=PALETTE[color], capsize=3)


def staleness(ax: Axes, loads: Sequence[int], arms: Mapping[str, Floats]) -> Axes:
    """Draw the AUC by the days between two loads of an online store, a line an arm.

    Parameters
    ----------
    ax : Axes
    loads : days between two loads, ascending
    arms : mapping of names to arrays of shape (worlds, loads)
        The bands are intervals over worlds.
    """
    for (name, values), color, line in zip(arms.items(), ("blue", "orange"), "-:", strict=False):
        ends = [interval(one) for one in values.T]
        ax.plot(loads, [one.mean for one in ends], f"o{line}", color=PALETTE[color], label=name)
        low, high = [one.low for one in ends], [one.high for one in ends]
        ax.fill_between(loads, low, high, color=PALETTE[color], alpha=0.15)
    first = next(iter(arms.values())).mean(axis=0)
    title = f"Loaded every {loads[-1]} days instead of {loads[0]}: AUC {first[-1] - first[0]:+.3f}"
    ax.set(title=title, xlabel="days between two loads of the store", ylabel="AUC served")
    ax.set_xticks(loads)
    return label_lines(ax, gap=0.09)


def impact(ax: Axes, board: pd.DataFrame, base: float) -> Axes:
    """Draw precision and recall of impact by lineage, with intervals over platforms.

    Parameters
    ----------
    ax : Axes
    board : DataFrame with columns arm, precision and recall
        One row an arm and platform, in the order in which arms are to stand.
    base : float
        Precision of warning the owners of all models.
    """
    arms = list(dict.fromkeys(board["arm"]))
    for height, arm in enumerate(reversed(arms)):
        rows = board[board["arm"] == arm]
        _dot(ax, interval(rows["precision"]), height + 0.12, "blue", "s")
        _dot(ax, interval(rows["recall"]), height - 0.12, "orange", "D")
    for name, color, marker in (("precision", "blue", "s"), ("recall", "orange", "D")):
        ax.plot([], [], marker, color=PALETTE[color], label=name)
    ax.axvline(base, color=PALETTE["grey"], ls=":")
    where = (base, len(arms) - 0.5)
    ax.annotate("precision of warning all", where, xytext=(4, 0), textcoords="offset points")
    ax.set_yticks(range(len(arms)), arms[::-1])
    means = board.groupby("arm")["precision"].mean()
    title = f"Of the models warned, harmed: {means[arms[0]]:.0%} {arms[0]}, "
    title += f"{means[arms[1]]:.0%} {arms[1]}"
    ax.set(title=title, xlabel="share", xlim=(0, 1.03), ylim=(-0.5, len(arms)))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def daily(ax: Axes, offline: Sequence[float], served: Sequence[float], title: str = "") -> Axes:
    """Draw the AUC of each day, offline and in service, with the means in the title.

    Parameters
    ----------
    ax : Axes
    offline, served : AUC of each day
    title : str
        What was joined; the means are added.
    """
    days = range(1, len(offline) + 1)
    ax.plot(days, offline, "D-", color=PALETTE["orange"], label="offline")
    ax.plot(days, served, "s-", color=PALETTE["blue"], label="served")
    ax.axhline(0.5, color=PALETTE["grey"], ls=":")
    means = f"mean {np.mean(offline):.2f} offline, {np.mean(served):.2f} served"
    ax.set(title=f"{title}: {means}", xlabel="day of the test", ylabel="AUC of the day")
    ax.set_ylim(0.4, 1)
    return label_lines(ax, gap=0.08)
