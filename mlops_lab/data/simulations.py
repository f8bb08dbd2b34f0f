"""Simulated data that is shipped: the table, and the truth that made it."""

from pathlib import Path

import pandas as pd

from mlops_lab.data.cards import Card
from mlops_lab.data.dataset import Dataset
from mlops_lab.data.errors import DataError
from mlops_lab.data.formats import read_table

__all__ = ["load_simulation"]

_ENDINGS = (".csv", ".csv.gz")


def load_simulation(card: Card, folder: Path) -> Dataset:
    """Read a simulation's files.

    Parameters
    ----------
    card : Card
        A card of kind simulation.
    folder : Path
        Holds the table, ``<name>.csv`` or ``<name>.csv.gz``; every other CSV file there is a
        table of the ground truth, named by its file. Where the card has `truth`, it must list
        them all.

    Returns
    -------
    Dataset
        Not yet held against the card.

    Raises
    ------
    DataError
        The table is not there, or the card's `truth` names other tables than the folder has.
    DamageError
        A file cannot be read.
    """
    tables = {_stem(path): path for path in sorted(folder.iterdir()) if _stem(path)}
    main = tables.pop(card.name, None)
    if main is None:
        made = f"run {folder / card.script}" if card.script else "restore it"
        raise DataError(
            f"{folder} has neither {card.name}.csv nor {card.name}.csv.gz; {made} to have it."
        )
    if card.truth and (differing := card.truth.keys() ^ tables.keys()):
        raise DataError(
            f"{folder / 'README.md'}, key `truth`: the card and the folder differ on "
            f"{', '.join(sorted(differing))}; name each table of truth that is there."
        )
    truth: dict[str, pd.DataFrame] = {key: read_table(path, {}) for key, path in tables.items()}
    return Dataset(card, read_table(main, card.columns), truth=truth)


def _stem(path: Path) -> str:
    ending = next((ending for ending in _ENDINGS if path.name.endswith(ending)), None)
    return "" if ending is None else path.name.removesuffix(ending)
