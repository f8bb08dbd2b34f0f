"""The pictures of a report, as SVG that takes its colours and its type from the page."""

import io
import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FEW", "totals_picture", "when_picture"]

P = ParamSpec("P")

FEW = 5  # a histogram of fewer says less than dots
DAYS = 7.0
_WIDTHS = (0.25, 0.5, 1, 2, 2.5, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
# Colours that matplotlib writes, and the page's names for them.
_COLOURS = {
    "#0b62a1": "var(--bar)",
    "#e08211": "var(--late)",
    "#1f2931": "var(--ink)",
    "#8a9491": "var(--line)",
    "#c9dff1": "var(--band)",
    "#fffffd": "var(--paper)",
}
_BAR, _LATE, _INK, _LINE, _BAND, _PAPER = _COLOURS


def _afresh(draw: "Callable[P, Markup]") -> "Callable[P, Markup]":
    """Draw with Matplotlib's own settings, whatever style the process has set."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> "Markup":
        import matplotlib as mpl

        with mpl.rc_context():
            mpl.rcdefaults()
            return draw(*args, **kwargs)

    return drawn


@_afresh
def totals_picture(
    totals: Sequence[float], of: float, quartiles: tuple[float, float, float], label: str
) -> "Markup":
    """Draw how totals are distributed: a histogram, dots for fewer than 5.

    Parameters
    ----------
    totals : sequence of float
        At least one.
    of : float
        The most that can be had.
    quartiles : tuple of float
        Lower quartile, median, upper quartile.
    label : str
        What a reader who does not see the picture is told.
    """
    top = max(of, *totals) or 1.0  # nothing to be had, and nobody has anything
    figure, axes = _empty(1.3 if len(totals) < FEW else 2.6)
    if len(totals) < FEW:
        _dots(axes, totals, [_BAR] * len(totals))
    else:
        width = next((w for w in _WIDTHS if top / w <= 14), top / 14)
        edges = [width * i for i in range(int(-(-top // width)) + 1)]
        axes.axvspan(quartiles[0], quartiles[2], color=_BAND, lw=0, zorder=0)
        values = [min(one, edges[-1]) for one in totals]  # rounding must push none out
        axes.hist(values, bins=edges, color=_BAR, edgecolor=_PAPER, linewidth=1.2, zorder=2)
        axes.axvline(quartiles[1], color=_INK, lw=1.8, ls=(0, (4, 2)), zorder=3)
        axes.set_ylabel("students")
    axes.set_xlim(-0.02 * top, 1.02 * top)
    axes.set_xlabel("points")
    return _svg(figure, label, "totals")


@_afresh
def when_picture(days: Sequence[float], late: Sequence[bool], label: str) -> "Markup":
    """Draw when work came against the due time; what is more than 7 days away at the edge.

    Parameters
    ----------
    days : sequence of float
        At least one; negative is before the due time.
    late : sequence of bool
        Which of them count as late.
    label : str
        As in `totals_picture`.
    """
    hours = max(map(abs, days)) <= 2
    shown = [max(-DAYS, min(DAYS, one)) * (24 if hours else 1) for one in days]
    figure, axes = _empty(1.3 if len(days) < FEW else 2.2)
    low, high = min(0.0, *shown), max(0.0, *shown)
    if len(days) < FEW:
        _dots(axes, shown, [_LATE if one else _BAR for one in late])
    else:
        widths = (0.25, 0.5, 1, 2, 4) if hours else (0.125, 0.25, 0.5)
        width = next(w for w in widths if (high - low) / w <= 28)
        first, last = int(low // width), int(-(-high // width))
        edges = [width * i for i in range(first, max(last, first + 1) + 1)]
        parts = [
            [min(s, edges[-1]) for s, is_late in zip(shown, late, strict=True) if is_late == which]
            for which in (False, True)
        ]
        axes.hist(
            parts, bins=edges, stacked=True, color=[_BAR, _LATE], edgecolor=_PAPER,
            linewidth=1.0, zorder=2,
        )  # fmt: skip
        axes.set_ylabel("students")
        low, high = edges[0], edges[-1]
    axes.axvline(0, color=_INK, lw=1.8, zorder=3)
    room = 0.04 * (high - low) or 1.0
    axes.set_xlim(low - room, high + room)
    unit = "hours" if hours else "days"
    axes.set_xlabel(f"{unit} before (\N{MINUS SIGN}) and after the due time")
    return _svg(figure, label, "when")


def _empty(height: float) -> "tuple[Figure, Axes]":
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7.2, height), layout="constrained")
    axes = figure.add_subplot()
    figure.patch.set_visible(False)
    axes.patch.set_visible(False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_LINE)
    axes.tick_params(color=_LINE, labelcolor=_INK, labelsize=10)
    axes.xaxis.label.set(color=_INK, size=10)
    axes.yaxis.label.set(color=_INK, size=10)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    return figure, axes


def _dots(axes: "Axes", values: Sequence[float], colours: Sequence[str]) -> None:
    """Draw a dot for each, equal ones above each other."""
    seen: dict[float, int] = {}
    heights = []
    for one in values:
        heights.append(seen.get(one, 0))
        seen[one] = heights[-1] + 1
    axes.scatter(values, heights, s=90, c=list(colours), zorder=4, clip_on=False)
    axes.set_ylim(-0.7, max(heights) + 0.7)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])


def _svg(figure: "Figure", label: str, salt: str) -> "Markup":
    import matplotlib as mpl
    from markupsafe import Markup, escape

    out = io.StringIO()
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "font.family": "sans-serif",
    }
    with mpl.rc_context(settings):
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(out, format="svg", metadata=nothing)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    for colour, name in _COLOURS.items():
        text = text.replace(colour, name)
    # Two pictures stand on one page: no id but those that are used, and these differ by the salt.
    used = set(re.findall(r'["(]#([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in used else "", text)
    return Markup(text.replace("<svg", f'<svg role="img" aria-label="{escape(label)}"', 1))
