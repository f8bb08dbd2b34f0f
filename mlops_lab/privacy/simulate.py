"""People of a town, with what a public register tells of each. None of them is real."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["town"]

FIRST_DAY = np.datetime64("1940-01-01")
DAYS = 80 * 365
"""Birthdays are spread evenly over this many days from the first."""


def town(seed: int, people: int = 20_000, zips: int = 40) -> pd.DataFrame:
    """Draw the people of a town.

    The i-th zip code has a weight of i^-0.7; birthday and sex are uniform.

    Parameters
    ----------
    seed : int
    people : int, at least 1
    zips : int, at least 1
        Zip codes of the town, from 8000 on. Ten that follow each other are an area.

    Returns
    -------
    DataFrame
        A row for each person, in no order: `person`, a number; `zip` and `area`; `date`, `month`,
        `year` and `decade` of birth, as the numbers 19570314, 195703, 1957 and 195; `sex`, F or M.

    Raises
    ------
    ValueError
        For a number below 1.

    Examples
    --------
    >>> list(town(0, 3).columns)
    ['person', 'zip', 'area', 'date', 'month', 'year', 'decade', 'sex']
    """
    if people < 1 or zips < 1:
        raise ValueError(f"need a person and a zip code or more; got {people} and {zips}")
    rng = np.random.default_rng(seed)
    weight = np.arange(1, zips + 1) ** -0.7
    born = pd.to_datetime(FIRST_DAY + rng.integers(0, DAYS, people))
    date = (born.year * 10_000 + born.month * 100 + born.day).to_numpy()
    code = 8000 + rng.choice(zips, people, p=weight / weight.sum())
    return pd.DataFrame(
        {
            "person": np.arange(people),
            "zip": code,
            "area": code // 10,
            "date": date,
            "month": date // 100,
            "year": date // 10_000,
            "decade": date // 100_000,
            "sex": rng.choice(["F", "M"], people),
        }
    )
