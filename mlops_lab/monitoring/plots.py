"""Pictures of the monitoring lesson: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, Interval, interval, label_lines
from mlops_lab.monitoring.pager import Replay

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["alarm_hours", "depth", "found", "green", "matrix", "paged", "speed"]

Floats = NDArray[np.float64]


def matrix(
    ax: Axes,
    z: Mapping[str, ArrayLike],
    fires: Mapping[str, ArrayLike],
    names: Sequence[str],
    stations: Sequence[str],
    works: Mapping[str, ArrayLike],
) -> Axes:
    """Draw which metric sees which fault.

    Parameters
    ----------
    ax : Axes
    z, fires : mapping of a fault to an array of shape (metrics,)
        How far each metric moves, in standard deviations, and in what share of windows it fires.
    names, stations : sequences of shape (metrics,)
        Stations stand in flow order, their metrics side by side.
    works : mapping of a fault to an array
        Share of callers who get the right answer, in several runs.
    """
    from matplotlib.colors import SymLogNorm

    far = np.array([np.asarray(one, dtype=float) for one in z.values()])
    share = np.array([np.asarray(one, dtype=float) for one in fires.values()])
    norm = SymLogNorm(linthresh=2, vmin=-30, vmax=30)
    ax.imshow(far, cmap="PuOr_r", norm=norm, aspect="auto")
    for (row, place), value in np.ndenumerate(far):
        bold = share[row, place] >= 0.5
        said: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 9}
        said["color"] = "white" if abs(value) > 5 else PALETTE["ink"]
        said["fontweight"] = "bold" if bold else "normal"
        ax.text(place, row, f"{value:+.1f}\n{share[row, place]:.0%}", **said)
    ax.set_xticks(range(len(names)), names, rotation=35, ha="right")
    told = [f"{fault}\n({np.mean(np.asarray(works[fault])):.0%} right)" for fault in z]
    ax.set_yticks(range(len(z)), told)
    ax.grid(visible=False)
    for place in range(1, len(stations)):
        if stations[place] != stations[place - 1]:
            ax.axvline(place - 0.5, color=PALETTE["ink"], lw=2)
    for station in dict.fromkeys(stations):
        places = [place for place, one in enumerate(stations) if one == station]
        said = {"ha": "center", "va": "bottom", "color": PALETTE["grey"]}
        ax.text(float(np.mean(places)), -0.6, station, **said)
    ax.set_title("Which metric sees which fault? Orange: above the usual, purple: below", pad=24)
    return ax


def depth(ax: Axes, depths: ArrayLike, shares: Mapping[str, Floats]) -> Axes:
    """Draw in what share of windows each station's alarms fire, by the size of a fault.

    Parameters
    ----------
    ax : Axes
    depths : array of shape (n,), dB
    shares : mapping of a station to an array of shape (runs, n)
        The means are drawn with their intervals; the title says where each passes a half.
    """
    x, said = np.asarray(depths, dtype=float), []
    for name, runs in shares.items():
        known = [interval(one) for one in runs.T]
        mean = np.array([one.mean for one in known])
        (line,) = ax.plot(x, mean, "o-", ms=4, label=name)
        low, high = (np.clip([getattr(one, end) for one in known], 0, 1) for end in ("low", "high"))
        ax.fill_between(x, low, high, color=line.get_color(), alpha=0.15, lw=0)
        beyond = np.flatnonzero(mean >= 0.5)
        said.append(f"{name} {x[beyond[0]]:g} dB" if len(beyond) else f"{name} never")
    ax.set(
        title=f"Fires in most windows from: {', '.join(said)}",
        xlabel="rise of the VAD's threshold, dB",
        ylabel="windows in which an alarm fires",
        ylim=(-0.03, 1.03),
    )
    return label_lines(ax)


def alarm_hours(
    ax: Axes, hours: Mapping[str, Floats], names: Sequence[str], nominal: float
) -> Axes:
    """Draw how often quiet metrics leave their limits, by their law and how limits were learnt.

    Parameters
    ----------
    ax : Axes
    hours : mapping of a law to an array of shape (runs, ways)
        Hours out of limits a week, all metrics together.
    names : sequence of shape (ways,), at most three
    nominal : float
        What a normal distribution gives, with its true mean and standard deviation.
    """
    for side, (color, name) in enumerate(zip(("orange", "blue", "green"), names, strict=False)):
        for row, one in enumerate(hours.values()):
            known, at = interval(one[:, side]), row + 0.22 * (1 - side)
            ax.plot(one[:, side], np.full(len(one), at), ".", color=PALETTE["pale"])
            bar: dict[str, Any] = {"fmt": "osD"[side], "color": PALETTE[color], "ms": 5}
            left, right = known.mean - known.low, known.high - known.mean
            text = name if row == 0 else None
            ax.errorbar([known.mean], [at], xerr=[[left], [right]], label=text, **bar)
    ax.axvline(nominal, color=PALETTE["ink"], ls=":")
    where: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "va": "bottom"}
    ax.text(nominal * 1.03, 0.01, f"nominal: {nominal:.0f}", **where)
    ax.set_xscale("log")
    ax.set_xticks([5, 10, 20, 50, 100], ["5", "10", "20", "50", "100"])
    ax.set_yticks(range(len(hours)), list(hours))
    ax.set_ylim(len(hours) - 0.3, -0.5)
    most = max(float(one.mean(axis=0).max()) for one in hours.values())
    title = f"Nothing is wrong: up to {most:.0f} hours a week out of limits, nominal {nominal:.0f}"
    ax.set(title=title, xlabel="hours out of limits a week, 20 metrics at 3 standard deviations")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), title="limits from")
    return ax


def found(
    ax: Axes,
    thresholds: ArrayLike,
    lines: Mapping[str, Sequence[Interval]],
    chosen: float | None = None,
    title: str = "",
) -> Axes:
    """Draw the share of incidents that is found, by the threshold of the alarms.

    Parameters
    ----------
    ax : Axes
    thresholds : array of shape (n,), standard deviations
    lines : mapping of who finds them to n intervals of a share
    chosen : float, optional
        A threshold to mark.
    title : str
        Without it, the threshold at which the last of `lines` is highest.
    """
    x = np.asarray(thresholds, dtype=float)
    colors = ("blue", "red")
    for color, (name, many) in zip(colors, lines.items(), strict=False):
        means = np.array([one.mean for one in many])
        ax.fill_between(
            x, [max(0, one.low) for one in many], [min(1, one.high) for one in many],
            color=PALETTE[color], alpha=0.15, lw=0,
        )  # fmt: skip
        ax.plot(x, means, marker="o", ms=4, color=PALETTE[color], label=name)
    name, many = list(lines.items())[-1]
    best = int(np.argmax([one.mean for one in many]))
    if chosen is not None:
        ax.axvline(chosen, color=PALETTE["ink"], ls=":")
    ax.set(
        title=title or f"The {name} finds most near {x[best]:g} sd: {many[best].mean:.0%}",
        xlabel="threshold of each metric, standard deviations",
        ylabel="share of incidents found",
        ylim=(0, 1.05),
    )
    return label_lines(ax)


def paged(ax: Axes, replays: Mapping[float, Sequence[Replay]], chosen: float, cost: float) -> Axes:
    """Draw what machine and team find by threshold, and tell of one threshold in the title.

    Parameters
    ----------
    ax : Axes
    replays : mapping of a threshold to the replays of some years
    chosen : float
        One of the thresholds.
    cost : float
        Of a week at that threshold, euro.
    """
    lines = {
        "machine": [interval([one.machine for one in many]) for many in replays.values()],
        "team": [interval([one.team for one in many]) for many in replays.values()],
    }
    pages = np.mean([one.pages for one in replays[chosen]])
    team = np.mean([one.team for one in replays[chosen]])
    title = f"{pages:.1f} pages a week; the team finds {team:.0%}, for {cost:,.0f} euro a week"
    return found(ax, list(replays), lines, chosen=chosen, title=title)


def speed(ax: Axes, stale: Mapping[str, ArrayLike]) -> Axes:
    """Draw what share of the traffic a model has not been trained for, in the first of some years.

    Parameters
    ----------
    ax : Axes
    stale : mapping of a plan to an array of shape (years, weeks)
        Share of the traffic that is new since the last training, 0 to 1; the title has the means.
    """
    said = []
    for name, plan in stale.items():
        many = np.asarray(plan, dtype=float)
        ax.plot(np.arange(many.shape[1]), many[0], label=name, drawstyle="steps-post")
        said.append(f"{name} {many.mean():.1%}")
    title = f"Stale on average over {len(many)} years: {', '.join(said)}"
    ax.set(title=title, xlabel="week", ylabel="traffic the model has not seen", ylim=(0, None))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def green(ax: Axes, old: Mapping[str, Floats], new: Mapping[str, Floats], ours: int) -> Axes:
    """Draw panels before and after a change: as the recognizer sees it, and as callers do.

    Parameters
    ----------
    ax : Axes
    old, new : mapping of a panel to an array of shape (runs,)
        Shares, 0 to 1, before and after; the means are drawn, and a dot for each run.
    ours : int
        How many of the panels, from the first, are on the recognizer's dashboard.
    """
    before = {name: float(np.mean(one)) for name, one in old.items()}
    after = {name: float(np.mean(one)) for name, one in new.items()}
    for row, name in enumerate(before):
        color = PALETTE["blue" if row < ours else "red"]
        arrow = {"arrowstyle": "-|>", "color": color, "lw": 2, "shrinkA": 0, "shrinkB": 0}
        for runs in (old[name], new[name]):
            ax.plot(runs, np.full(len(runs), row + 0.25), ".", color=PALETTE["pale"], ms=5)
        ax.plot([before[name]], [row], "o", color=color, ms=5)
        ax.annotate("", (after[name], row), (before[name], row), arrowprops=arrow)
        text = f"{before[name]:.0%} to {after[name]:.0%}"
        ax.text(1.02, row, text, va="center", color=color)
    names = list(before)
    ax.set_yticks(range(len(names)), names)
    ax.axhline(ours - 0.5, color=PALETTE["grey"], lw=1)
    ax.set_ylim(len(names) - 0.5, -0.6)
    ax.set_xlim(0, 1)
    first, last = names[0], names[ours]
    title = (
        f"{first}: {100 * (after[first] - before[first]):+.0f} points; "
        f"{last}: {100 * (after[last] - before[last]):+.0f}"
    )
    ax.set(title=title, xlabel="share, before the change and after it")
    return ax
