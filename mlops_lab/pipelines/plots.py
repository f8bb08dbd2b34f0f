"""Pictures of data pipelines: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from mlops_lab.kit import PALETTE, interval, value_rows
from mlops_lab.pipelines.crash import Restart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlops_lab.kit import Interval

__all__ = ["bias", "gaps", "kills", "slips"]

_ENDS = {"right": ("green", "o"), "lost": ("red", "v"), "doubled": ("orange", "s")}


def kills(ax: Axes, found: Mapping[str, Sequence[Restart]]) -> Axes:
    """Draw what each kill left behind, after the restart: a row for each design.

    Parameters
    ----------
    ax : Axes
    found : mapping of design -> restarts, one for each step
    """
    shown = dict.fromkeys(_ENDS, False)
    for row, restarts in enumerate(found.values()):
        for one in restarts:
            end = "lost" if one.lost else "doubled" if one.doubled else "right"
            color, marker = _ENDS[end]
            ax.plot(
                one.step, row, marker, color=PALETTE[color], ms=11,
                label=None if shown[end] else end,
            )  # fmt: skip
            shown[end] = True
            count = one.lost or one.doubled
            if count:
                ax.annotate(
                    str(count), (one.step, row), ha="center", va="center", color="white", fontsize=8
                )
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.5, -0.5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("killed after this step; the number is of orders")
    wrong = [
        f"{sum(bool(one.lost or one.doubled) for one in restarts)} of {len(restarts)}"
        for restarts in found.values()
    ]
    ax.set_title(f"Kills that leave a wrong table: {', '.join(wrong)}")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=3)
    return ax


def bias(
    ax: Axes,
    lags: Sequence[float],
    found: Mapping[str, Sequence[Interval]],
    *,
    dashed: Sequence[str] = (),
) -> Axes:
    """Draw how far a figure is off, by how long windows stay open.

    Parameters
    ----------
    ax : Axes
    lags : sequence of float
        Hours.
    found : mapping of name -> intervals, one for each lag
        Of the figure over the true one, minus 1.
    dashed : sequence of names
        Drawn as dashed lines.
    """
    colors = ("blue", "orange", "green", "red")
    for (name, each), color in zip(found.items(), colors, strict=False):
        style = "o--" if name in dashed else "o-"
        ax.plot(lags, [100 * one.mean for one in each], style, color=PALETTE[color], label=name)
        ax.fill_between(
            lags, [100 * one.low for one in each], [100 * one.high for one in each],
            color=PALETTE[color], alpha=0.2, lw=0,
        )  # fmt: skip
    ax.axhline(0, color=PALETTE["ink"], lw=1)
    ax.set(xlabel="hours that windows stay open", ylabel="off by, %")
    said = [f"{name} {100 * each[0].mean:+.1f} %" for name, each in found.items()]
    ax.set_title(f"At {lags[0]:g} h: {', '.join(said)}", fontsize=10)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
    return ax


def gaps(ax: Axes, found: Mapping[str, Sequence[float]]) -> Axes:
    """Draw AUC offline and online of models with a feature from two kinds of backfill.

    Parameters
    ----------
    ax : Axes
    found : mapping of name -> AUC in each draw; the first is offline, the second online
    """
    value_rows(ax, found, means=True, marked=list(found)[:2])
    names = list(found)
    drop = np.mean(found[names[0]]) - np.mean(found[names[1]])
    ax.set(xlabel="AUC")
    ax.set_title(f"{names[0]}, minus {names[1]}: {drop:+.2f}")
    return ax


def slips(ax: Axes, alarm: Mapping[str, float], lost: Mapping[str, Sequence[float]]) -> Axes:
    """Draw what each slip costs, with how loud a monitor of distributions is about it.

    Parameters
    ----------
    ax : Axes
    alarm : mapping of slip -> largest PSI of a feature
    lost : mapping of slip -> AUC lost, in each draw
    """
    order = sorted(lost, key=lambda slip: -float(np.mean(lost[slip])))
    for row, slip in enumerate(order):
        one = interval(lost[slip])
        quiet = alarm[slip] < 0.1
        color = PALETTE["red" if quiet else "blue"]
        ax.plot([one.low, one.high], [row, row], color=color, lw=2)
        ax.plot(one.mean, row, "o", color=color)
        ax.text(
            1.02, row, f"{alarm[slip]:.2f}", color=color, va="center",
            transform=ax.get_yaxis_transform(),
        )  # fmt: skip
    ax.text(1.02, 1.02, "PSI", transform=ax.transAxes, va="bottom")
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks(range(len(order)), order)
    ax.set_ylim(len(order) - 0.5, -0.5)
    ax.set_xlabel("AUC lost; red: PSI below 0.1")
    ax.set_title(f"Most is lost by: {order[0]}; its PSI is {alarm[order[0]]:.2f}")
    return ax
