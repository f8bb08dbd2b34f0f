"""Pictures of lessons on labels: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, Interval, interval, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "bands",
    "boxes",
    "cleaned",
    "curves",
    "doubt",
    "gains",
    "learnt",
    "levels",
    "matches",
    "pairs",
    "rarity",
    "teams",
]

Floats = NDArray[np.float64]
_COLORS = ("green", "orange", "red", "blue", "violet", "grey")
_MARKERS = "osD^vX"


def bands(ax: Axes, x: Sequence[float], runs: Mapping[str, Floats]) -> Axes:
    """Draw the mean of each arm over `x`, its 95 % interval as a band, its name at the end.

    Parameters
    ----------
    ax : Axes
        Its scale has to be set before, since names are placed by it.
    x : sequence of length n
    runs : mapping of arm -> array of shape (runs, n), two runs or more
    """
    for (name, values), color, marker in zip(runs.items(), _COLORS, _MARKERS, strict=False):
        ends = [interval(column) for column in values.T]
        style: dict[str, Any] = {"color": PALETTE[color], "marker": marker, "ms": 4}
        ax.plot(x, values.mean(axis=0), label=name, **style)
        low, high = [one.low for one in ends], [one.high for one in ends]
        ax.fill_between(x, low, high, color=PALETTE[color], alpha=0.18, lw=0)
    return label_lines(ax)


def boxes(ax: Axes, image: ArrayLike, drawn: ArrayLike, title: str) -> Axes:
    """Show a grey picture with the boxes that somebody drew on it.

    Parameters
    ----------
    ax : Axes
    image : array of shape (height, width), grey values 0 to 255
    drawn : array of shape (n, 4)
        Left, top, right, bottom in pixels.
    title : str
    """
    ax.imshow(np.asarray(image), cmap="gray", vmin=0, vmax=200)
    for x0, y0, x1, y1 in np.asarray(drawn, dtype=float):
        frame = ([x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0])
        ax.plot(*frame, lw=2, color=PALETTE["orange"])
    ax.set_title(f"{title}\nboxes: {len(np.asarray(drawn))}", loc="center", fontsize=11)
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    return ax


def pairs(ax: Axes, kappas: pd.DataFrame) -> Axes:
    """Draw a table of kappas, a row and a column for each person.

    Parameters
    ----------
    ax : Axes
    kappas : DataFrame of shape (people, people), symmetric, NaN on its diagonal
    """
    ax.imshow(kappas.to_numpy(float), cmap="Blues", vmin=0, vmax=1.2)
    for (r, c), kappa in np.ndenumerate(kappas.to_numpy(float)):
        if np.isfinite(kappa):
            color = "white" if kappa > 0.7 else PALETTE["ink"]
            ax.text(c, r, f"{kappa:.2f}", ha="center", va="center", fontsize=9, color=color)
    ax.set_xticks(range(len(kappas)), list(kappas.columns))
    ax.set_yticks(range(len(kappas)), list(kappas.index))
    means = kappas.mean()
    title = f"Agrees least with the others: {means.idxmin()}, mean kappa {means.min():.2f}"
    ax.set(title=title)
    ax.grid(visible=False)
    return ax


def doubt(ax: Axes, shares: pd.Series) -> Axes:
    """Draw where people disagree, a bar for each kind of item.

    Parameters
    ----------
    ax : Axes
    shares : Series of kind -> share of pairs that disagree, 0 to 1
    """
    ax.barh(range(len(shares)), shares, color=PALETTE["orange"])
    for place, share in enumerate(shares):
        ax.text(share, place, f" {share:.1%}", va="center", fontsize=9)
    ax.set_yticks(range(len(shares)), list(shares.index))
    ax.invert_yaxis()
    ax.set(title=f"Most disagreement: {shares.idxmax()}", xlabel="share of pairs that disagree")
    ax.set_xlim(0, 1.15 * float(shares.max()))
    return ax


def rarity(ax: Axes, shares: Sequence[float], runs: Mapping[str, Floats]) -> Axes:
    """Draw measures of agreement by how frequent the rare label is.

    Parameters
    ----------
    ax : Axes
    shares : sequence of length n, above 0
    runs : mapping of measure -> array of shape (runs, n)
        The first is named in the title with the second.
    """
    ax.set_xscale("log")
    ax.set(ylim=(0, 1.02), xlabel="share of true positives", ylabel="agreement")
    ax.set_xticks(list(shares), [f"{one:.0%}" for one in shares])
    ax.minorticks_off()
    ax.invert_xaxis()
    bands(ax, shares, runs)
    told = [
        f"{name} {one[:, 0].mean():.2f} to {one[:, -1].mean():.2f}" for name, one in runs.items()
    ]
    ax.set(title=f"From {shares[0]:.0%} to {shares[-1]:.0%}: {told[0]}, {told[1]}")
    return ax


def curves(
    ax: Axes, sizes: Sequence[int], runs: Mapping[str, Floats], start: int, needed: float
) -> Axes:
    """Draw learning curves, and read them sideways from the first arm to the second.

    Parameters
    ----------
    ax : Axes
    sizes : sequence of length n
        Labels to train on.
    runs : mapping of arm -> array of shape (runs, n), accuracies
    start : int
        One of the sizes: labels of the first arm.
    needed : float
        Labels with which the second arm reaches the same; inf where it never does.
    """
    ax.set(xscale="log", xlabel="labels to train on", ylabel="accuracy under the guideline")
    ax.set_xticks(list(sizes), [f"{one:,}" for one in sizes])
    ax.minorticks_off()
    bands(ax, sizes, runs)
    first, second = list(runs)[:2]
    goal = float(runs[first].mean(axis=0)[list(sizes).index(start)])
    end = min(needed, sizes[-1])
    arrow = {"arrowstyle": "->", "color": PALETTE["ink"], "lw": 1.5}
    ax.annotate("", (end, goal), (start, goal), arrowprops=arrow)
    reads = f"{needed:,.0f}" if np.isfinite(needed) else f"more than {sizes[-1]:,}"
    ax.set(title=f"{start} labels, {first}: as good as {reads}, {second}")
    return ax


def gains(
    ax: Axes, x: Sequence[float], arms: Mapping[str, Sequence[Interval]], of: str, legend: str
) -> Axes:
    """Draw what arms gain over a vote, in points with intervals, beside a line at 0.

    Parameters
    ----------
    ax : Axes
    x : sequence of length n, ascending
        With values above 1 on a log scale.
    arms : mapping of arm -> n intervals, as shares
        The first is the one that the title speaks of.
    of : str
        What `x` is.
    legend : str
        A place for it, as matplotlib names them.
    """
    if max(x) > 1:
        ax.set_xscale("log")
    ax.set_xticks(list(x), [f"{one:g}" for one in x])
    ax.minorticks_off()
    for (name, found), color, marker in zip(arms.items(), _COLORS[3:], _MARKERS, strict=False):
        means = [100 * one.mean for one in found]
        half = [100 * (one.high - one.mean) for one in found]
        style: dict[str, Any] = {"color": PALETTE[color], "fmt": marker + "-", "ms": 5}
        ax.errorbar(x, means, half, capsize=3, label=name, **style)
    ax.axhline(0, color=PALETTE["ink"], lw=1)
    name, first = next(iter(arms.items()))
    sure = [one for one, found in zip(x, first, strict=True) if found.low > 0]
    told = f"{name}: gains from {min(sure):g} on" if sure else f"{name}: no sure gain"
    ax.set(title=told, xlabel=of, ylabel="gain over a vote, points")
    least = min(100 * one.low for found in list(arms.values())[:2] for one in found)
    ax.set_ylim(bottom=max(ax.get_ylim()[0], min(-3, 1.3 * least)))
    ax.legend(loc=legend)
    return ax


def matches(ax: Axes, shares: Mapping[str, tuple[Floats, Floats]]) -> Axes:
    """Draw how often a person and a model match other people, by several measures.

    Parameters
    ----------
    ax : Axes
    shares : mapping of measure -> a person's and the model's share, arrays of shape (items,)
        With two measures, the title says who is ahead by each.
    """
    told = []
    for place, (name, (person, model)) in enumerate(shares.items()):
        looks = ((person, "grey", "o", "a person"), (model, "red", "D", "the model"))
        for shift, (values, color, marker, label) in zip((-0.12, 0.12), looks, strict=True):
            found = interval(values)
            half = found.high - found.mean
            style: dict[str, Any] = {"fmt": marker, "color": PALETTE[color], "capsize": 3}
            named = {"label": label} if place == 0 else {}
            ax.errorbar(found.mean, place + shift, xerr=half, ms=7, **style, **named)
        lead = 100 * float(np.mean(model) - np.mean(person))
        told.append(f"{name} {lead:+.0f} points")
    ax.set_yticks(range(len(shares)), list(shares))
    ax.set(ylim=(len(shares) - 0.5, -0.5), xlabel="share of pairs that match")
    ax.set(title=f"The model against a person: {', '.join(told)}")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def levels(ax: Axes, arms: Mapping[str, tuple[float, float]]) -> Axes:
    """Place arms by how far two people agree and how often one of them is right.

    Parameters
    ----------
    ax : Axes
    arms : mapping of arm -> (share of pairs that agree, share of calls that are right), 0 to 1
    """
    for (name, (agree, right)), color, marker in zip(arms.items(), _COLORS, _MARKERS, strict=False):
        ax.plot(agree, right, marker, ms=9, color=PALETTE[color])
        place: dict[str, Any] = {"xytext": (0, 9), "textcoords": "offset points", "ha": "center"}
        ax.annotate(name, (agree, right), color=PALETTE[color], **place)
    most = max(arms, key=lambda name: arms[name][0])
    best = max(arms, key=lambda name: arms[name][1])
    ax.margins(0.2)
    ax.set(title=f"Most agreement: {most}. Most often right: {best}")
    ax.set(xlabel="share of pairs that agree", ylabel="share of calls that are right")
    return ax


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
    for (name, values), color, marker in zip(runs.items(), _COLORS, _MARKERS, strict=False):
        there = np.isfinite(values).all(axis=0)
        ends = [interval(column) for column in values[:, there].T]
        x = np.asarray(checks)[there]
        style: dict[str, Any] = {"color": PALETTE[color], "marker": marker, "ms": 4}
        ax.plot(x, values[:, there].mean(axis=0), label=name, **style)
        low, high = [one.low for one in ends], [one.high for one in ends]
        ax.fill_between(x, low, high, color=PALETTE[color], alpha=0.18, lw=0)
    ax.axvline(budget, color=PALETTE["ink"], ls=":")
    at = {name: float(np.interp(budget, checks, one.mean(axis=0))) for name, one in runs.items()}
    best = max(at, key=lambda name: at[name])
    gained = 100 * (at[best] - next(iter(runs.values()))[:, 0].mean())
    ax.set(title=f"{batch}: {budget} checks gain {gained:+.1f} points\nat most, by: {best}")
    ax.set(xlabel="labels checked", ylabel="accuracy under the guideline")
    return ax


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
    ax.set(title=f"Names the wrong model: {', '.join(wrong) if wrong else 'none'}")
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
    edges = np.arange(0, 7.01, 0.5)
    looks = (("labels", labelled, "orange", "o"), ("model", predicted, "blue", "s"))
    for name, (length, calls), color, marker in looks:
        bins = pd.cut(length, edges, right=False)
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
