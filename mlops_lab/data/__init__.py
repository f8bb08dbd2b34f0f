"""The data sets of the course, each with a card.

Three kinds: real data that scikit-learn ships, simulations with their ground truth, and real
public data that is downloaded on first use to a cache (``MLOPS_LAB_DATA`` names it).

Examples
--------
>>> from mlops_lab.data import load
>>> wine = load("wine")
>>> wine.card.licence, len(wine.frame)
('CC BY 4.0', 178)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_lab.data.cards import Card
    from mlops_lab.data.dataset import Dataset
    from mlops_lab.data.errors import DataError
    from mlops_lab.data.registry import available, card, load

__all__ = ["Card", "DataError", "Dataset", "available", "card", "load"]

# Imported on first use: `mlops-lab --help` passes through here and should not wait for pandas.
_HOMES = {
    "Card": "cards",
    "DataError": "errors",
    "Dataset": "dataset",
    "available": "registry",
    "card": "registry",
    "load": "registry",
}

if not TYPE_CHECKING:  # a checker that saw this would let every misspelt name pass

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
