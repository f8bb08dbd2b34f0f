"""Curves by a share: of positives in the test set, or the true recall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlops_lab.baselines.metrics import coverage, f1_at, precision_at, wald, wilson
from mlops_lab.kit import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["covered", "mix", "promise"]

Floats = NDArray[np.float64]


def mix(ax: Axes, rates: Mapping[str, Floats], here: float) -> Axes:
    """Draw F1 by the share of positives, for rules whose rates stay what they are.

    Parameters
    ----------
    ax : Axes
    rates : mapping of rule -> array of shape (divisions, 2), two of them
        Recall and false-alarm rate, 0 to 1.
    here : float
        The share of positives that is marked, 0 to 1.
    """
    shares = np.geomspace(0.005, 0.9, 150)
    means = {}
    for (name, values), color, line in zip(
        rates.items(), ("orange", "blue"), ("--", "-"), strict=True
    ):
        curves = f1_at(values[:, :1], values[:, 1:], shares)
        ends = np.quantile(curves, [0, 1], axis=0)
        ax.fill_between(100 * shares, *ends, color=PALETTE[color], alpha=0.15, lw=0)
        means[name] = curves.mean(axis=0)
        ax.plot(100 * shares, means[name], line, color=PALETTE[color])
        ax.text(92, means[name][-1], name, color=PALETTE[color], va="center", fontsize=9)
    first, second = means.values()
    turns = np.flatnonzero(np.diff(np.sign(first - second)))
    ax.axvline(100 * here, color=PALETTE["ink"], ls=":")
    said: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "fontsize": 9}
    ax.text(100 * here * 0.95, 0.93, f"production: {100 * here:g} %", ha="right", **said)
    title = "One of the two has the higher F1 at any share"
    if len(turns):
        title = f"F1 changes its mind at {100 * shares[turns[0]]:.0f} % of defects"
        ax.axvline(100 * shares[turns[0]], color=PALETTE["grey"], lw=1)
    ax.set(title=title, xlabel="share of defects in the test set, %", ylabel="F1", ylim=(0, 1))
    ax.set_xscale("log")
    ax.set_xticks([0.5, 1, 3, 10, 30, 90], ["0.5", "1", "3", "10", "30", "90"])
    return ax


def covered(ax: Axes, n: int, here: float) -> Axes:
    """Draw how often two intervals of a share hold it, by the true share.

    Parameters
    ----------
    ax : Axes
    n : int
        Examples behind the share.
    here : float
        The true share that is marked, 0 to 1.
    """
    chances = np.linspace(0.6, 0.995, 300)
    for limits, color, line in ((wald, "orange", "--"), (wilson, "blue", "-")):
        held = coverage(limits, n, chances)
        ax.plot(100 * chances, 100 * held, line, color=PALETTE[color])
    ax.text(60, 99, "Wilson", color=PALETTE["blue"])
    ax.text(60, 86, "Wald", color=PALETTE["orange"])
    ax.axhline(95, color=PALETTE["ink"], lw=1)
    ax.axvline(100 * here, color=PALETTE["ink"], ls=":")
    ax.text(100 * here, 52, " our models' mean", fontsize=9)
    low, high = (100 * coverage(limits, n, np.array([here]))[0] for limits in (wald, wilson))
    ax.set(title=f"At {here:.0%} recall, {n} defects: Wald covers {low:.0f} %, Wilson {high:.0f} %")
    ax.set(xlabel="true recall, %", ylabel="coverage, %", ylim=(50, 103))
    return ax


def promise(ax: Axes, rates: Floats, promised: float, kept: float) -> Axes:
    """Draw precision by the share of positives, with what was promised and what came.

    Parameters
    ----------
    ax : Axes
    rates : array of shape (divisions, 2)
        Recall and false-alarm rate, 0 to 1.
    promised, kept : float
        Shares of positives: in the test set, and in production.
    """
    shares = np.geomspace(0.005, 0.9, 150)
    curves = precision_at(rates[:, :1], rates[:, 1:], shares)
    ends = np.quantile(curves, [0, 1], axis=0)
    ax.fill_between(100 * shares, *ends, color=PALETTE["blue"], alpha=0.2, lw=0)
    ax.plot(100 * shares, curves.mean(axis=0), color=PALETTE["blue"])
    said = []
    for name, share, color in (("the line", kept, "red"), ("the test set", promised, "orange")):
        value = precision_at(rates[:, 0], rates[:, 1], share).mean()
        ax.plot(100 * share, value, "o", ms=9, color=PALETTE[color])
        style: dict[str, Any] = {"textcoords": "offset points", "color": PALETTE[color]}
        ax.annotate(name, (100 * share, value), (-12, 6), ha="right", **style)
        said.append(f"{value:.0%}")
    ax.set(title=f"Promised precision {said[1]}, in production {said[0]}", ylim=(0, 1.02))
    ax.set(xlabel="share of defects, %", ylabel="share of alarms that are right")
    ax.set_xscale("log")
    ax.set_xticks([0.5, 1, 3, 10, 30, 90], ["0.5", "1", "3", "10", "30", "90"])
    return ax
