"""A comparison as pictures in the kit's style: one figure a value."""

import io
import math
from collections.abc import Iterator
from textwrap import fill
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps.show import Comparison, is_number
from mlops_lab.workbench.runs.sweeps.tables import basis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "alt_text", "picture", "saved"]

FORMATS = ("png", "svg", "pdf")
_SIZE = (5.4, 3.9)  # inches of a panel
_WIDE = 88  # characters of a title
_DODGE = 0.12  # between lines at one text of the axis
_DECADES = 100.0  # of the axis: from there on it is logarithmic
_PLAIN: dict[str, Any] = {"weight": "normal", "fontsize": "medium"}  # below the figure's own title
_QUIET: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""What would make equal pictures differ from day to day."""


def picture(comparison: Comparison, name: str) -> "Figure":
    """Draw one value: its means, and beside them the paired differences.

    A mean over runs in which a finding does not hold is a hollow point.

    Parameters
    ----------
    comparison : Comparison
    name : str
        One of `Comparison.compared`.

    Returns
    -------
    Figure
        In the kit's style whatever the process has set; it belongs to no window.

    Raises
    ------
    RefusedError
        When nothing varied but the seed: there is nothing to draw along.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from mlops_lab.kit.style import settings

    if comparison.x is None:
        raise RefusedError("Only the seed varied: there is no parameter to draw along.")
    table = comparison.table[comparison.table["value"] == name]
    compared = bool((table["pairs"] > 0).any())
    look: Any = settings() | {"text.parse_math": False}  # a price has its $
    with rc_context(look):
        figure = Figure(figsize=(_SIZE[0] * (1 + compared), _SIZE[1]))
        panels = figure.subplots(1, 1 + compared, squeeze=False)[0]
        _panel(panels[0], comparison, table, ("mean", "low", "high"))
        panels[0].set_title("measured", **_PLAIN)
        if compared:
            _panel(panels[1], comparison, table, ("effect", "effect_low", "effect_high"))
            panels[1].axhline(0, color="0.4", lw=1, zorder=1)
            panels[1].set_title(f"difference from {comparison.of} = {comparison.against}", **_PLAIN)
        figure.suptitle(fill(name, _WIDE), weight="bold", x=0.01, ha="left")
        figure.supxlabel(fill(_told(comparison, table), _WIDE * (1 + compared)), fontsize="small")
    return figure


def saved(comparison: Comparison, name: str) -> dict[str, bytes]:
    """Draw one value as files, by their format; equal comparisons give equal files."""
    from matplotlib import rc_context

    from mlops_lab.kit.style import settings

    figure, alt = picture(comparison, name), alt_text(comparison, name)
    told = {"png": {"Description": alt}, "svg": {"Description": alt}, "pdf": {"Subject": alt}}
    made = {}
    # Letters stay letters, which can be searched, read aloud and set in a paper's own type.
    fonts = {"svg.fonttype": "none", "svg.hashsalt": name, "pdf.fonttype": 42}
    look: Any = settings() | fonts
    with rc_context(look):
        for form in FORMATS:
            file = io.BytesIO()
            metadata = {"Title": name, **told[form], **_QUIET[form]}
            figure.savefig(file, format=form, dpi=150, metadata=metadata)
            made[form] = file.getvalue()
    return made


def alt_text(comparison: Comparison, name: str) -> str:
    """Say in a sentence what the picture of a value shows."""
    table = comparison.table[comparison.table["value"] == name]
    by = f" for each {comparison.by}" if comparison.by else ""
    finite = table[table["mean"].map(math.isfinite)]
    if finite.empty:
        return f"{name} by {comparison.x}{by}: no mean is finite."
    low, high = (finite.loc[finite["mean"].agg(end)] for end in ("idxmin", "idxmax"))
    return (
        f"{name} by {comparison.x}{by}: {basis(comparison)}, from {low['mean']:.4g} at "
        f"{_place(comparison, low)} to {high['mean']:.4g} at {_place(comparison, high)}."
    )


def _place(comparison: Comparison, row: "pd.Series") -> str:
    names = [name for name in (comparison.x, comparison.by) if name]
    return ", ".join(f"{name} {row[name]}" for name in names)


def _told(comparison: Comparison, table: "pd.DataFrame") -> str:
    told = [basis(comparison)]
    if pairs := sorted({int(n) for n in table["pairs"] if n}):
        number = f"{pairs[0]}" if len(pairs) == 1 else f"{pairs[0]} to {pairs[-1]}"
        told.append(f"differences over {number} pairs that are alike in all else")
    if (table["refuted"] > 0).any():
        told.append("hollow: a finding does not hold in some of these runs")
    return "; ".join(told)


def _panel(
    axes: "Axes", comparison: Comparison, table: "pd.DataFrame", columns: tuple[str, str, str]
) -> None:
    from mlops_lab.kit.style import label_lines

    lines = list(_lines(comparison, table))
    for number, (label, line, color) in enumerate(lines):
        shift = _DODGE * (number - (len(lines) - 1) / 2)
        _line(axes, _along(comparison, table, line, shift), line, columns, color, label)
    if is_number(table[comparison.x]):
        _scale(axes, table[comparison.x])
    else:
        texts = list(dict.fromkeys(table[comparison.x].astype(str)))
        axes.set_xticks(range(len(texts)), texts)
        axes.set_xlim(-0.5, len(texts) - 0.5)
    axes.set_xlabel(str(comparison.x))
    if comparison.by:
        label_lines(axes, gap=0.07)


def _lines(
    comparison: Comparison, table: "pd.DataFrame"
) -> "Iterator[tuple[str, pd.DataFrame, str]]":
    from itertools import cycle

    from mlops_lab.kit.style import LINES, PALETTE

    groups = table.groupby(comparison.by, dropna=False) if comparison.by else [("", table)]
    for (label, line), color in zip(groups, cycle(LINES), strict=False):
        yield str(label) if comparison.by else "_", line, PALETTE[color]


def _along(
    comparison: Comparison, table: "pd.DataFrame", line: "pd.DataFrame", shift: float
) -> list[float]:
    if is_number(table[comparison.x]):
        return [float(one) for one in line[comparison.x]]
    places = list(dict.fromkeys(table[comparison.x].astype(str)))
    return [places.index(str(one)) + shift for one in line[comparison.x]]


def _line(
    axes: "Axes",
    x: list[float],
    line: "pd.DataFrame",
    columns: tuple[str, str, str],
    color: str,
    label: str,
) -> None:
    middle, low, high = (line[name].to_numpy(dtype=float) for name in columns)
    one_each = bool((line["n"] < 2).all()) and len(line) > 12  # points drawn at random
    axes.plot(x, middle, "o" if one_each else "o-", color=color, label=label)
    for place, bottom, top in zip(x, low, high, strict=True):
        if math.isfinite(bottom):
            axes.vlines(place, bottom, top, color=color, alpha=0.55, lw=2.5)
    for place, value, refuted in zip(x, middle, line["refuted"], strict=True):
        if refuted and not math.isnan(value):
            axes.plot([place], [value], "o", color=color, mfc="white", zorder=3)


def _scale(axes: "Axes", values: "pd.Series") -> None:
    if values.min() > 0 and values.max() >= _DECADES * values.min():
        axes.set_xscale("log")
