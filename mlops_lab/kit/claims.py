"""Where a lesson's claims hold, as one picture of the table that its claims were tried with."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.data.folders import shipped_folder
from mlops_lab.kit.output import show_data
from mlops_lab.kit.style import PALETTE, show

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["claims", "read_claims"]

_ENDING = ".claims.csv"
_COLUMNS = {"finding", "data", "parameter", "value", "default", "runs", "held"}
_LOOKS = (("blue", "o"), ("orange", "s"), ("green", "^"), ("violet", "D"))  # of data sets, in order
_ROW, _COLUMN = 0.36, 0.45  # inches
_WIDEST = 46  # characters of a claim in a line


def claims(lesson: str) -> None:
    """Show where a lesson's claims hold: a row a claim, a column a value, filled where it held.

    Each value of each parameter was run by itself, on several seeds and each data set, before the
    lesson was stored; nothing is run now.

    Parameters
    ----------
    lesson : str
        A lesson's id, such as ``"4.5"``, or the path of a table that ``mlops-lab claims`` wrote,
        which ends in ``.claims.csv``.

    Raises
    ------
    ValueError
        There is no such lesson, or the file is no table of claims.
    """
    file = Path(lesson) if lesson.endswith(_ENDING) else _of_lesson(lesson)
    if not file.is_file():
        told = f"The ranges of these claims have not been tried yet: mlops-lab claims {lesson}"
        show_data({"text/plain": told})
        return
    table = read_claims(file)
    show(_figure(table), alt=_alt(table))


def _of_lesson(lesson: str) -> Path:
    folder = shipped_folder("notebooks")
    found = {} if folder is None else {_id(path): path for path in sorted(folder.glob("*/*.ipynb"))}
    if lesson not in found:
        known = ", ".join(name for name in found if name)
        raise ValueError(f"lesson must be the id of a lesson or a table; got {lesson!r} of {known}")
    return found[lesson].with_suffix(_ENDING)


def _id(notebook: Path) -> str:
    course, number = notebook.parent.name.partition("_")[0], notebook.stem.partition("_")[0]
    plain = course.isdecimal() and number.isdecimal() and not notebook.stem.endswith("_assignment")
    return f"{int(course)}.{int(number)}" if plain else ""


def read_claims(file: Path) -> "pd.DataFrame":
    """Read a table that ``mlops-lab claims`` wrote, with its values as text.

    Raises
    ------
    ValueError
        The file is no table of claims.
    """
    import pandas as pd

    text = dict.fromkeys(("finding", "data", "parameter", "value"), str)
    try:
        table = pd.read_csv(file, dtype=text, keep_default_na=False)
    except ValueError as error:
        raise ValueError(f"{file} is no table of claims: {error}") from error
    if table.empty or not set(table.columns) >= _COLUMNS:
        raise ValueError(f"{file} is no table of claims: it needs rows with {sorted(_COLUMNS)}")
    return table


def _figure(table: "pd.DataFrame") -> "Figure":
    import matplotlib.pyplot as plt

    parameters = {str(name): part for name, part in table.groupby("parameter", sort=False)}
    widths = [part["value"].nunique() for part in parameters.values()]
    findings = table["finding"].nunique()
    sets = table["data"].nunique()
    height = 1.5 + findings * _ROW * (0.6 + 0.4 * sets)
    fig, axes = plt.subplots(
        1, len(widths), sharey=True, squeeze=False, width_ratios=widths,
        figsize=(3.6 + _COLUMN * (sum(widths) + len(widths)), height),
    )  # fmt: skip
    for ax, (name, part) in zip(axes[0], parameters.items(), strict=True):
        _panel(ax, name, part)
    names = [_wrapped(str(name)) for name in table["finding"].unique()]
    axes[0][0].set_yticks(range(findings), names)
    axes[0][0].set_ylim(findings - 0.5, -0.5)
    fig.suptitle(_title(table), weight="bold", x=0.01, ha="left")
    fig.supxlabel(_key(table), fontsize="small")
    return fig


def _panel(ax: "Axes", name: str, part: "pd.DataFrame") -> None:
    values = list(part["value"].unique())
    rows = list(part["finding"].unique())
    sets = list(part["data"].unique())
    for i, (data, (color, marker)) in enumerate(zip(sets, _LOOKS, strict=False)):
        some = part[part["data"] == data]
        x = [values.index(value) for value in some["value"]]
        shift = 0.36 * (i - (len(sets) - 1) / 2) if len(sets) > 1 else 0.0
        y = [rows.index(finding) + shift for finding in some["finding"]]
        for left, top, share in zip(x, y, some["held"] / some["runs"], strict=True):
            _mark(ax, left, top, float(share), PALETTE[color], marker)
    chosen = part.loc[part["default"].astype(str) == "True", "value"].iloc[0]
    ax.axvspan(values.index(chosen) - 0.5, values.index(chosen) + 0.5, color=PALETTE["pale"], lw=0)
    ax.set_xticks(range(len(values)), values, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_title(name.replace("_", " "), fontsize=9.5)
    ax.set_xlim(-0.6, len(values) - 0.4)
    ax.tick_params(labelsize=8.5, length=0)
    ax.grid(visible=False)


def _mark(ax: "Axes", x: float, y: float, share: float, color: str, marker: str) -> None:
    fill = "full" if share == 1 else "left" if share > 0 else "none"
    ax.plot(
        [x], [y], marker=marker, ms=8, fillstyle=fill, color=color,
        markerfacecoloralt="white", mew=1.4, ls="",
    )  # fmt: skip


def _wrapped(name: str) -> str:
    from textwrap import fill

    return fill(name, _WIDEST)


def _turning(table: "pd.DataFrame") -> "pd.DataFrame":
    return table[table["held"] < table["runs"]]


def _title(table: "pd.DataFrame") -> str:
    number, turned = table["finding"].nunique(), _turning(table)["finding"].nunique()
    return f"{number - turned} of {number} claims hold at every value tried"


def _key(table: "pd.DataFrame") -> str:
    shapes = {"o": "circles", "s": "squares", "^": "triangles", "D": "diamonds"}
    sets = [name for name in table["data"].unique() if name]
    looks = [
        f"{color} {shapes[marker]}: {name}"
        for name, (color, marker) in zip(sets, _LOOKS, strict=False)
    ]
    runs = int(table["runs"].max())
    held = f"filled: held in all {runs} runs; half: in some; hollow: in none; grey: the default"
    return "\n".join([held, *(["; ".join(looks)] if len(sets) > 1 else [])])


def _alt(table: "pd.DataFrame") -> str:
    turned = _turning(table)
    where = [
        f"{finding} turns at {', '.join(dict.fromkeys(_place(row) for _, row in rows.iterrows()))}"
        for finding, rows in turned.groupby("finding", sort=False)
    ]
    return ". ".join([f"A grid of claims by values: {_title(table)}", *where]) + "."


def _place(row: "pd.Series") -> str:
    data = f" on {row['data']}" if row["data"] else ""
    return f"{row['parameter'].replace('_', ' ')} {row['value']}{data}"
