"""Pictures of augmentation: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlops_lab.augmentation.checks import Images
from mlops_lab.kit import PALETTE, Interval, interval, label_lines, paired

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "differences",
    "effects",
    "grid",
    "learning_curves",
    "over_steps",
    "promises",
    "readings",
    "strengths",
]

Floats = NDArray[np.float64]
_LOOKS = (("grey", "o", "--"), ("blue", "s", "-"), ("orange", "D", "-."), ("violet", "^", ":"))


def grid(ax: Axes, rows: Images, columns: Mapping[int, str], title: str) -> Axes:
    """Lay images side by side, with white between.

    Parameters
    ----------
    ax : Axes
    rows : array of shape (rows, columns, height, width), values 0 to 1
    columns : mapping of column -> what to write below it
    title : str
    """
    framed = np.pad(rows, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=1.0)
    ax.imshow(np.block([list(row) for row in framed]), cmap="gray", vmin=0, vmax=1)
    wide = framed.shape[-1]
    ax.set_xticks([wide * (column + 0.5) for column in columns], list(columns.values()))
    ax.set(yticks=[], title=title)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax


def learning_curves(ax: Axes, sizes: Sequence[int], arms: Mapping[str, Floats]) -> Axes:
    """Draw accuracy by number of labelled images; the title reads off what a gain is like.

    Parameters
    ----------
    ax : Axes
    sizes : labelled images, above 0, ascending, at least two
    arms : mapping of name -> accuracy, 0 to 1, array of shape (sizes, draws); first without changes
    """
    _bands(ax, sizes, arms)
    plain, changed = list(arms.values())[:2]
    gain, labels = (changed[-2] - plain[-2]).mean(), (plain[-1] - plain[-2]).mean()
    title = f"At {sizes[-2]:,} images: copies {round(100 * gain):+d} points, "
    title += f"{sizes[-1] / sizes[-2]:g} times the labels {round(100 * labels):+d}"
    ax.set(title=title, xlabel="labelled images", ylabel="accuracy on the test set")
    return label_lines(ax)


def over_steps(ax: Axes, steps: Sequence[int], arms: Mapping[str, Floats]) -> Axes:
    """Draw accuracy by the number of steps; the title gives the gain at both ends.

    Parameters
    ----------
    ax : Axes
    steps : updates of a whole training, ascending
    arms : mapping of name -> accuracy, 0 to 1, array of shape (steps, draws); first without changes
    """
    _bands(ax, steps, arms)
    plain, changed = list(arms.values())[:2]
    ends = [f"{100 * (changed[k] - plain[k]).mean():+.1f} after {steps[k]:,}" for k in (0, -1)]
    ax.set(title=f"Points gained: {', '.join(ends)} steps")
    ax.set(xlabel="steps of the training", ylabel="accuracy on the test set")
    return label_lines(ax)


def strengths(ax: Axes, tried: Sequence[float], lines: Mapping[str, Floats]) -> Axes:
    """Draw the gain over strength 0 by strength, with its interval, one line a way of training.

    Parameters
    ----------
    ax : Axes
    tried : strengths, ascending, 0 first
    lines : mapping of name -> accuracy, 0 to 1, array of shape (strengths, draws)
    """
    best = []
    looks = _LOOKS if len(lines) > 1 else _LOOKS[1:]  # grey is for what is compared with
    for (name, scores), (color, marker, dash) in zip(lines.items(), looks, strict=False):
        found = [paired(100 * one, 100 * scores[0]) for one in scores]
        means, ends = [one.mean for one in found], ([o.low for o in found], [o.high for o in found])
        ax.plot(tried, means, marker=marker, ls=dash, color=PALETTE[color], label=name)
        ax.fill_between(tried, *ends, color=PALETTE[color], alpha=0.15)
        best.append(f"{tried[int(np.argmax(means))]:g} {name}")
    ax.axhline(0, color=PALETTE["ink"], lw=1)
    ax.set(title=f"Best strength: {', '.join(best)}")
    ax.set(xlabel="strength of the changes", ylabel="gain over none,\npoints of accuracy")
    ax.set_xticks(list(tried))
    return label_lines(ax)


def differences(
    ax: Axes, change: Mapping[str, Floats], columns: Sequence[str], *, title: str, most: float = 0.3
) -> Axes:
    """Draw a table of points gained and lost: bold where the interval excludes 0.

    Parameters
    ----------
    ax : Axes
    change : mapping of row -> array of shape (draws, columns), differences of accuracy
    columns : one name a column
    title : str
    most : float
        The difference at which the colour is full, above 0.
    """
    shown = np.array([one.mean(axis=0) for one in change.values()])
    ax.imshow(shown, cmap="PuOr", vmin=-most, vmax=most, aspect="auto")
    for r, draws in enumerate(change.values()):
        for c, column in enumerate(draws.T):
            found = interval(column)
            sure = found.low > 0 or found.high < 0
            color = "white" if abs(found.mean) > 0.55 * most else PALETTE["ink"]
            look: dict[str, Any] = {"weight": "bold" if sure else "normal", "color": color}
            ax.text(c, r, f"{round(100 * found.mean):+d}", ha="center", va="center", **look)
    ax.set_yticks(range(len(change)), change)
    ax.set_xticks(range(len(columns)), columns)
    ax.set(title=title)
    ax.grid(visible=False)
    return ax


def effects(ax: Axes, found: Mapping[tuple[str, str], Interval], *, title: str, unit: str) -> Axes:
    """Draw intervals around zero: a row a first name, a colour a second.

    Parameters
    ----------
    ax : Axes
    found : mapping of (row, series) -> Interval; each row holds the same series
    title : str
    unit : str
        Of the intervals, for the axis.
    """
    rows, series = (list(dict.fromkeys(key[i] for key in found)) for i in (0, 1))
    for k, name in enumerate(series):
        color, marker, _ = _LOOKS[k % len(_LOOKS)]
        here = [found[row, name] for row in rows]
        at = np.arange(len(rows)) + 0.26 * (k - (len(series) - 1) / 2)
        half = [one.high - one.mean for one in here]
        look: dict[str, Any] = {"color": PALETTE[color], "fmt": marker, "label": name}
        ax.errorbar([one.mean for one in here], at, xerr=half, capsize=2, **look)
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks(range(len(rows)), rows)
    ax.invert_yaxis()
    ax.set(title=title, xlabel=unit)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def promises(ax: Axes, scores: Mapping[str, tuple[Floats, Floats]], *, title: str) -> Axes:
    """Draw what each way of testing promised, and what the same nets delivered.

    Parameters
    ----------
    ax : Axes
    scores : mapping of name -> (promised, delivered), arrays of shape (draws,), 0 to 1
    title : str
    """
    for y, (said, real) in enumerate(scores.values()):
        ax.plot([said.mean(), real.mean()], [y, y], color=PALETTE["pale"], lw=6, zorder=1)
        looks = (("x", "red", said, "promised"), ("o", "blue", real, "delivered"))
        for marker, color, points, name in looks:
            at = np.full(len(points), y)
            ax.plot(points, at, marker, color=PALETTE[color], label=None if y else name)
    ax.set_yticks(range(len(scores)), scores)
    ax.set(title=title, xlabel="accuracy", ylim=(len(scores) - 0.5, -0.5))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def readings(ax: Axes, rows: Images, said: Sequence[str], right: Sequence[bool]) -> Axes:
    """Show images and what a net calls the last row of them: a wrong name is red, in parentheses.

    Parameters
    ----------
    ax : Axes
    rows : array of shape (rows, columns, height, width), values 0 to 1
    said, right : one a column
    """
    grid(ax, rows, {}, "")
    wide, high = rows.shape[3] + 2, len(rows) * (rows.shape[2] + 2)
    for k, (name, good) in enumerate(zip(said, right, strict=True)):
        look: dict[str, Any] = {"color": PALETTE["blue" if good else "red"], "weight": "bold"}
        note = name if good else f"({name})"  # not by colour alone
        ax.text(wide * (k + 0.5), high + 4, note, ha="center", va="center", **look)
    ax.axis("off")
    return ax


def _bands(ax: Axes, at: Sequence[int], arms: Mapping[str, Floats]) -> None:
    """Draw means with intervals over draws, on a logarithmic axis."""
    for (name, scores), (color, marker, dash) in zip(arms.items(), _LOOKS, strict=False):
        found = [interval(one) for one in scores]
        look: dict[str, Any] = {"marker": marker, "ls": dash, "color": PALETTE[color]}
        ax.plot(at, [one.mean for one in found], label=name, **look)
        ends = [one.low for one in found], [one.high for one in found]
        ax.fill_between(at, *ends, color=PALETTE[color], alpha=0.15)
    ax.set_xscale("log")
    ax.set_xticks(list(at), [f"{one:,}" for one in at])
    ax.minorticks_off()
