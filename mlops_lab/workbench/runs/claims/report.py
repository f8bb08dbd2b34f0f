"""A table of claims in words, for the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.claims.make import unneeded

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["report"]


def report(file: Path) -> str:
    """Say of each claim at how many values it held, where it turned, and what no claim needs.

    Parameters
    ----------
    file : Path
        A table that `make_claims` has written.

    Returns
    -------
    str
        A line a claim and a line a value at which it did not hold in every run.
    """
    from mlops_lab.kit.claims import read_claims  # the kit is heavier than a refused run needs

    table = read_claims(file)
    width = max(map(len, table["finding"]), default=0)
    lines = []
    for finding, rows in table.groupby("finding", sort=False):
        turned = rows[rows["held"] < rows["runs"]]
        lines.append(f"{finding:<{width}}  {len(rows) - len(turned)} of {len(rows)} values")
        lines += [f"    {_turn(row)}" for _, row in turned.iterrows()]
    lines += [f"No finding depends on {name}." for name in unneeded(table)]
    return "\n".join([*lines, f"written to {file}"])


def _turn(row: "pd.Series") -> str:
    data = f" on {row['data']}" if row["data"] else ""
    return (
        f"{row['held']} of {row['runs']} runs at {row['parameter']} = {row['value']}{data}, "
        f"measured {_number(row['min'])} to {_number(row['max'])}"
    )


def _number(value: object) -> str:
    # What was never measured stands as no text at all, and makes its column one of texts.
    try:
        return f"{float(str(value)):.4g}"
    except ValueError:
        return "nothing"
