"""Pictures of feature selection: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mlops_lab.kit import PALETTE, Interval, label_lines, value_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["arms", "bar", "importances", "luck", "pays", "picks", "reused"]

Floats = NDArray[np.float64]


def arms(ax: Axes, found: Mapping[str, Sequence[float]], chance: float = 0.5) -> Axes:
    """Draw the values of some arms as points, each with the interval of its mean.

    Parameters
    ----------
    ax : Axes
    found : mapping of arm -> AUC in each world, two or more
    chance : float
        What a coin gets.
    """
    value_rows(ax, found, means=True)
    ax.axvline(chance, color=PALETTE["grey"], ls=":")
    most = max(found, key=lambda name: float(np.mean(found[name])))
    title = f"Nothing to find, and up to {np.mean(found[most]):.2f} on average ({most})"
    ax.set(title=title, xlabel="cross-validated AUC; dotted: a coin")
    return ax


def picks(ax: Axes, share: pd.DataFrame, auc: Mapping[str, Interval]) -> Axes:
    """Draw which columns each method chose, as the share of worlds, and the AUC that it led to.

    Parameters
    ----------
    ax : Axes
    share : DataFrame of methods by columns, 0 to 1
    auc : mapping of method -> Interval, in the order of the rows
    """
    ax.imshow(share, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for (r, c), value in np.ndenumerate(share.to_numpy()):
        color = "white" if value > 0.7 else PALETTE["ink"]
        ax.text(c, r, f"{value:.0%}", ha="center", va="center", color=color, fontsize=9)
    for r, name in enumerate(share.index):
        one = auc[name]
        ax.text(
            share.shape[1] - 0.35, r, f"{one.mean:.2f} [{one.low:.2f}, {one.high:.2f}]", va="center"
        )
    ax.text(share.shape[1] - 0.35, -0.75, "AUC on new rows", va="center", weight="bold")
    ax.set_xticks(range(share.shape[1]), list(share.columns))
    ax.set_yticks(range(len(share)), list(share.index))
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.set_title("Who chooses what, in what share of worlds?", pad=26)
    return ax


def importances(
    ax: Axes, found: Mapping[str, Sequence[float]], marked: Sequence[str], xlabel: str
) -> Axes:
    """Draw one measure of importance: a point a world, and the interval of the mean.

    Parameters
    ----------
    ax : Axes
    found : mapping of column -> importance in each world, two or more
    marked : the columns that the title compares
    xlabel : str
        What the measure is, with its unit.
    """
    value_rows(ax, found, marked=marked)
    ax.axvline(0, color=PALETTE["grey"], ls=":")
    first, second = sorted(marked, key=lambda name: -float(np.mean(found[name])))
    ax.set(title=f"The {first} above the {second}", xlabel=xlabel)
    return ax


def bar(ax: Axes, largest: Floats, found: Floats, truth: NDArray[np.bool_]) -> Axes:
    """Draw the luckiest columns of shuffled labels, their bar, and the columns of true labels.

    Parameters
    ----------
    ax : Axes
    largest : array of shape (shuffles,)
        The largest absolute correlation of all columns, with shuffled labels.
    found, truth : arrays of shape (columns,)
        Absolute correlation with the true labels, and whether the column has an effect of its own.
    """
    limit = float(np.quantile(largest, 0.95, method="higher"))
    ax.hist(largest, bins=15, color=PALETTE["grey"], alpha=0.6)
    top = ax.get_ylim()[1]
    heights = np.where(truth, -0.1 * top, -0.25 * top)
    for own, color, marker in ((True, "blue", "D"), (False, "red", "x")):
        part = truth == own
        ax.plot(found[part], heights[part], marker, color=PALETTE[color], ms=5, alpha=0.7)
        label = "effect of its own" if own else "no effect of its own"
        ax.text(found.max() * 1.04, heights[part][0], label, color=PALETTE[color], va="center")
    ax.axvline(limit, color=PALETTE["ink"], ls="--")
    ax.text(limit, 0.97 * top, f"  bar: {limit:.2f}", va="top")
    passed = found > limit
    real = int((passed & truth).sum())
    title = f"{passed.sum()} of {len(found)} columns pass the bar, {real} of them real"
    ax.set(title=title, xlabel="|correlation| with the label", ylabel="shuffles (grey)")
    ax.set_ylim(-0.35 * top, top)
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= top])
    ax.set_xlim(0, found.max() * 1.02)
    return ax


def luck(ax: Axes, real: Mapping[str, Interval], false: Mapping[str, Interval], has: int) -> Axes:
    """Draw how many real columns each rule picks, and how many that have no effect of their own.

    Parameters
    ----------
    ax : Axes
    real, false : mapping of rule -> Interval, in columns
    has : int
        How many real columns there are.
    """
    style: dict[str, Any] = {"height": 0.36, "ecolor": PALETTE["ink"], "error_kw": {"lw": 1}}
    for shift, part, color, label in (
        (-0.19, real, "blue", "with an effect of their own"),
        (0.19, false, "red", "without"),
    ):
        rows = np.arange(len(part)) + shift
        means = [one.mean for one in part.values()]
        ends = [one.high - one.mean for one in part.values()]
        ax.barh(rows, means, xerr=ends, color=PALETTE[color], label=label, **style)
        for row, mean, end in zip(rows, means, ends, strict=True):
            ax.text(mean + end + 1, row, f"{mean:.0f}", va="center", fontsize=9)
    ax.axvline(has, color=PALETTE["grey"], ls=":")
    ax.set_yticks(range(len(real)), list(real))
    ax.invert_yaxis()
    worst = max(false, key=lambda name: false[name].mean)
    share = false[worst].mean / max(false[worst].mean + real[worst].mean, 1e-9)
    title = f"{worst}: {share:.0%} of the picks have no effect of their own"
    ax.set(title=title, xlabel="columns picked")
    ax.legend(loc="upper right")
    return ax


def pays(ax: Axes, lost: Mapping[tuple[str, int], Interval], everything: int) -> Axes:
    """Draw what fewer columns change against all, by method, with intervals.

    Parameters
    ----------
    ax : Axes
    lost : mapping of (method, columns kept) -> Interval
        AUC minus that with all columns.
    everything : int
        How many columns there are.
    """
    colors = ["blue", "orange", "violet", "green"]
    for i, name in enumerate(dict.fromkeys(key[0] for key in lost)):
        kept = np.array(sorted(key[1] for key in lost if key[0] == name))
        each = [lost[name, k] for k in kept]
        means = np.array([one.mean for one in each])
        ends = np.array([one.high for one in each]) - means
        x = kept * 1.03 ** (i - 1)
        ax.errorbar(x, means, ends, fmt="o-", color=PALETTE[colors[i]], label=name, capsize=2)
    ax.axhline(0, color=PALETTE["ink"], ls=":")
    ax.set_xscale("log")
    ticks = sorted({key[1] for key in lost} | {everything})
    ax.set_xticks(ticks, [str(k) for k in ticks])
    ax.minorticks_off()
    (name, k), most = max(lost.items(), key=lambda item: item[1].mean)
    title = f"The most that dropping columns gains: {most.mean:+.4f} ({name}, {k})"
    ax.set(title=title, xlabel="columns kept", ylabel="AUC minus AUC of all columns")
    ax.legend(loc="lower right")
    return ax


def reused(ax: Axes, paths: Mapping[str, Floats], judges: Mapping[str, Sequence[float]]) -> Axes:
    """Draw the best AUC on one validation set over the tries, beside AUCs on rows asked once.

    Parameters
    ----------
    ax : Axes
    paths : mapping of rule -> array of shape (teams, tries), one or two
        Best validation AUC so far, where a change is kept by this rule.
    judges : mapping of judge -> AUC of each team's last model, one or two
        On rows that no team chose by; the title names the last of them.
    """
    tries = next(iter(paths.values())).shape[1]
    asked = np.arange(1, tries + 1)
    for (name, each), color, line in zip(paths.items(), ("red", "orange"), "-:", strict=False):
        ax.plot(asked, each.T, color=PALETTE[color], lw=0.8, alpha=0.35, ls=line)
        ax.plot(asked, each.mean(axis=0), color=PALETTE[color], ls=line, lw=2.2, label=name)
    looks = zip((1.02, 1.05), ("violet", "blue"), ("-.", "--"), "Do", strict=True)
    for (name, values), (right, color, line, marker) in zip(judges.items(), looks, strict=False):
        ax.plot([tries * right] * len(values), values, marker, color=PALETTE[color], alpha=0.6)
        ax.plot(
            [1, tries * right], [np.mean(values)] * 2, color=PALETTE[color], ls=line, label=name
        )
    first, last = next(iter(paths.values())), list(judges)[-1]
    told = f"{first[:, -1].mean():.2f} reported, {np.mean(judges[last]):.2f} on {last}"
    ax.set(title=f"After {tries} tries: {told}", ylabel="AUC")
    ax.set(xlabel="times that the validation set was asked")
    return label_lines(ax, gap=0.07)
