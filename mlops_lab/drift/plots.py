"""Pictures of drift lessons: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mlops_lab.kit import PALETTE, Interval, interval, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "calls",
    "kinds",
    "savings",
    "scoreboard",
    "thresholds",
    "watched",
    "weekly_error",
]

Floats = NDArray[np.float64]
_KINDS = {
    "one input": ("blue", "o"),
    "to the unsure": ("ink", "*"),
    "label": ("violet", "s"),
    "concept": ("red", "D"),
}


def weekly_error(ax: Axes, rows: Floats, weekly: Floats, promised: float) -> Axes:
    """Draw a model's weekly error, its mean over six weeks, and the rate that was promised.

    Parameters
    ----------
    ax : Axes
    rows, weekly : arrays of shape (weeks,)
        The last row of each week and the share of it that was wrong, 0 to 1.
    promised : float
        The rate to compare with, 0 to 1.
    """
    smooth = pd.Series(weekly).rolling(6, min_periods=1).mean()
    ax.plot(rows, weekly, color=PALETTE["grey"], lw=1, label="each week")
    ax.plot(rows, smooth, color=PALETTE["red"], label="mean of 6 weeks")
    ax.axhline(promised, color=PALETTE["ink"], ls=":", label="promised")
    title = f"The model never changed: promised {promised:.0%}, worst week {weekly.max():.0%}"
    ax.set(title=title, xlabel="row of the stream", ylabel="share wrong", ylim=(0, None))
    return label_lines(ax)


def kinds(ax: Axes, changes: pd.DataFrame, act: float = 0.25) -> Axes:
    """Scatter changes of the law: how far the inputs moved against what it did to the error.

    Parameters
    ----------
    ax : Axes
    changes : DataFrame with columns kind, psi, rise and error
        `error` is half the width of the interval of `rise`, 0 where there is none.
    act : float
        The PSI at which the book says to act.
    """
    for kind, part in changes.groupby("kind", sort=False):
        color, marker = _KINDS.get(str(kind), ("orange", "^"))
        style: dict[str, Any] = {
            "fmt": marker,
            "ms": 5,
            "color": PALETTE[color],
            "elinewidth": 1,
            "label": str(kind),
        }
        ax.errorbar(part["psi"], part["rise"], part["error"], **style)
    ax.axvline(act, color=PALETTE["grey"], ls=":")
    where: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "color": PALETTE["grey"]}
    ax.text(act * 1.06, 0.95, "PSI says act", va="top", **where)
    ax.axhline(0, color=PALETTE["grey"], lw=1)
    ax.set(
        title="Which changes do harm, and which show in the inputs?",
        xlabel="change of the inputs (PSI)",
        ylabel="rise of the error",
    )
    ax.set_xscale("log")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def thresholds(ax: Axes, tried: Sequence[float], paid: Floats, nothing: float) -> Axes:
    """Draw what an alarm costs by its threshold, beside the cost of having none.

    Parameters
    ----------
    ax : Axes
    tried : thresholds, above 0, ascending
    paid : array of shape (thresholds, streams, 2)
        Cost of false alarms and of lateness for each drift; the band is the interval of their sum.
    nothing : float
        Cost of one drift without an alarm.
    """
    false, late = paid.mean(axis=1).T
    total = [interval(one) for one in paid.sum(axis=2)]
    ax.plot(tried, false, color=PALETTE["orange"], ls="--", label="false alarms")
    ax.plot(tried, late, color=PALETTE["blue"], ls="-.", label="late alarms")
    ax.plot(tried, [one.mean for one in total], color=PALETTE["ink"], label="total")
    ends = ([one.low for one in total], [one.high for one in total])
    ax.fill_between(tried, *ends, color=PALETTE["ink"], alpha=0.15)
    ax.axhline(nothing, color=PALETTE["grey"], ls=":", label="no alarm at all")
    best, least = min(zip(tried, total, strict=True), key=lambda pair: pair[1].mean)
    title = f"Cheapest threshold {best:g}: {least.mean:.0f}, against {nothing:.0f} for no alarm"
    ax.set(title=title, xlabel="threshold", ylabel="cost of a drift,\nin wrong predictions")
    ax.set(xscale="log", ylim=(0, 2 * nothing))
    ax.set_xticks(list(tried), [f"{one:g}" for one in tried])
    ax.minorticks_off()
    return label_lines(ax)


def scoreboard(
    ax: Axes,
    board: Mapping[tuple[str, str], Mapping[str, float]],
    false: Mapping[str, float],
    costs: Mapping[str, Interval],
    nothing: float,
) -> Axes:
    """Draw a table of detectors by kinds of drift: share caught, delay, false alarms, cost.

    Parameters
    ----------
    ax : Axes
    board : mapping of (detector, kind) -> caught (0 to 1) and delay (median rows)
        The delay is shown where more than half of the drifts were caught.
    false : mapping of detector -> false alarms in each quiet row
    costs : mapping of detector -> Interval
    nothing : float
        The cost without any alarm.
    """
    names, kinds = (list(dict.fromkeys(key[i] for key in board)) for i in (0, 1))
    caught = np.array([[board[name, kind]["caught"] for kind in kinds] for name in names])
    ax.imshow(caught, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for (r, c), share in np.ndenumerate(caught):
        note = f"\n{board[names[r], kinds[c]]['delay']:.0f} rows late" if share > 0.5 else ""
        color = "white" if share > 0.7 else PALETTE["ink"]
        ax.text(c, r, f"{share:.0%}{note}", ha="center", va="center", fontsize=8.5, color=color)
    for r, name in enumerate(names):
        cost = f"{costs[name].mean:.0f}\n[{costs[name].low:.0f}, {costs[name].high:.0f}]"
        for c, text in enumerate((f"{1000 * false[name]:.2f}", cost), start=len(kinds)):
            ax.text(c, r, text, ha="center", va="center", fontsize=9)
    columns = [*kinds, "false alarms\nin 1,000 rows", "cost of a\nchanged rule"]
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.set(xlim=(-0.5, len(columns) - 0.5))
    ax.set(title=f"Who finds what, how late, at what cost? Without an alarm: {nothing:.0f}")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax


def savings(ax: Axes, saved: Mapping[tuple[str, str], Interval]) -> Axes:
    """Draw what each policy saves against doing nothing, in each world, with intervals.

    Parameters
    ----------
    ax : Axes
    saved : mapping of (world, policy) -> Interval, in wrong predictions
        Each of up to three worlds holds the same policies.
    """
    worlds, policies = (list(dict.fromkeys(key[i] for key in saved)) for i in (0, 1))
    looks = zip(worlds, ("grey", "blue", "red"), "osD", strict=False)
    for k, (world, color, marker) in enumerate(looks):
        means = {policy: saved[world, policy].mean for policy in policies}
        half = [saved[world, policy].high - mean for policy, mean in means.items()]
        best = max(means, key=lambda policy: means[policy])
        label = f"{world}:\n{best if means[best] > 0 else 'never'} is cheapest"
        at = np.arange(len(policies)) + 0.24 * (k - (len(worlds) - 1) / 2)
        style: dict[str, Any] = {"fmt": marker, "color": PALETTE[color], "label": label}
        ax.errorbar(list(means.values()), at, xerr=half, **style)
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks(range(len(policies)), policies)
    ax.invert_yaxis()
    ax.set(title="What does each policy save?")
    ax.set(xlabel="saved against never retraining, in wrong predictions")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), title="the rule", alignment="left")
    return ax


def calls(
    ax: Axes,
    opened: Mapping[str, Sequence[int]],
    rate: Mapping[str, float],
    first: int,
    harmful: NDArray[np.bool_],
) -> Axes:
    """Draw when each monitor called somebody, and shade where the model did harm.

    Parameters
    ----------
    ax : Axes
    opened : mapping of monitor -> rows at which it called
    rate : mapping of monitor -> share of its calls in harm, 0 to 1
    first : int
        The row that `harmful` begins with.
    harmful : bool array of shape (rows,)
        Whether too many predictions were wrong then.
    """
    edges = first + np.flatnonzero(np.diff(np.r_[0, harmful, 0]))
    for begin, end in edges.reshape(-1, 2):
        ax.axvspan(begin, end, color=PALETTE["orange"], alpha=0.25, lw=0)
    beside = ax.get_yaxis_transform()
    for r, (name, called) in enumerate(opened.items()):
        ax.vlines(called, r - 0.35, r + 0.35, color=PALETTE["blue"], lw=1.6)
        ax.text(-0.01, r, name, transform=beside, va="center", ha="right")
        note = f"{rate[name]:.0%} of {len(called)}" if called else "no calls"
        ax.text(1.01, r, note, transform=beside, va="center")
    ax.text(1.01, -0.75, "calls in harm", transform=beside, fontsize=9)
    ax.set(yticks=[], xlim=(first, first + len(harmful)), ylim=(len(opened) - 0.5, -0.5))
    ax.set(title=f"Harm in {harmful.mean():.0%} of the time (shaded): who called then?")
    ax.set(xlabel="row of the stream")
    ax.grid(visible=False)
    return ax


def watched(ax: Axes, wrong: Floats, strength: Floats, alarms: Iterable[int]) -> Axes:
    """Draw one stream: the truth as a shade, the moving error as a line, alarms as strokes.

    Parameters
    ----------
    ax : Axes
    wrong : array of shape (rows,), 1 where the prediction was wrong
    strength : array of shape (rows,)
        Share of the new law at each row, 0 to 1.
    alarms : rows at which the detector fired
    """
    ax.fill_between(np.arange(len(strength)), strength, color=PALETTE["pale"], label="the change")
    error = pd.Series(wrong, dtype=float).rolling(200).mean()
    ax.plot(error, color=PALETTE["red"], label="error, last 200 rows")
    ax.vlines(list(alarms), 0, 1, color=PALETTE["blue"], lw=1.2, label="alarms")
    ax.set(xlabel="row", ylabel="share wrong", ylim=(0, 1))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax
