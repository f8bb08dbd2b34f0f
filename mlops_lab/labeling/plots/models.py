"""Pictures of what labels do to a model: cleaned, learnt, used to score two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, interval, label_lines
from mlops_lab.labeling.plots.arms import bands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["cleaned", "learnt", "teams"]

Floats = NDArray[np.float64]


def cleaned(
    ax: Axes, checks: Sequence[int], runs: Mapping[str, Floats], budget: int, batch: str
) -> Axes:
    """Draw what checking labels buys, by plan, and mark the budget.

    Parameters
    ----------
    ax : Axes
    checks : sequence of length n, ascending
    runs : mapping of plan -> array of shape (runs, n), accuracies
        NaN where a plan has no value, such as one that begins without labels.
    budget : int
    batch : str
        What was checked. The title adds what the best plan gains there over doing nothing.
    """
    bands(ax, checks, runs)
    ax.axvline(budget, color=PALETTE["ink"], ls=":")
    at = {name: float(np.interp(budget, checks, one.mean(axis=0))) for name, one in runs.items()}
    best = max(at, key=lambda name: at[name])
    gained = 100 * (at[best] - next(iter(runs.values()))[:, 0].mean())
    ax.set(title=f"{batch}: {budget} checks gain {gained:+.1f} points\nat most, by: {best}")
    ax.set(xlabel="labels checked", ylabel="accuracy under the guideline")
    return ax


def learnt(
    ax: Axes,
    labelled: tuple[Floats, ArrayLike],
    predicted: tuple[Floats, ArrayLike],
    limit: float,
) -> Axes:
    """Draw what share of surfaces labels and a model fail, by true length.

    Parameters
    ----------
    ax : Axes
    labelled, predicted : (lengths, calls)
        Arrays of shape (n,): lengths in millimetres; calls 1 for fail and 0 for pass.
    limit : float
        What fails under the guideline, in millimetres, from there on.
    """
    edges = [0.5 * k for k in range(15)]  # millimetres
    looks = (("labels", labelled, "orange", "o"), ("model", predicted, "blue", "s"))
    for name, (length, calls), color, marker in looks:
        bins = pd.cut(pd.Series(length), edges, right=False)
        shares = pd.Series(np.asarray(calls, dtype=float)).groupby(bins, observed=True).mean()
        middle = [one.mid for one in shares.index]
        ax.plot(middle, shares, marker=marker, ms=4, color=PALETTE[color], label=name)
    ax.axvline(limit, color=PALETTE["ink"], ls=":")
    ax.text(limit, 1.04, " the guideline", fontsize=9)
    lengths, calls = predicted
    wrong = float(np.mean(np.asarray(calls) != (np.asarray(lengths) >= limit)))
    fails, true = float(np.mean(np.asarray(calls))), float(np.mean(np.asarray(lengths) >= limit))
    ax.set(title=f"The model fails {fails:.0%}, of {true:.0%} that should; {wrong:.1%} wrong")
    ax.set(xlabel="true length, mm", ylabel="share failed", ylim=(-0.03, 1.12))
    return label_lines(ax)


def teams(ax: Axes, leads: Mapping[str, ArrayLike]) -> Axes:
    """Draw by how much model A leads model B on several test sets, a dot a team.

    Parameters
    ----------
    ax : Axes
    leads : mapping of test set -> leads of A over B, one a team, as shares
        The last is the truth, and the title counts who agrees with it.
    """
    true = interval(np.asarray(list(leads.values())[-1], dtype=float)).mean
    wrong = []
    for place, (name, values) in enumerate(leads.items()):
        points = 100 * np.asarray(values, dtype=float)
        found = interval(points)
        ax.plot(
            points, np.full(len(points), place + 0.16), "o", ms=4, alpha=0.5, color=PALETTE["grey"]
        )
        style: dict[str, Any] = {"fmt": "D", "color": PALETTE["red"], "capsize": 4}
        ax.errorbar(found.mean, place - 0.1, xerr=found.high - found.mean, **style)
        share = float(np.mean(np.sign(points) == np.sign(true)))
        note = f"right in {share:.0%}"
        ax.text(1.01, place, note, transform=ax.get_yaxis_transform(), va="center", fontsize=9)
        wrong += [name] if found.mean * true < 0 else []
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks(range(len(leads)), list(leads))
    ax.set(ylim=(len(leads) - 0.5, -0.5), xlabel="lead of A over B, points")
    ax.set(title=f"Names the wrong model:\n{', '.join(wrong) if wrong else 'none'}")
    return ax
