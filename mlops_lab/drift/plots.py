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
_KINDS = {"covariate": ("blue", "o"), "label": ("violet", "s"), "concept": ("red", "D")}


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
    ax.plot(rows, weekly, color=PALETTE["grey"], lw=1, label="_week")
    ax.plot(rows, smooth, color=PALETTE["red"], label="mean of 6")
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
    harmless = changes[(changes["psi"] > act) & (changes["rise"] < 0.03)]
    title = f"{len(harmless)} of {len(changes)} changes: PSI says act, the error hardly rises"
    ax.set(title=title, xlabel="change of the inputs (PSI)", ylabel="rise of the error")
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


def scoreboard(ax: Axes, board: pd.DataFrame, costs: Mapping[str, str]) -> Axes:
    """Draw a table of detectors by kinds of drift: share caught, delay, false alarms, cost.

    Parameters
    ----------
    ax : Axes
    board : DataFrame indexed by (detector, kind), with the columns of `summary`
        The delay is shown where half of the drifts were caught.
    costs : mapping of detector -> text for the last column
    """
    part = {name: _by_kind(board[name]) for name in board}
    caught, late = 1 - part["missed"] / part["streams"], part["delay"].to_numpy(float)
    ax.imshow(caught, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for (r, c), share in np.ndenumerate(caught.to_numpy()):
        note = f"\n{late[r, c]:.0f} rows late" if share >= 0.5 else ""
        color = "white" if share > 0.7 else PALETTE["ink"]
        ax.text(c, r, f"{share:.0%}{note}", ha="center", va="center", fontsize=8.5, color=color)
    kinds = list(caught.columns)
    for r, name in enumerate(caught.index):
        false = part["false_alarms"].loc[name].mean()
        for c, text in enumerate((f"{false:.2f}", costs[name]), start=len(kinds)):
            ax.text(c, r, text, ha="center", va="center", fontsize=9)
    columns = [*kinds, "false alarms\nin 1,000 rows", "cost of a\nchanged rule"]
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(caught)), list(caught.index))
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.set(xlim=(-0.5, len(columns) - 0.5), title="Who hears what, how late, at what cost?")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax


def _by_kind(column: pd.Series[float]) -> pd.DataFrame:
    """Spread a column indexed by (detector, kind) into detectors by kinds, both in their order."""
    names, kinds = (list(dict.fromkeys(column.index.get_level_values(i))) for i in (0, 1))
    return pd.DataFrame({kind: column.xs(kind, level=1).loc[names] for kind in kinds})


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
    ax: Axes, opened: Mapping[str, Sequence[int]], harmed: Sequence[tuple[int, int]], rows: int
) -> Axes:
    """Draw when each monitor called somebody, and shade where the model did harm.

    Parameters
    ----------
    ax : Axes
    opened : mapping of monitor -> rows at which it called, in order
    harmed : (first, end) rows of each stretch with too many errors
    rows : int
        Length of the stream.
    """
    for first, end in harmed:
        ax.axvspan(first, end, color=PALETTE["orange"], alpha=0.25, lw=0)
    for r, (name, called) in enumerate(opened.items()):
        ax.vlines(called, r - 0.35, r + 0.35, color=PALETTE["blue"], lw=1.6)
        note = _calls_note(called, harmed)
        ax.text(1.01, r, note, transform=ax.get_yaxis_transform(), va="center", fontsize=9)
        ax.text(-0.01, r, name, transform=ax.get_yaxis_transform(), va="center", ha="right")
    ax.set(yticks=[], xlim=(0, rows), ylim=(len(opened) - 0.5, -0.5))
    ax.set(title="Who calls when the model does harm (shaded)?", xlabel="row of the stream")
    ax.grid(visible=False)
    return ax


def _calls_note(called: Sequence[int], harmed: Sequence[tuple[int, int]]) -> str:
    """Say how many calls there were, how many while the model was fine, and how late the first."""
    fine = sum(not any(first <= row < end for first, end in harmed) for row in called)
    note = f"{len(called)} calls, {fine} while fine"
    late = [row - harmed[0][0] for row in called if row >= harmed[0][0]] if len(harmed) else []
    return f"{note};\n{min(late):,.0f} rows after harm began" if late else note


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
