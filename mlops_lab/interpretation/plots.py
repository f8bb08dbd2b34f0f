"""Pictures of explanations: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from mlops_lab.kit import PALETTE, interval, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["pictures", "reasons", "widths"]

_COLORS = ("blue", "orange", "green", "violet")
_HATCHES = ("", "///", "...", "xx")


def pictures(ax: Axes, images: ArrayLike, names: Sequence[str], title: str, unit: str) -> Axes:
    """Draw square pictures side by side, all in one color scale with a bar: bright is large.

    Parameters
    ----------
    ax : Axes
    images : array of shape (n, side * side)
    names : n of them, one above each picture
    title : str
    unit : str
        What the bar is labelled with.

    Raises
    ------
    ValueError
        For images that are not square, one a row, or another number of names.
    """
    table = np.asarray(images, dtype=float)
    side = round(table.shape[-1] ** 0.5)
    if table.ndim != 2 or side**2 != table.shape[1] or len(names) != len(table):
        raise ValueError(
            f"need square pictures, one a row, and a name each; got {table.shape} and "
            f"{len(names)} names"
        )
    gap = max(1, side // 5)
    square = table.reshape(-1, side, side)
    framed = np.pad(square, ((0, 0), (0, 0), (0, gap)), constant_values=np.nan)
    drawn = ax.imshow(
        np.hstack(list(framed))[:, :-gap], cmap="viridis", vmin=table.min(), vmax=table.max()
    )
    for i, name in enumerate(names):
        at = i * (side + gap) + (side - 1) / 2
        ax.text(at, -1, name, ha="center", va="bottom", fontsize=9)
    ax.set_axis_off()
    ax.set_title(title, loc="left", pad=18)
    ax.figure.colorbar(drawn, ax=ax, label=unit, fraction=0.03, pad=0.02)
    return ax


def reasons(ax: Axes, columns: Sequence[str], found: Mapping[str, ArrayLike]) -> Axes:
    """Draw what each column contributes to one answer, by some explanations.

    Parameters
    ----------
    ax : Axes
    columns : names of the columns; the first is on top
    found : mapping of explanation -> array of shape (columns,)
        At most four. The title names the column that pushes up most in each.
    """
    tall, firsts = 0.8 / len(found), []
    for i, ((name, values), color, hatch) in enumerate(
        zip(found.items(), _COLORS, _HATCHES, strict=False)
    ):
        each = np.asarray(values, dtype=float)
        rows = np.arange(len(columns)) + tall * (i - (len(found) - 1) / 2)
        ax.barh(
            rows,
            each,
            height=0.9 * tall,
            color=PALETTE[color],
            label=name,
            hatch=hatch,
            edgecolor="white",
            lw=0,
        )
        firsts.append(columns[int(each.argmax())])
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks(range(len(columns)), list(columns))
    ax.set_ylim(len(columns) - 0.5, -0.5)
    ax.grid(visible=False, axis="y")
    same = len(set(firsts)) == 1
    ax.set_title(f"First reason: {firsts[0] if same else ', '.join(firsts)}")
    ax.set_xlabel("contribution to the answer")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def widths(ax: Axes, at: ArrayLike, found: Mapping[str, ArrayLike], marked: float) -> Axes:
    """Draw a share in percent by the width of a neighborhood, with the interval of its mean.

    Parameters
    ----------
    ax : Axes
    at : array of shape (n,), ascending, above 0
    found : mapping of name -> array of shape (draws, n), shares
    marked : float
        A width to mark with a dotted line.
    """
    x, ends = np.asarray(at, dtype=float), []
    for (name, values), color in zip(found.items(), _COLORS, strict=False):
        table = 100 * np.asarray(values, dtype=float)
        each = [interval(column) for column in table.T]
        lows, highs = [one.low for one in each], [one.high for one in each]
        ax.fill_between(x, lows, highs, color=PALETTE[color], alpha=0.15, lw=0)
        ax.plot(x, [one.mean for one in each], "o-", ms=4, color=PALETTE[color], label=name)
        ends.append(f"{each[int(np.abs(x - marked).argmin())].mean:.0f} % ({name})")
    ax.axvline(marked, color=PALETTE["ink"], ls=":")
    ax.set_xscale("log")
    ax.set_xticks(x, [f"{one:g}" for one in x])
    ax.minorticks_off()
    ax.set_title(f"Wrong signs at the dotted width: {', '.join(ends)}")
    return label_lines(ax, gap=0.08)
