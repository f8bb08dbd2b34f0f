"""One look for every picture of the course."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_lab.kit.compare import interval
from mlops_lab.kit.output import show_data
from mlops_lab.threads import limit_threads

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["LINES", "PALETTE", "label_lines", "settings", "show", "style", "value_rows"]

PALETTE = {
    "ink": "#1f2933",
    "blue": "#0b62a4",
    "orange": "#e08214",
    "green": "#2a9d6f",
    "red": "#c0392b",
    "violet": "#7b5ea7",
    "grey": "#8a949e",
    "pale": "#d9dee3",
}
"""Colours by name. Neighbours differ in lightness too, so they part in grey."""

LINES = ("blue", "orange", "green", "violet", "red", "grey")
"""Names of the colours of lines, in the order in which they are drawn."""
_SETTINGS: dict[str, Any] = {
    "figure.figsize": (7.6, 3.6),
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
    "font.size": 10.5,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": PALETTE["grey"],
    "axes.labelcolor": PALETTE["ink"],
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": PALETTE["pale"],
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "xtick.color": PALETTE["ink"],
    "ytick.color": PALETTE["ink"],
    "text.color": PALETTE["ink"],
}


def settings() -> dict[str, Any]:
    """Return matplotlib's settings for the course's look, as `matplotlib.rc_context` takes them."""
    from cycler import cycler

    return {**_SETTINGS, "axes.prop_cycle": cycler(color=[PALETTE[name] for name in LINES])}


def style() -> None:
    """Set up this kernel as the course needs it, before a lesson computes anything.

    Plots get the course's style, TensorFlow's start-up lines are kept quiet, and numeric libraries
    compute with few threads (`mlops_lab.threads.limit_threads`), so that a lesson costs what it
    costs beside other work too. `set_threads` lifts that.
    """
    import os

    import matplotlib.pyplot as plt

    plt.style.use(settings())
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # read when TensorFlow is first imported
    limit_threads()


def show(figure: "Figure", *, alt: str) -> None:
    """Show a figure with a sentence for readers who cannot see it, then close it.

    Parameters
    ----------
    figure : matplotlib Figure
    alt : str
        What the picture shows, one sentence of at least three words.
    """
    import matplotlib.pyplot as plt

    show_data(*as_png(figure, alt))
    plt.close(figure)  # or the inline backend would show it once more


def as_png(figure: "Figure", alt: str) -> tuple[dict[str, object], dict[str, object]]:
    """Draw a figure into output data and metadata, its alt text in both.

    The picture goes out twice. JupyterLab shows the HTML, since it leaves the alt text out of a
    plain PNG; the PNG is for everything else that reads notebooks.
    """
    import base64
    import io
    from html import escape

    if not hasattr(figure, "savefig"):
        raise TypeError(
            f"a matplotlib Figure is needed; got {type(figure).__name__}. "
            "A function that draws ends with `return fig`"
        )
    if len(alt.split()) < 3:
        raise ValueError(f"alt must say in a sentence what the picture shows; got {alt!r}")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    png = base64.b64encode(buffer.getvalue()).decode()
    source = f"data:image/png;base64,{png}"
    data: dict[str, object] = {
        "image/png": png,
        "text/html": f'<img src="{source}" alt="{escape(alt)}" class="{_kind(figure)}" '
        'style="max-width: 100%">',
        "text/plain": f"Picture: {alt}",
    }
    return data, {"image/png": {"alt": alt}}


def _kind(figure: "Figure") -> str:
    """Tell a page that is dark which pictures it may turn over: those without images in them."""
    from matplotlib.collections import QuadMesh

    meshes = (isinstance(one, QuadMesh) for ax in figure.axes for one in ax.collections)
    images = any(ax.images for ax in figure.axes) or any(meshes)
    return "mlops-lab-images" if images else "mlops-lab-plot"


def label_lines(ax: "Axes", *, gap: float = 0.05) -> "Axes":
    """Write each labelled line's name beside its right end, in its colour, instead of a legend.

    Parameters
    ----------
    ax : matplotlib Axes
        Lines whose label starts with an underscore, matplotlib's own default, are left out, and
        so are lines without a finite point. Set limits and scales first.
    gap : float
        The least distance between two names, as a share of the axis' height.

    Returns
    -------
    Axes, the same one.
    """
    ends = []
    ax.get_ylim()  # matplotlib settles the limits only when they are asked for
    for line in ax.get_lines():
        points = np.asarray(line.get_xydata(), dtype=float)
        points = points[np.isfinite(points).all(axis=1)]
        if len(points) and not str(line.get_label()).startswith("_"):
            last = line.get_transform().transform(points[-1])
            ends.append((float(ax.transAxes.inverted().transform(last)[1]), line))
    height = float("-inf")
    for wanted, line in sorted(ends, key=lambda end: end[0]):
        height = max(wanted, height + gap)
        name, color = str(line.get_label()), line.get_color()
        ax.annotate(name, (1.01, height), xycoords="axes fraction", color=color, va="center")
    return ax


def value_rows(
    ax: "Axes",
    found: Mapping[str, Sequence[float]],
    *,
    means: bool = False,
    marked: Collection[str] = (),
) -> "Axes":
    """Draw values as points, with their mean and its 95 % interval: a row for each name.

    Parameters
    ----------
    ax : matplotlib Axes
    found : mapping of name -> values, two or more
        The first is on top.
    means : bool
        Write each mean at the right end of its row.
    marked : collection of names
        Drawn in red.

    Returns
    -------
    Axes, the same one.
    """
    for row, (name, values) in enumerate(found.items()):
        one, (line, dots) = interval(values), ("red",) * 2 if name in marked else ("ink", "blue")
        ax.plot([one.low, one.high], [row, row], color=PALETTE[line], lw=2)
        ax.plot([one.mean], [row], "|", color=PALETTE[line], ms=14, mew=2)
        ax.plot(values, [row] * len(values), "o", color=PALETTE[dots], alpha=0.4, ms=6)
        if means:
            place = ax.get_yaxis_transform()
            ax.text(1.015, row, f"{one.mean:.2f}", transform=place, va="center")
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.5, -0.5)
    return ax
