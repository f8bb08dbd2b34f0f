"""Pictures of the tracking lesson: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, interval
from mlops_lab.tracking.luck import simulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ROWS", "board", "left_out", "luck", "optimism"]

Floats = NDArray[np.float64]

ROWS = (50, 100, 200, 400, 800, 1600, 3200, 6400)
"""Numbers of validation rows at which `luck` is drawn."""


def left_out(ax: Axes, table: pd.DataFrame) -> Axes:
    """Draw what a rerun changes when one ingredient is missing, with intervals over draws.

    A dotted line stands where the first model changes with its seed alone.

    Parameters
    ----------
    ax : Axes
    table : DataFrame with columns model, missing, decisions and score
        One row a draw: the share of decisions that differ, and the change of the accuracy.
    """
    models, cases = (list(dict.fromkeys(table[name])) for name in ("model", "missing"))
    for which, (model, color) in enumerate(zip(models, ("blue", "orange"), strict=False)):
        for measure, marker, fill, said in (
            ("decisions", "o", PALETTE[color], "decisions that change"),
            ("score", "D", "white", "change of the accuracy"),
        ):
            at = np.arange(len(cases))[::-1] + (0.3 - 0.4 * which - 0.2 * (measure == "score"))
            rows = table[table["model"] == model].groupby("missing")[measure]
            ends = [interval(100 * rows.get_group(case)) for case in cases]
            ax.errorbar(
                [one.mean for one in ends],
                at,
                xerr=[one.high - one.mean for one in ends],
                fmt=marker,
                color=PALETTE[color],
                mfc=fill,
                capsize=3,
                label=f"{model}: {said}",
            )
    first = table[(table["model"] == models[0]) & (table["missing"] == "seed")]
    changed = 100 * first["decisions"].mean()
    ax.axvline(changed, color=PALETTE["grey"], ls=":", label=f"{models[0]}: another seed")
    title = f"Without its seed, the {models[0]} changes {changed:.1f}% of decisions"
    ax.set(title=title, xlabel="percent of decisions, points of accuracy", ylabel="left out")
    ax.set(ylim=(-0.5, len(cases) - 0.5))
    ax.set_yticks(range(len(cases)), cases[::-1])
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def board(ax: Axes, validation: ArrayLike, fresh: ArrayLike, tied: ArrayLike) -> Axes:
    """Draw each run's accuracy on validation rows against that on fresh rows.

    Parameters
    ----------
    ax : Axes
    validation, fresh : arrays of shape (runs,)
    tied : array of bool of shape (runs,)
        The runs that validation rows cannot tell from the winner, as `tied` of `luck` gives them.
    """
    chosen_by, real = np.asarray(validation, dtype=float), np.asarray(fresh, dtype=float)
    alike, winner = np.asarray(tied, dtype=bool), int(np.argmax(chosen_by))
    ends = [min(chosen_by.min(), real.min()) - 0.01, max(chosen_by.max(), real.max()) + 0.01]
    ax.plot(ends, ends, ":", color=PALETTE["grey"], label="equal")
    for group, color, said in (
        (~alike, "grey", "worse than the winner"),
        (alike, "blue", f"tied with the winner: {alike.sum()}"),
    ):
        points = chosen_by[group], real[group]
        ax.plot(*points, "o", color=PALETTE[color], alpha=0.6, label=said)
    ax.plot(chosen_by[winner], real[winner], "D", color=PALETTE["orange"], ms=9, label="the winner")
    place = 1 + int((real > real[winner]).sum())
    title = f"First of {len(real)}, number {place} on fresh rows: "
    title += f"{chosen_by[winner]:.3f} becomes {real[winner]:.3f}"
    ax.set(title=title, xlabel="accuracy on validation rows", ylabel="accuracy on fresh rows")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def optimism(ax: Axes, counts: Sequence[int], gaps: Floats) -> Axes:
    """Draw by how much the winner's score flatters it, by the number of runs, with intervals.

    Parameters
    ----------
    ax : Axes
    counts : numbers of runs to choose from, ascending
    gaps : array of shape (draws, counts)
        The winner's accuracy on validation rows less that on fresh rows, less the same of an
        average run.
    """
    ends = [interval(100 * column) for column in gaps.T]
    ax.plot(counts, (100 * gaps).T, color=PALETTE["grey"], lw=1, alpha=0.5)
    low, high = [one.low for one in ends], [one.high for one in ends]
    ax.fill_between(counts, low, high, color=PALETTE["blue"], alpha=0.2)
    ax.plot(counts, [one.mean for one in ends], "o-", color=PALETTE["blue"])
    ax.axhline(0, color=PALETTE["grey"], ls=":")
    title = f"The best of {counts[-1]} promises {ends[-1].mean:.1f} points too much, "
    ax.set(title=title + "beyond an average run's", xlabel="runs to choose from")
    ax.set(ylabel="optimism, points")
    ax.set_xscale("log")
    ax.set_xticks(counts, [str(one) for one in counts])
    ax.minorticks_off()
    return ax


def luck(ax: Axes, runs: int, rows: int, spread: float, *, disagreement: float = 0.2) -> Axes:
    """Draw the winner's optimism and regret by the validation rows, for simulated leaderboards.

    Parameters
    ----------
    ax : Axes
    runs, rows, spread, disagreement
        As `simulate` takes them; `spread` in accuracy, 0 to 1.
    """
    curve = 100 * np.array([_winner(runs, one, spread, disagreement)[:2] for one in ROWS])
    for values, color, style, said in zip(
        curve.T,
        ("blue", "orange"),
        ("o-", "s--"),
        ("optimism: promised, not there", "regret: lost by the choice"),
        strict=True,
    ):
        ax.plot(ROWS, values, style, ms=4, color=PALETTE[color], label=said)
    gap, _, right = _winner(runs, rows, spread, disagreement)
    ax.axvline(rows, color=PALETTE["grey"])
    ax.axhline(0.5, color=PALETTE["grey"], ls=":", label="half a point")
    title = f"{runs} runs, {rows:,} rows: {100 * gap:.1f} points of luck; "
    title += f"the winner is the best run in {right:.0%}"
    ax.set(title=title, xlabel="validation rows", ylabel="points of accuracy", ylim=(0, 12))
    ax.set_xscale("log")
    ax.set_xticks(ROWS, [f"{one:,}" for one in ROWS])
    ax.minorticks_off()
    ax.legend(loc="upper right")
    return ax


def _winner(runs: int, rows: int, spread: float, disagreement: float) -> tuple[float, float, float]:
    """Return the winner's mean optimism and regret, and how often it truly is the best."""
    true, measured = simulate(runs, rows, spread, disagreement=disagreement)
    first = np.argmax(measured, axis=1)
    each = np.arange(len(first))
    gap = measured[each, first] - true[each, first]
    regret = true.max(axis=1) - true[each, first]
    return float(gap.mean()), float(regret.mean()), float((first == true.argmax(axis=1)).mean())
