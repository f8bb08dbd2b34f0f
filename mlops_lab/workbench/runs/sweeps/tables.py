"""A comparison as a table: for the terminal, in Markdown and in LaTeX."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mlops_lab.workbench.runs.sweeps.show import Comparison

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_latex", "as_markdown", "as_text", "basis", "notes", "presented"]

_LONG = 30  # rows; a longer table breaks over pages


def as_text(comparison: Comparison) -> str:
    """Lay a comparison out for the terminal, and say what it leaves out."""
    table = presented(comparison)
    shown = [] if table.empty else [table.to_string(index=False)]
    return "\n".join([*shown, *notes(comparison)])


def as_markdown(comparison: Comparison) -> str:
    """Write a comparison as a Markdown table, with what it rests on below it."""
    table = presented(comparison)
    shown = "" if table.empty else table.to_markdown(index=False, disable_numparse=True) + "\n\n"
    return shown + "\n".join(f"- {note}" for note in notes(comparison)) + "\n"


def as_latex(comparison: Comparison) -> str:
    r"""Write a comparison as a LaTeX table with its caption; it needs ``\usepackage{booktabs}``.

    A table of more than 30 rows is a ``longtable``, which needs that package too.
    """
    table = presented(comparison)
    if table.empty:
        return "".join(f"% {note}\n" for note in notes(comparison))
    long = len(table) > _LONG
    packages = r"booktabs, longtable" if long else "booktabs"
    caption = _escaped(" ".join(f"{note[:1].upper()}{note[1:]}." for note in notes(comparison)))
    numbers = sum(name not in ("value", comparison.x, comparison.by) for name in table.columns)
    layout = "l" * (len(table.columns) - numbers) + "r" * numbers
    text = table.to_latex(
        index=False, escape=True, caption=caption, longtable=long, column_format=layout
    )
    return f"% \\usepackage{{{packages}}}\n{text}"


def basis(comparison: Comparison) -> str:
    """Say what a mean and its interval rest on: how many runs, at which level."""
    numbers = comparison.table["n"]
    least, most = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    if most < 2:
        return f"single {comparison.unit}s, which have no interval"
    runs = f"{most}" if least == most else f"{least} to {most}"
    level = _percent(comparison.level)
    return f"means of {runs} {comparison.unit}s with their {level} intervals (Student's t)"


def notes(comparison: Comparison) -> list[str]:
    """Say what a table rests on and what it leaves out, a sentence without its stop each."""
    return list(_notes(comparison))


def _notes(comparison: Comparison) -> Iterator[str]:
    one = comparison
    if len(one.table):
        yield basis(one)
    if one.of is not None and (one.table["pairs"] > 0).any():
        yield (f"differences are from {one.of} = {one.against}, of runs that are alike in all else")
    yield from one.remarks
    if one.averaged:
        first = " first, within each seed" if one.unit == "seed" else ""
        yield f"averaged over {', '.join(one.averaged)}{first}"
    if refuted := (one.table["refuted"] > 0).sum():
        yield f"{refuted} rows count runs in which a finding does not hold"
    if one.unmoved:
        movers = one.of if one.by is None or one.of not in (one.x, one.by) else None
        by = movers or " or ".join(filter(None, (one.x, one.by)))
        yield f"not moved by {by}, and left out: {', '.join(one.unmoved)}"
    if one.left_out:
        yield f"{one.left_out} points failed and are left out"
    if one.stale:
        yield f"{one.stale} points are stale and are left out; run them again"


def presented(comparison: Comparison) -> "pd.DataFrame":
    """Return the table as texts, without columns that say nothing."""
    import pandas as pd

    table, level = comparison.table, _percent(comparison.level)
    places = [name for name in ("value", comparison.x, comparison.by) if name]
    columns: dict[str, Any] = {name: table[name].map(_short) for name in places}
    columns["mean"] = table["mean"].map(_short)
    columns[f"{level} interval"] = _between(table, "low", "high")
    columns["n"] = table["n"].astype(str)
    if (table["refuted"] > 0).any():
        columns["finding fails in"] = table["refuted"].map(lambda n: str(n) if n else "")
    if (table["pairs"] > 0).any():
        columns["difference"] = table["effect"].map(_short)
        columns[f"its {level} interval"] = _between(table, "effect_low", "effect_high")
        columns["pairs"] = table["pairs"].map(lambda n: str(n) if n else "")
    return pd.DataFrame(columns)


def _between(table: "pd.DataFrame", low: str, high: str) -> list[str]:
    ends = zip(table[low], table[high], strict=True)
    return ["" if math.isnan(a) else f"{_short(a)} to {_short(b)}" for a, b in ends]


def _short(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.4g}"
    return str(value)


def _percent(level: float) -> str:
    return f"{100 * level:g} %"


def _escaped(text: str) -> str:
    import pandas as pd

    # The escapes of a table's own cells, for its caption too.
    cell = pd.DataFrame([[text]]).style.format(escape="latex").hide(axis="index")
    shown = cell.hide(axis="columns").to_latex()
    return shown.split("\n")[1].removesuffix(r"\\").strip()
