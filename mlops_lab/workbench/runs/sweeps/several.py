"""Several sweeps in one table, so that they can be compared point by point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps.table import COMPLETE, STALE, parameters_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Joined", "joined"]

_COLUMN = "sweep"


@dataclass(frozen=True)
class Joined:
    """Sweeps in one table.

    Attributes
    ----------
    table : DataFrame
        As `results` gives one, with one parameter more, which says whose a point is.
    column : str
        Its name.
    aside : tuple of str
        Parameters in which two points of a pair differ: those that only some sweeps have, and
        those that have one value in each sweep and not the same.
    notes : tuple of str
        What is to be known of these, a sentence without its stop each.
    """

    table: "pd.DataFrame"
    column: str
    aside: tuple[str, ...]
    notes: tuple[str, ...]


def joined(tables: "Mapping[str, pd.DataFrame]") -> Joined:
    """Put sweeps into one table.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Two or more from `results`, by what each is called.

    Raises
    ------
    RefusedError
        When they have no parameter, or no point, in common.
    """
    import pandas as pd

    current = {name: _current(table) for name, table in tables.items()}
    names = list(dict.fromkeys(n for table in tables.values() for n in parameters_of(table)))
    shared = [n for n in names if all(n in parameters_of(table) for table in tables.values())]
    if not shared:
        raise RefusedError(f"{_listed(tables)} have no parameter in common.")
    fixed = [n for n in shared if _differ(current, n)]
    keys = [n for n in shared if n not in fixed]
    _require_common(current, keys)
    column = _COLUMN
    while any(column in table for table in tables.values()):
        column += "_"
    whole = pd.concat([one.assign(**{column: name}) for name, one in current.items()])
    whole = whole.reset_index(drop=True)
    whole.attrs = {"parameters": [*names, column]}
    alone = [n for n in names if n not in shared]
    notes = [*(_told_fixed(current, n) for n in fixed), *(_told_alone(current, n) for n in alone)]
    return Joined(whole, column, (*fixed, *alone), tuple(notes))


def _current(table: "pd.DataFrame") -> "pd.DataFrame":
    fresh = table[~table[STALE]] if STALE in table else table
    return fresh.drop(columns=STALE, errors="ignore")


def _levels(table: "pd.DataFrame", name: str) -> list[object]:
    return list(table[name].drop_duplicates())


def _differ(tables: "Mapping[str, pd.DataFrame]", name: str) -> bool:
    levels = [_levels(table, name) for table in tables.values()]
    return all(len(one) == 1 for one in levels) and any(one != levels[0] for one in levels)


def _require_common(tables: "Mapping[str, pd.DataFrame]", keys: Sequence[str]) -> None:
    points = [
        {
            tuple(row)
            for row in table.loc[table["state"].isin(COMPLETE), keys].astype(str).to_numpy()
        }
        for table in tables.values()
    ]
    if not set.intersection(*points):
        raise RefusedError(
            f"{_listed(tables)} have no point in common that came to its end: none is alike in "
            f"{', '.join(keys) or 'anything'}."
        )


def _told_fixed(tables: "Mapping[str, pd.DataFrame]", name: str) -> str:
    values = ", ".join(f"{_levels(one, name)[0]} in {whose}" for whose, one in tables.items())
    return f"{name} is {values}"


def _told_alone(tables: "Mapping[str, pd.DataFrame]", name: str) -> str:
    having = {whose: _levels(one, name) for whose, one in tables.items() if name in one}
    varied = any(len(levels) > 1 for levels in having.values())
    return f"only {_listed(having)} has {name}" + (", and is averaged over it" if varied else "")


def _listed(names: Mapping[str, object]) -> str:
    return " and ".join(names)
