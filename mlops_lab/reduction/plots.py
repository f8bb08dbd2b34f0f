"""Pictures of dimensionality reduction: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.kit import PALETTE, interval, label_lines, value_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["arms", "components", "cosines", "crowding", "features", "images"]

Floats = NDArray[np.float64]
_COLORS = ("red", "blue", "grey", "orange")
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 400)
_STYLES = ("-", "--", "-.", ":")


def images(ax: Axes, pictures: Floats, names: Sequence[object], title: str) -> Axes:
    """Draw images side by side, each with a name above it and grey values of its own.

    Parameters
    ----------
    ax : Axes
    pictures : array of shape (n, side, side)
    names : n of anything
    title : str
    """
    side = pictures.shape[2]
    gap = max(1, side // 5)
    low = pictures.min(axis=(1, 2), keepdims=True)
    span = np.maximum(pictures.max(axis=(1, 2), keepdims=True) - low, 1e-12)
    framed = np.pad((pictures - low) / span, ((0, 0), (0, 0), (0, gap)), constant_values=np.nan)
    ax.imshow(np.hstack(list(framed)), cmap="Greys", vmin=0, vmax=1)
    for i, name in enumerate(names):
        at = i * (side + gap) + (side - 1) / 2
        ax.text(at, -1, str(name), ha="center", va="bottom", fontsize=9)
    ax.set_axis_off()
    ax.set_title(title, loc="left", pad=18)
    return ax


def crowding(
    ax: Axes, sizes: Sequence[int], uniform: ArrayLike, found: Mapping[str, tuple[int, float]]
) -> Axes:
    """Draw the contrast of distances by the number of dimensions, and of some tables beside it.

    Parameters
    ----------
    ax : Axes
    sizes : numbers of dimensions, ascending
    uniform : array of shape (sizes,)
        Contrast of points that fill a cube.
    found : mapping of table -> (its number of columns, its contrast)
    """
    values = np.asarray(uniform, dtype=float)
    ax.plot(sizes, values, "o-", color=PALETTE["grey"])
    ax.text(sizes[1], values[1] * 1.5, "uniform in a cube", color=PALETTE["ink"])
    for (name, (columns, value)), color in zip(
        found.items(), ("blue", "red", "orange"), strict=False
    ):
        ax.plot([columns], [value], "D", color=PALETTE[color], ms=8)
        ax.annotate(
            f"{name}: {value:.1f}",
            (columns, value),
            xytext=(0, 13),
            textcoords="offset points",
            ha="center",
            color=PALETTE[color],
        )
    ax.set(xscale="log", yscale="log", xlabel="columns", ylabel="(farthest - nearest) / nearest")
    top = max(found, key=lambda name: found[name][1])
    alike = int(np.argmin(np.abs(np.log(values / found[top][1]))))
    title = f"{top}: {found[top][0]} columns, as crowded as a cube of about {sizes[alike]}"
    ax.set_title(title)
    return ax


def features(
    ax: Axes, sizes: Sequence[int], found: Mapping[str, ArrayLike], rows: int, classes: int
) -> Axes:
    """Draw accuracy by the number of features, for each covariance, with intervals.

    Parameters
    ----------
    ax : Axes
    sizes : numbers of features, ascending
    found : mapping of covariance -> array of shape (splits, sizes), up to four
        Accuracies, 0 to 1; the title speaks of the first one.
    rows, classes : int
        Of the training set; a line marks their difference.
    """
    _curves(ax, sizes, found)
    mean = np.asarray(next(iter(found.values())), dtype=float).mean(axis=0)
    ax.axvline(rows - classes, color=PALETTE["grey"], ls=":", lw=1)
    last = len(sizes) - 1
    inner = [i for i in range(1, last) if mean[i] < mean[i - 1] and mean[i] <= mean[i + 1]]
    if inner:
        low = min(inner, key=lambda i: float(mean[i]))
        title = f"{mean[:low].max():.2f}, then {mean[low]:.2f} at {sizes[low]}, "
        title += f"{mean[last]:.2f} at {sizes[last]}"
    else:
        title = f"No dip: {mean[0]:.2f} to {mean[last]:.2f}"
    ax.set(title=title, xlabel=f"features; dotted: {rows} rows minus {classes} classes")
    return label_lines(ax, gap=0.08)


def components(
    ax: Axes, sizes: Sequence[int], found: Mapping[str, ArrayLike], everything: ArrayLike
) -> Axes:
    """Draw accuracy by how many numbers are kept, for each projection, with intervals.

    Parameters
    ----------
    ax : Axes
    sizes : how many numbers, ascending
    found : mapping of projection -> array of shape (splits, sizes), up to four
        Accuracies, 0 to 1; the title speaks of the first one.
    everything : array of shape (splits,)
        Accuracy without a projection.
    """
    _curves(ax, sizes, found)
    mean = np.asarray(next(iter(found.values())), dtype=float).mean(axis=0)
    whole = float(np.mean(np.asarray(everything, dtype=float)))
    ax.axhline(whole, color=PALETTE["ink"], ls=":", lw=1)
    ax.annotate("all pixels", (sizes[0], whole), xytext=(0, 4), textcoords="offset points")
    best = int(mean.argmax())
    name = next(iter(found))
    title = f"{name}: {mean[best]:.2f} with {sizes[best]} numbers, {whole:.2f} with all pixels"
    ax.set(title=title, xlabel="numbers kept of each image")
    return label_lines(ax, gap=0.08)


def arms(
    ax: Axes, found: Mapping[str, Sequence[float]], chance: float | None = None, title: str = ""
) -> Axes:
    """Draw the accuracies of some arms as points, each with the interval of its mean.

    Parameters
    ----------
    ax : Axes
    found : mapping of arm -> accuracy in each split, two or more, 0 to 1
    chance : float, optional
        What chance gets.
    title : str
        Without one, the title names the highest and the lowest.
    """
    value_rows(ax, found, means=True)
    label = "accuracy"
    if chance is not None:
        ax.axvline(chance, color=PALETTE["grey"], ls=":")
        label += "; dotted: chance"
    means = {name: float(np.mean(values)) for name, values in found.items()}
    best, worst = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    ax.set_title(title or f"{means[best]:.2f} ({best}) to {means[worst]:.2f} ({worst})")
    ax.set_xlabel(label)
    return ax


def cosines(ax: Axes, old: Floats, new: Floats) -> Axes:
    """Draw the cosines between the directions of an old projection and of a new one.

    The title counts the directions whose cosine with their predecessor is above 0.9.

    Parameters
    ----------
    ax : Axes
    old, new : arrays of shape (k, features)
        Orthonormal rows.
    """
    cosine = old @ new.T
    ax.imshow(cosine, cmap="RdBu", vmin=-1, vmax=1)
    same = np.diag(cosine)
    ax.set(xlabel="component, refitted", ylabel="component, yesterday")
    ax.set_xticks(range(0, len(same), 5), [str(i + 1) for i in range(0, len(same), 5)])
    ax.set_yticks(range(0, len(same), 5), [str(i + 1) for i in range(0, len(same), 5)])
    ax.grid(visible=False)
    ax.set_title(f"{int((same > 0.9).sum())} of {len(same)} as before")
    return ax


def _curves(ax: Axes, sizes: Sequence[int], found: Mapping[str, ArrayLike]) -> None:
    for (name, scores), color, style in zip(found.items(), _COLORS, _STYLES, strict=False):
        each = np.asarray(scores, dtype=float)
        ends = [interval(column) for column in each.T]
        low, high = [one.low for one in ends], [one.high for one in ends]
        ax.fill_between(sizes, low, high, color=PALETTE[color], alpha=0.15, lw=0)
        ax.plot(sizes, each.mean(axis=0), f"o{style}", color=PALETTE[color], label=name, ms=4)
    ax.set_xscale("log")
    ticks = [tick for tick in _TICKS if sizes[0] <= tick <= sizes[-1]]
    ax.set_xticks(ticks, [str(tick) for tick in ticks])
    ax.minorticks_off()
    ax.set_ylabel("accuracy on new rows")
    ax.set_ylim(max(0.0, ax.get_ylim()[0]), min(1.02, ax.get_ylim()[1]))
