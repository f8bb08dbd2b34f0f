"""How far a batch lies from the data that it should look like."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mlops_lab.validation.skew import largest_gap, shares_of

__all__ = ["Reference"]

Floats = NDArray[np.float64]
_BINS = 30


@dataclass(frozen=True)
class Reference:
    """Data of days that were good, against which batches are held. Make one with `of`.

    Attributes
    ----------
    numbers, categories : sequence of str
        The columns that are compared.
    frame : DataFrame
        The data.
    edges, below : dict of str to array
        For each number the bounds of about 30 bins with as many values each, and the shares of the
        data up to each of them.
    shares : dict of str to dict
        For each category column the share of each category.
    """

    numbers: Sequence[str]
    categories: Sequence[str]
    frame: pd.DataFrame
    edges: dict[str, Floats]
    below: dict[str, Floats]
    shares: dict[str, dict[Hashable, float]]
    _sliced: dict[tuple[str, str], dict[str, Floats]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls, frame: pd.DataFrame, numbers: Sequence[str], categories: Sequence[str]
    ) -> "Reference":
        """Take the bins of a frame.

        Raises
        ------
        ValueError
            For a column that is not there, or one without a single value.
        """
        if absent := [name for name in (*numbers, *categories) if name not in frame]:
            raise ValueError(
                f"no column {', '.join(absent)}; there are {', '.join(map(str, frame))}"
            )
        if empty := [name for name in numbers if not frame[name].notna().any()]:
            raise ValueError(f"{', '.join(empty)}: all values are missing")
        shares = np.arange(1, _BINS) / _BINS
        edges = {name: np.unique(np.nanquantile(frame[name], shares)) for name in numbers}
        below = {name: _below(edges[name], _numbers(frame[name])) for name in numbers}
        kinds = {name: shares_of(frame[name]) for name in categories}
        return cls(numbers, categories, frame, edges, below, kinds)

    def statistics(self, batch: pd.DataFrame, *, rows: Sequence[str] = ()) -> dict[str, float]:
        """Compare all of a batch.

        Parameters
        ----------
        batch : DataFrame
            With the columns of the reference. Numbers that came as text are compared as missing.
        rows : sequence of str
            The columns that make a row the same as another; without any, repeats are not counted.

        Returns
        -------
        dict
            For each number ``ks``, ``missing`` and ``commonest`` (the share of its commonest
            value), for each category ``linf``, such as ``"weight ks"``; and ``"repeated"``, the
            share of rows that were there before.
        """
        found = dict[str, float]()
        for name in self.numbers:
            values = _numbers(batch[name])
            found[f"{name} ks"] = _apart(self.below[name], _below(self.edges[name], values))
            there = values[~np.isnan(values)]
            found[f"{name} missing"] = 1 - len(there) / len(batch)
            _, counts = np.unique(there, return_counts=True)
            found[f"{name} commonest"] = float(counts.max(initial=0) / len(batch))
        for name in self.categories:
            found[f"{name} linf"] = largest_gap(self.shares[name], shares_of(batch[name]))
        if rows:
            found["repeated"] = float(batch.duplicated(subset=list(rows)).mean())
        return found

    def slices(self, batch: pd.DataFrame, by: str, numbers: Sequence[str]) -> dict[str, float]:
        """Compare each group of a batch with the same group of the reference.

        Parameters
        ----------
        batch : DataFrame
        by : str
            The column that names the groups.
        numbers : sequence of str
            Of the reference's.

        Returns
        -------
        dict
            The KS distance times the root of the group's rows, so that small groups and large
            ones can be held against one limit; such as ``"weight ks in quarry"``.
        """
        found = dict[str, float]()
        groups = batch.groupby(by, observed=True).indices
        for name in numbers:
            ours, values = self._of_groups(by, name), _numbers(batch[name])
            for group, rows in groups.items():
                if str(group) not in ours:
                    continue  # a new group is a matter of the categories
                far = _apart(ours[str(group)], _below(self.edges[name], values[rows]))
                found[f"{name} ks in {group!s}"] = far * float(np.sqrt(len(rows)))
        return found

    def _of_groups(self, by: str, name: str) -> dict[str, Floats]:
        """Return shares up to each edge in each group; of all batches the same, so taken once."""
        if (by, name) not in self._sliced:
            values = _numbers(self.frame[name])
            groups = self.frame.groupby(by, observed=True).indices
            self._sliced[by, name] = {
                str(group): _below(self.edges[name], values[rows]) for group, rows in groups.items()
            }
        return self._sliced[by, name]


def _numbers(column: "pd.Series[Any]") -> Floats:
    """Return a column's numbers, NaN for what is none."""
    return pd.to_numeric(column, errors="coerce").to_numpy(float)


def _below(edges: Floats, values: Floats) -> Floats:
    """Return the share of values up to each edge; NaN where there is no value."""
    there = np.sort(values[~np.isnan(values)])
    if not len(there):
        return np.full(len(edges), np.nan)
    return np.searchsorted(there, edges, "right") / len(there)


def _apart(one: Floats, other: Floats) -> float:
    """Return the largest difference of shares; 1 where nothing can be compared."""
    far = float(np.abs(one - other).max())
    return 1.0 if np.isnan(far) else far
