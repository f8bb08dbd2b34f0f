"""What a sweep has to show in a report: its figures, its comparison, its points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.run import REFUTED
from mlops_lab.workbench.runs.sweeps.figures import alt_text, saved
from mlops_lab.workbench.runs.sweeps.show import Comparison, compare
from mlops_lab.workbench.runs.sweeps.table import COMPLETE, parameters_of, results
from mlops_lab.workbench.runs.sweeps.tables import notes, presented
from mlops_lab.workbench.runs.sweeps.written import figure_names

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Drawn", "Swept", "read_sweeps"]

_MOST = 1000  # points in a page; the table beside it has all


@dataclass(frozen=True)
class Drawn:
    """A figure: the value it shows, the name of its files, what is said of it, and the files."""

    value: str
    stem: str
    alt: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Swept:
    """One sweep.

    Attributes
    ----------
    name, title : str
        What its page is called, unique within the site, and what it is headed with.
    total, failed, refuted : int
        Points, those that did not come to their end, and those with a finding that does not hold.
    figures : list of Drawn
    rows : DataFrame
        Means and differences, as texts; empty when there is nothing to compare.
    notes : list of str
        What these rest on, or why there are none.
    points : DataFrame
        A row a point: its number and state, what varied, what was measured, why it failed. Of
        many the first.
    csv : str
        All of them.
    """

    name: str
    title: str
    total: int
    failed: int
    refuted: int
    figures: list[Drawn]
    rows: "pd.DataFrame"
    notes: list[str]
    points: "pd.DataFrame"
    csv: str = field(repr=False)


def read_sweeps(folder: Path) -> list[Swept]:
    """Read the sweeps of a folder and the folders in it, in the order of their names.

    Parameters
    ----------
    folder : Path
        What ``mlops-lab sweep -o`` named, or one above it.
    """
    tables = sorted(folder.rglob("results.parquet"))
    return [_swept(folder, path.parent) for path in tables if not _hidden(path, folder)]


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _swept(folder: Path, place: Path) -> Swept:
    import pandas as pd

    parts = place.relative_to(folder).parts
    name, title = "_".join(("sweep", *parts)), "/".join(parts) or place.resolve().name
    try:
        table = results(place)
    except RefusedError as error:  # the others are shown all the same
        nothing = pd.DataFrame()
        return Swept(name, title, 0, 0, 0, [], nothing, [str(error).rstrip(".")], nothing, "")
    found, said = _compared(table)
    return Swept(
        name=name,
        title=title,
        total=len(table),
        failed=int((~table["state"].isin(COMPLETE)).sum()),
        refuted=int((table["state"] == REFUTED).sum()),
        figures=_drawn(found) if found else [],
        rows=presented(found) if found else table.iloc[:0, :0],
        notes=said,
        points=_points(table, found),
        csv=table.to_csv(index=False),
    )


def _compared(table: "pd.DataFrame") -> tuple[Comparison | None, list[str]]:
    try:
        found = compare(table)
    except RefusedError as error:  # no point came to its end: the points say why
        return None, [str(error).rstrip(".")]
    return found, notes(found)


def _drawn(found: Comparison) -> list[Drawn]:
    return [
        Drawn(value, stem, alt_text(found, value), saved(found, value))
        for value, stem in figure_names(found).items()
    ]


def _points(table: "pd.DataFrame", found: Comparison | None) -> "pd.DataFrame":
    varied = [name for name in parameters_of(table) if len(table[name].drop_duplicates()) > 1]
    measured = list(found.compared) if found else []
    shown = table[["point", "state", *varied, *measured]].head(_MOST).copy()
    shown["seconds"] = table["seconds"].round(1)
    shown["error"] = table["error"].fillna("").replace("None", "")
    return shown
