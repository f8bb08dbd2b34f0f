"""Pictures of the lesson on the lifecycle: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["arms", "conditions", "leaderboard", "pictures", "stages"]

Floats = NDArray[np.float64]
COLORS = ("blue", "orange", "green", "violet")
MARKERS = "osD^"


def pictures(axes: Sequence[Axes], images: ArrayLike, titles: Sequence[str]) -> Sequence[Axes]:
    """Show grey pictures side by side, all on one scale from 0 black to 1 white."""
    for ax, image, title in zip(axes, np.asarray(images), titles, strict=True):
        ax.imshow(image, cmap="gray", vmin=0, vmax=1)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.grid(visible=False)
        ax.set_title(title, fontsize=9.5)
    return axes


def stages(ax: Axes, names: Sequence[str], back: Sequence[tuple[int, int, str]]) -> Axes:
    """Draw the stages of a project from left to right, and ways back from one to another.

    Parameters
    ----------
    ax : Axes
    names : stages, two or more
    back : (from, to, why) each, by place in `names`
        What leads back; the first stands highest.
    """
    arrow: dict[str, Any] = {"arrowstyle": "-|>", "lw": 1.8, "color": PALETTE["blue"]}
    box = {"boxstyle": "round,pad=0.5", "fc": PALETTE["pale"], "ec": PALETTE["blue"]}
    for place, name in enumerate(names):
        ax.text(place, 0, name, ha="center", va="center", weight="bold", bbox=box)
        if place:
            ax.annotate("", (place - 0.3, 0), (place - 0.7, 0), arrowprops=arrow)
    for row, (start, end, why) in enumerate(back, start=1):
        ax.plot([start, start, end], [-0.35, -row, -row], color=PALETTE["orange"], lw=1.4)
        returns = arrow | {"color": PALETTE["orange"]}
        ax.annotate("", (end, -0.35), (end, -row), arrowprops=returns)
        ax.text((start + end) / 2, 0.06 - row, why, ha="center", va="bottom", fontsize=9.5)
    ax.set(xlim=(-0.5, len(names) - 0.5), ylim=(-len(back) - 0.3, 0.5))
    ax.axis("off")
    ax.set_title(f"{len(names)} stages, and {len(back)} ways back")
    return ax


def _dots(ax: Axes, values: Sequence[float], row: float, color: str, marker: str = "o") -> None:
    """Draw values as faint dots, and the interval of their mean over them."""
    found = interval(values)
    ax.plot(values, [row] * len(values), marker, color=PALETTE[color], alpha=0.3, ms=5, mew=0)
    half = found.high - found.mean
    look: dict[str, Any] = {"fmt": marker, "color": PALETTE[color], "ms": 6, "capsize": 4}
    ax.errorbar(found.mean, row, xerr=half, **look)


def conditions(
    ax: Axes,
    scores: Mapping[str, Mapping[str, Sequence[float]]],
    mark: float,
    what: str,
    title: str,
) -> Axes:
    """Draw some measures, each in the same conditions, with the interval of each mean.

    Parameters
    ----------
    ax : Axes
    scores : mapping of measure -> condition -> values, two or more; four measures at most
    mark : float
        Drawn as a dotted line.
    what : str
        Names the values and the line.
    title : str
        Computed from what was measured.
    """
    names = list(next(iter(scores.values())))
    step = 0.66 / len(scores)
    for k, (measure, found) in enumerate(scores.items()):
        for row, values in enumerate(found.values()):
            offset = step * (k - (len(scores) - 1) / 2)
            _dots(ax, values, row + offset, COLORS[k], MARKERS[k])
        ax.plot([], [], MARKERS[k], color=PALETTE[COLORS[k]], label=measure)
    ax.axvline(mark, color=PALETTE["grey"], ls=":")
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.grid(visible=False, axis="y")
    for row in range(1, len(names)):
        ax.axhline(row - 0.5, color=PALETTE["pale"], lw=1)
    ax.set_title(title)
    ax.set_xlabel(what)
    ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.19), ncols=len(scores))
    return ax


def arms(ax: Axes, found: Mapping[str, Sequence[float]], goal: float, what: str) -> Axes:
    """Draw the values of some arms as dots, each with the interval of its mean.

    Parameters
    ----------
    ax : Axes
    found : mapping of arm -> values, two or more
    goal : float
        Drawn as a dotted line.
    what : str
        Names the values and the line.
    """
    for row, values in enumerate(found.values()):
        _dots(ax, values, row, "blue" if row else "red")
        place = ax.get_yaxis_transform()
        ax.text(1.015, row, f"{np.mean(values):.2f}", transform=place, va="center")
    ax.axvline(goal, color=PALETTE["grey"], ls=":")
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.5, -0.5)
    ax.grid(visible=False, axis="y")
    first, *rest = found
    best = max(rest, key=lambda name: float(np.mean(found[name])))
    ax.set_title(f"From {np.mean(found[first]):.2f} up to {np.mean(found[best]):.2f} ({best})")
    ax.set_xlabel(what)
    return ax


def leaderboard(ax: Axes, names: Sequence[str], lab: Floats, production: Floats) -> Axes:
    """Join each model's mean accuracy in the lab to that in production.

    Parameters
    ----------
    ax : Axes
    names : n models
    lab, production : arrays of shape (n, divisions)
        Models that come first in the lab in a division have a colour of their own.
    """
    wins = np.bincount(lab.argmax(axis=0), minlength=len(names))
    left, right = lab.mean(axis=1), production.mean(axis=1)
    height = -np.inf
    for k in np.argsort(right, kind="stable"):
        color = PALETTE["orange" if wins[k] else "grey"]
        look: dict[str, Any] = {"color": color, "lw": 2.2 if wins[k] else 1.2}
        ax.plot([0, 1], [left[k], right[k]], "o-", ms=4, **look)
        height = max(right[k], height + 0.026)
        told = f"{right[k]:.2f}  {names[k]}" + (f", first in {wins[k]}" if wins[k] else "")
        ink = PALETTE["orange" if wins[k] else "ink"]
        ax.annotate(told, (1.03, height), va="center", fontsize=9, color=ink)
    ax.set_xticks([0, 1], ["in the lab", "in production, new phone"])
    ax.set_xlim(-0.1, 1.9)
    ax.grid(visible=False, axis="x")
    ax.set_ylabel("accuracy")
    ax.set_title(f"In the lab {np.ptp(left):.2f} apart, in production {np.ptp(right):.2f}")
    return ax
