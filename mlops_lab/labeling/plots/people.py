"""Pictures of what people drew, said and agreed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, interval, label_lines
from mlops_lab.labeling.plots.arms import COLORS, MARKERS, bands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["boxes", "doubt", "levels", "matches", "pairs", "rarity"]

Floats = NDArray[np.float64]


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


def levels(ax: Axes, arms: Mapping[str, tuple[float, float]]) -> Axes:
    """Place arms by how far two people agree and how often one of them is right.

    Parameters
    ----------
    ax : Axes
    arms : mapping of arm -> (share of pairs that agree, share of calls that are right), 0 to 1
    """
    for (name, (agree, right)), color, marker in zip(arms.items(), COLORS, MARKERS, strict=False):
        ax.plot(agree, right, marker, ms=9, color=PALETTE[color])
        place: dict[str, Any] = {"xytext": (0, 9), "textcoords": "offset points", "ha": "center"}
        ax.annotate(name, (agree, right), color=PALETTE[color], **place)
    most = max(arms, key=lambda name: arms[name][0])
    best = max(arms, key=lambda name: arms[name][1])
    ax.margins(0.2)
    ax.set(title=f"Most agreement: {most}. Most often right: {best}")
    ax.set(xlabel="share of pairs that agree", ylabel="share of calls that are right")
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
            named: dict[str, Any] = {"label": label} if place == 0 else {}
            ax.errorbar(found.mean, place + shift, xerr=half, ms=7, **style, **named)
        lead = 100 * float(np.mean(model) - np.mean(person))
        told.append(f"{name} {lead:+.0f} points")
    ax.set_yticks(range(len(shares)), list(shares))
    ax.set(ylim=(len(shares) - 0.5, -0.5), xlabel="share of pairs that match")
    ax.set(title=f"The model against a person: {', '.join(told)}")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
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
    title = f"Agrees least: {means.idxmin()}, mean kappa {means.min():.2f}"
    ax.set(title=title)
    ax.grid(visible=False)
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
    label_lines(bands(ax, shares, runs))
    told = [
        f"{name} {one[:, 0].mean():.2f} to {one[:, -1].mean():.2f}" for name, one in runs.items()
    ]
    ax.set(title=f"From {shares[0]:.0%} to {shares[-1]:.0%}: {told[0]}, {told[1]}")
    return ax
