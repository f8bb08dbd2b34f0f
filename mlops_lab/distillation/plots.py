"""Pictures of distillation: each takes an `Axes`, draws on it, and returns it.

Titles are computed from what is drawn, so that they are true of any data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlops_lab.kit import PALETTE, interval, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ablation", "arms", "by_class", "images", "probabilities", "students", "temperatures"]

Floats = NDArray[np.floating]
_LOOKS = (("blue", "o", "-"), ("orange", "D", "--"), ("violet", "^", ":"), ("grey", "s", "-."))


def images(ax: Axes, rows: Floats, names: Sequence[str], *, title: str) -> Axes:
    """Lay images side by side, a column a class, with white between.

    Parameters
    ----------
    ax : Axes
    rows : array of shape (rows, columns, height, width), the larger the brighter
    names : one a column
    title : str
    """
    framed = np.pad(rows, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=float(rows.max()))
    ax.imshow(np.block([list(row) for row in framed]), cmap="gray")
    wide = framed.shape[-1]
    ax.set_xticks([wide * (column + 0.5) for column in range(len(names))], list(names))
    ax.set(yticks=[], title=title)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax


def arms(ax: Axes, scores: Mapping[str, Floats], *, title: str) -> Axes:
    """Draw each arm's splits as dots and its mean as a diamond; a line marks the first arm's mean.

    Parameters
    ----------
    ax : Axes
    scores : mapping of arm -> accuracy, 0 to 1, array of shape (splits,), two splits or more
        Beside each arm but the first stands what it gains over the first, split by split.
    title : str
    """
    first = next(iter(scores.values()))
    ax.axvline(100 * first.mean(), color=PALETTE["grey"], lw=1, ls="--")
    for row, score in enumerate(scores.values()):
        ax.plot(100 * score, np.full(len(score), row), "o", color=PALETTE["grey"], ms=4)
        ax.plot(100 * score.mean(), row, "D", color=PALETTE["blue"], ms=8)
        gain = interval(100 * (score - first))
        said = f"{gain.mean:+.1f} [{gain.low:+.1f}, {gain.high:+.1f}]" if row else "gain, 95 %"
        ax.text(1.02, row, said, transform=ax.get_yaxis_transform(), va="center", fontsize=9)
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set(title=title, xlabel="accuracy on the test set, %", ylim=(len(scores) - 0.5, -0.5))
    return ax


def students(
    ax: Axes, labels: Sequence[int], teacher: Floats, student: Floats, scratch: Floats
) -> Axes:
    """Draw students over the teachers that they learned from; the title names the break-even.

    Parameters
    ----------
    ax : Axes
    labels : how many labels each teacher learned from, ascending
    teacher, student : accuracy, 0 to 1, arrays of shape (teachers, splits)
    scratch : accuracy of the student without a teacher, array of shape (splits,)
    """
    at = 100 * teacher.mean(axis=1)
    found = [interval(100 * row) for row in student]
    alone = interval(100 * scratch)
    ax.plot(at, at, color=PALETTE["grey"], lw=1, ls=":", label="as good as its teacher")
    ax.fill_between(at, alone.low, alone.high, color=PALETTE["pale"], lw=0)
    ax.plot(at, np.full(len(at), alone.mean), "--", color=PALETTE["ink"], label="without a teacher")
    half = [one.high - one.mean for one in found]
    means = np.array([one.mean for one in found])
    ax.errorbar(at, means, yerr=half, fmt="o-", color=PALETTE["blue"], capsize=3, label="student")
    for number, x, y in zip(labels, at, means - half, strict=True):
        note: dict[str, Any] = {
            "textcoords": "offset points",
            "xytext": (0, -12),
            "fontsize": 8.5,
            "ha": "center",
            "bbox": {"fc": "white", "ec": "none", "pad": 0.6},
        }
        ax.annotate(f"{number:,}", (x, y), **note)
    gains = means - alone.mean
    if gains.min() < 0 < gains.max():
        even = float(np.interp(0, gains, at))
        ax.axvline(even, color=PALETTE["orange"], lw=1)
        title = f"Break-even at a teacher of {even:.0f} %; a student alone has {alone.mean:.0f} %"
    else:
        title = f"No break-even here: a student alone has {alone.mean:.0f} %"
    ax.set(title=title, xlabel="accuracy of the teacher, % (labels it had)")
    ax.set(ylabel="accuracy of\nthe student, %")
    ax.margins(y=0.12)  # room for the numbers below the points
    return label_lines(ax)


def temperatures(ax: Axes, tried: Sequence[float], lines: Mapping[str, Floats]) -> Axes:
    """Draw accuracy over the temperature, splits as dots; the title compares the ends of two lines.

    Parameters
    ----------
    ax : Axes
    tried : temperatures, above 0, ascending
    lines : mapping of name -> accuracy, 0 to 1, array of shape (temperatures, splits); two or more
    """
    for (name, scores), (color, marker, dash) in zip(lines.items(), _LOOKS, strict=False):
        look: dict[str, Any] = {"marker": marker, "ls": dash, "color": PALETTE[color]}
        ax.plot(tried, 100 * scores.mean(axis=1), label=name, **look)
        ax.plot(tried, 100 * scores, ".", color=PALETTE[color], alpha=0.4)
    good, bad = list(lines.values())[:2]
    lost = interval(100 * (good[-1] - bad[-1]))
    ends = f"[{lost.low:.1f}, {lost.high:.1f}]"
    ax.set(title=f"Lost at T = {tried[-1]:g}: {lost.mean:.1f} points {ends}", xscale="log")
    ax.set(xlabel="temperature T", ylabel="accuracy on\nthe test set, %")
    ax.set_xticks(list(tried), [f"{t:g}" for t in tried])
    ax.minorticks_off()
    return label_lines(ax)


def probabilities(ax: Axes, p: Floats, names: Sequence[str], *, title: str, truth: int) -> Axes:
    """Draw the probability of each class as a bar, the label's in orange with its name bold.

    Parameters
    ----------
    ax : Axes
    p : array of shape (classes,), adding up to 1
    names : one a class
    title : str
    truth : int, the class of the label
    """
    colors = [PALETTE["orange" if k == truth else "blue"] for k in range(len(p))]
    ax.bar(range(len(p)), p, color=colors)
    ax.set_xticks(range(len(p)), list(names))
    ax.get_xticklabels()[truth].set_fontweight("bold")
    ax.set(title=title, ylim=(0, 1))
    return ax


def by_class(ax: Axes, recall: Mapping[str, Floats], names: Sequence[str]) -> Axes:
    """Draw the recall of each class by students that never saw it; the title compares two arms.

    Parameters
    ----------
    ax : Axes
    recall : mapping of arm -> recall, 0 to 1, array of shape (classes, splits); two arms or more
    names : one a class
    """
    order = np.argsort(-next(iter(recall.values())).mean(axis=1))
    for (name, found), (color, marker, _) in zip(recall.items(), _LOOKS, strict=False):
        means = 100 * found.mean(axis=1)[order]
        ax.plot(range(len(order)), means, marker, color=PALETTE[color], label=name)
        ax.plot(range(len(order)), 100 * found[order], ".", color=PALETTE[color], alpha=0.3)
    for place, k in enumerate(order):
        ends = [100 * found.mean(axis=1)[k] for found in recall.values()]
        ax.plot([place] * 2, [min(ends), max(ends)], color=PALETTE["pale"], zorder=0)
    said = [f"{name} {100 * found.mean():.0f} %" for name, found in recall.items()]
    ax.set_xticks(range(len(order)), [names[k] for k in order])
    ax.set(
        title=f"Recall of a class never seen: {', '.join(said[:2])}",
        xlabel="class left out",
        ylim=(-4, 104),
    )
    ax.set_ylabel("recall, %")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def ablation(ax: Axes, lost: Mapping[str, Mapping[str, Floats]], *, title: str) -> Axes:
    """Draw what each arm loses, with intervals: a row an arm, a colour a length of training.

    Parameters
    ----------
    ax : Axes
    lost : mapping of series -> mapping of arm -> differences of scores, array of shape (runs,)
        Each series holds the same arms.
    title : str
    """
    rows = list(next(iter(lost.values())))
    for k, (series, found) in enumerate(lost.items()):
        color, marker, _ = _LOOKS[k]
        at = np.arange(len(rows)) + 0.28 * (k - (len(lost) - 1) / 2)
        bars = [interval(100 * found[row]) for row in rows]
        half = [one.high - one.mean for one in bars]
        look: dict[str, Any] = {"color": PALETTE[color], "fmt": marker, "label": series}
        ax.errorbar([one.mean for one in bars], at, xerr=half, capsize=2, **look)
    ax.axvline(0, color=PALETTE["ink"], lw=1)
    ax.set_yticks(range(len(rows)), rows)
    ax.set(title=title, xlabel="points against the whole recipe", ylim=(len(rows) - 0.5, -0.5))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax
