"""Find data sets by name: list them, read their cards, load them."""

from typing import Literal

from mlops_lab.data.bundled import BUNDLED
from mlops_lab.data.card_file import read_card
from mlops_lab.data.cards import Card
from mlops_lab.data.checks import check_dataset
from mlops_lab.data.dataset import Dataset
from mlops_lab.data.errors import DamageError, DataError, unknown_name
from mlops_lab.data.folders import datasets_folder
from mlops_lab.data.public import PUBLIC, get_public, is_cached, load_public
from mlops_lab.data.simulations import load_simulation

__all__ = ["State", "available", "card", "get", "load", "state"]

State = Literal["shipped", "cached", "to download"]
_CARD = "README.md"


def available() -> list[str]:
    """List the names of all data sets, in alphabetical order.

    Returns
    -------
    list of str
        One for each folder in ``datasets`` that has a card.

    Raises
    ------
    DataError
        The folder ``datasets`` is missing.

    Examples
    --------
    >>> "wine" in available()
    True
    """
    return sorted(path.parent.name for path in datasets_folder().glob(f"*/{_CARD}"))


def card(name: str) -> Card:
    """Read the card of a data set: what it is, where it is from, what is wrong with it.

    Parameters
    ----------
    name : str
        One of `available`.

    Returns
    -------
    Card
        Print it to read it.

    Raises
    ------
    DataError
        There is no such data set, or its card is faulty.

    Examples
    --------
    >>> card("wine").rows
    178
    """
    names = available()
    if name not in names:
        raise unknown_name(name, names)
    found = read_card(datasets_folder() / name / _CARD)
    readers = {"scikit-learn": list(BUNDLED), "public": list(PUBLIC), "simulation": [name]}
    if name not in readers[found.kind]:
        said = f"{found.kind} has readers for {', '.join(readers[found.kind])} only"
        raise DataError(f"{datasets_folder() / name / _CARD}, key `kind`: {said}.")
    return found


def load(name: str) -> Dataset:
    """Load a data set, downloading it the first time where it is public.

    Everything loaded is held against its card: rows, columns, values and ranges.

    Parameters
    ----------
    name : str
        One of `available`.

    Returns
    -------
    Dataset
        The card, the frame, and arrays where the data has them.

    Raises
    ------
    DataError
        There is no such data set, it cannot be downloaded, or it is damaged. The message says
        what to do.

    Examples
    --------
    >>> load("digits").arrays["images"].shape
    (1797, 8, 8)
    """
    found = card(name)
    if found.kind == "public":
        return load_public(found)
    try:
        if found.kind == "simulation":
            data = load_simulation(found, datasets_folder() / name)
        else:
            data = BUNDLED[name](found)
        check_dataset(data, name)
    except DamageError as error:
        remedy = (
            "install scikit-learn again in the version of requirements.lock"
            if found.kind == "scikit-learn"
            else f"restore {datasets_folder() / name} with git, or install mlops-lab again"
        )
        raise DataError(f"{error}; {remedy}.") from error
    return data


def get(name: str) -> bool:
    """Bring a data set to this computer, so that later it loads without a network.

    Parameters
    ----------
    name : str
        One of `available`.

    Returns
    -------
    bool
        True if something was downloaded, False if all was there.

    Raises
    ------
    DataError
        There is no such data set, or it could not be downloaded.
    """
    found = card(name)
    return found.kind == "public" and get_public(found)


def state(found: Card) -> State:
    """Say where a data set is: shipped with the lab, in the cache, or still to download."""
    if found.kind != "public":
        return "shipped"
    return "cached" if is_cached(found) else "to download"
