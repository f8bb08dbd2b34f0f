"""Pictures of lessons on features: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mlops_lab.kit import PALETTE, Interval, interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["cells", "encodings", "gains", "ranks", "requests", "served", "ways"]

Floats = NDArray[np.float64]


def cells(ax: Axes, share: pd.DataFrame) -> Axes:
    """Draw a share by two columns at once, as a table of colours with the numbers in it.

    Parameters
    ----------
    ax : Axes
    share : DataFrame
        From 0 to 1, missing where there were no rows; names of rows and columns are shown.
    """
    values = share.to_numpy(dtype=float)
    ax.imshow(values, cmap="Blues", vmin=0, vmax=max(0.6, np.nanmax(values)), aspect="auto")
    for (r, c), one in np.ndenumerate(values):
        if np.isfinite(one):
            color = "white" if one > 0.36 else PALETTE["ink"]
            ax.text(c, r, f"{one:.0%}", ha="center", va="center", fontsize=8.5, color=color)
    ax.set_xticks(range(share.shape[1]), [str(one) for one in share.columns])
    ax.set_yticks(range(share.shape[0]), [str(one) for one in share.index])
    spread = np.nanmax(values) - np.nanmin(values)
    by_row, by_column = (np.ptp(np.nanmean(values, axis=i)) for i in (1, 0))
    title = (
        f"Cells differ by {100 * spread:.0f} points, {share.index.name}s by {100 * by_row:.0f}, "
        f"{share.columns.name}s by {100 * by_column:.0f}"
    )
    ax.set(title=title, xlabel=share.columns.name, ylabel=share.index.name)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return ax


def gains(ax: Axes, scores: Mapping[tuple[str, str], Sequence[float]]) -> Axes:
    """Draw the scores of models with and without a feature, one line for each pair.

    Parameters
    ----------
    ax : Axes
    scores : mapping of (model, "without" or "with") -> scores, paired over draws
    """
    names, said = list(dict.fromkeys(model for model, _ in scores)), []
    for k, (name, color) in enumerate(zip(names, ("blue", "orange", "green"), strict=False)):
        pair = np.array([scores[name, "without"], scores[name, "with"]])
        at = np.array([2.0 * k, 2.0 * k + 1])
        ax.plot(at, pair, color=PALETTE[color], lw=1, marker="o", ms=4, alpha=0.6)
        ax.plot(at, pair.mean(axis=1), color=PALETTE[color], lw=3)
        said.append(f"{name} {interval(pair[1] - pair[0]).mean:+.3f}")
    labels = [f"{name}\n{which}" for name in names for which in ("without", "with the cross")]
    ax.set_xticks(range(len(labels)), labels)
    ax.set(title=f"What the cross adds to the AUC: {', '.join(said)}", ylabel="AUC on later days")
    ax.set(xlim=(-0.4, 2 * len(names) - 0.6))
    return ax


def encodings(ax: Axes, gained: Mapping[tuple[str, str], Interval]) -> Axes:
    """Draw what a column adds to the score, by how it was encoded, with intervals.

    Parameters
    ----------
    ax : Axes
    gained : mapping of (column, encoding) -> Interval, against the column dropped
        Each of up to three columns has the same encodings.
    """
    columns, ways = (list(dict.fromkeys(key[i] for key in gained)) for i in (0, 1))
    for k, (column, color, marker) in enumerate(
        zip(columns, ("blue", "red", "grey"), "osD", strict=False)
    ):
        means = [gained[column, way].mean for way in ways]
        half = [gained[column, way].high - gained[column, way].mean for way in ways]
        at = np.arange(len(ways)) + 0.18 * (k - (len(columns) - 1) / 2)
        style: dict[str, Any] = {"fmt": marker, "color": PALETTE[color], "label": column}
        ax.errorbar(means, at, xerr=half, **style)
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks(range(len(ways)), ways)
    ax.set(ylim=(len(ways) - 0.6, -0.4))
    worst = min(gained, key=lambda key: gained[key].mean)
    title = f"{worst[1]}, {worst[0]}: {gained[worst].mean:+.3f} against no column at all"
    ax.set(title=title, xlabel="gain of AUC on later days, against the column dropped")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def ranks(ax: Axes, wanted: Floats, found: Mapping[str, Floats]) -> Axes:
    """Draw where estimated quantiles really lie, beside where they should.

    Parameters
    ----------
    ax : Axes
    wanted : array of shape (quantiles,)
        The shares of all values that should lie below, 0 to 1.
    found : mapping of str to array of shape (quantiles,)
        The shares that do, by how the quantiles were estimated; the title compares the first two.
    """
    ax.plot([0, 1], [0, 1], color=PALETTE["grey"], ls=":", lw=1.2)
    looks = zip(found.items(), ("red", "blue", "green", "violet"), "sox^", strict=False)
    wrong = {name: np.abs(at - wanted).max() for name, at in found.items()}
    for (name, at), color, marker in looks:
        label = f"{name}: {wrong[name]:.3f}"
        ax.plot(wanted, at, color=PALETTE[color], marker=marker, ms=5, lw=1, label=label)
    said = [f"{name} {error:.3f}" for name, error in [*wrong.items()][:2]]
    ax.set(title=f"Largest error of rank: {', '.join(said)}")
    ax.set(xlabel="share of values that should lie below", ylabel="share that lies below")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), title="largest error", alignment="left")
    return ax


def served(ax: Axes, right: Floats, found: Floats, late: NDArray[np.int64], limit: float) -> Axes:
    """Scatter what a service answers against what the notebook says of the same rows.

    Parameters
    ----------
    ax : Axes
    right, found : arrays of shape (n,)
        Chances by the notebook and by the service.
    late : array of shape (n,), 0 or 1
        What came true.
    limit : float
        The chance above which somebody is warned; rows on two sides of it are in red.
    """
    from sklearn.metrics import roc_auc_score

    turned = (right > limit) != (found > limit)
    for which, color in ((~turned, "blue"), (turned, "red")):
        ax.scatter(right[which], found[which], s=7, alpha=0.5, color=PALETTE[color], lw=0)
    for line in (ax.axvline, ax.axhline):
        line(limit, color=PALETTE["grey"], ls=":", lw=1)
    scores = [roc_auc_score(late, one) for one in (right, found)]
    title = f"AUC {scores[0]:.3f} and {scores[1]:.3f}; {turned.mean():.1%} of decisions turn (red)"
    ax.set(title=title, xlabel="chance of late, in the notebook", ylabel="in the service")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    return ax


def ways(
    axes: Sequence[Axes], lost: Mapping[str, Interval], flips: Mapping[str, Interval]
) -> Sequence[Axes]:
    """Draw what each way of writing the features twice costs, in AUC and in decisions.

    Parameters
    ----------
    axes : two Axes
    lost : mapping of way -> Interval
        AUC lost.
    flips : mapping of way -> Interval
        Share of decisions that turn, 0 to 1. The way "retrained" is the control, in grey.
    """
    for ax, values, unit in zip(axes, (lost, flips), (1, 100), strict=True):
        for r, (name, one) in enumerate(values.items()):
            color = PALETTE["grey" if name.startswith("retrained") else "blue"]
            half = unit * (one.high - one.mean)
            ax.errorbar(unit * one.mean, r, xerr=half, fmt="o", color=color)
        ax.axvline(0, color=PALETTE["ink"], lw=1)
        ax.set_yticks(range(len(values)), list(values))
        ax.invert_yaxis()
    axes[1].set_yticklabels([])
    axes[0].set(title="AUC lost", xlabel="area under the curve")
    axes[1].set(title="Decisions that turn", xlabel="% of parcels")
    return axes


def requests(ax: Axes, lost: Mapping[str, Interval]) -> Axes:
    """Draw the AUC lost by what a request holds, with intervals.

    Parameters
    ----------
    ax : Axes
    lost : mapping of str to Interval
        The last one is what the service really gets.
    """
    names = list(lost)
    for r, name in enumerate(names):
        one, last = lost[name], name == names[-1]
        color = PALETTE["red" if last else "blue"]
        ax.barh(r, one.mean, 0.6, color=color, xerr=one.high - one.mean)
        ax.text(max(one.high, 0) + 0.006, r, f"{one.mean:.3f}", va="center", color=color)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlim=(None, 1.15 * max(one.high for one in lost.values()) + 0.01))
    ax.invert_yaxis()
    title = f"The test of {names[0]} sees {lost[names[0]].mean:.3f}, the service loses "
    ax.set(title=f"{title}{lost[names[-1]].mean:.3f}", xlabel="AUC lost")
    ax.grid(visible=False, axis="y")
    return ax
