"""Simulated data that is shipped: the table, its arrays, and the truth that made it."""

from pathlib import Path

import pandas as pd

from mlops_lab.data.cards import Card
from mlops_lab.data.dataset import Dataset
from mlops_lab.data.errors import DataError
from mlops_lab.data.formats import read_npz, read_table

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
        them all. Where the card has `arrays`, they are in ``<name>.npz``.

    Returns
    -------
    Dataset
        Not yet held against the card.

    Raises
    ------
    DataError
        The table or the arrays are not there, or the card's `truth` names other tables than the
        folder has.
    DamageError
        A file cannot be read.
    """
    tables = {_stem(path): path for path in sorted(folder.iterdir()) if _stem(path)}
    main, images = tables.pop(card.name, None), folder / f"{card.name}.npz"
    made = f"run {folder / card.script}" if card.script else "restore it"
    if main is None:
        raise DataError(
            f"{folder} has neither {card.name}.csv nor {card.name}.csv.gz; {made} to have it."
        )
    if card.arrays and not images.is_file():
        raise DataError(f"{folder} has no {images.name}, which its card names; {made} to have it.")
    if card.truth and (differing := card.truth.keys() ^ tables.keys()):
        raise DataError(
            f"{folder / 'README.md'}, key `truth`: the card and the folder differ on "
            f"{', '.join(sorted(differing))}; name each table of truth that is there."
        )
    truth: dict[str, pd.DataFrame] = {key: read_table(path, {}) for key, path in tables.items()}
    arrays = read_npz(images) if card.arrays else {}
    return Dataset(card, read_table(main, card.columns), arrays, truth)


def _stem(path: Path) -> str:
    ending = next((ending for ending in _ENDINGS if path.name.endswith(ending)), None)
    return "" if ending is None else path.name.removesuffix(ending)
