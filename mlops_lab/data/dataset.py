"""A loaded data set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt
import pandas as pd

from mlops_lab.data.cards import Card

__all__ = ["Dataset"]


# Two frames have no single truth of being equal, so neither have two data sets.
@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set with its card; each call of `load` gives a fresh one, yours to change."""

    card: Card
    """What the data is."""
    frame: pd.DataFrame
    """The table, `card.rows` rows. For sets of images: one row an image, its label."""
    arrays: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    """Images and counts by name, in the frame's order; empty for plain tables."""
    truth: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """What a simulation knows and real data would not; empty for real data."""
