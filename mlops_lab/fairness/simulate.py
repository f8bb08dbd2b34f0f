"""Applicants for a loan in two groups: what is recorded of them, and what is true."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["applicants", "features"]

Floats = NDArray[np.float64]

DISTRICTS = 8
"""Of these, the last two are where most of group B lives."""


def applicants(
    seed: int,
    rows: int = 6000,
    *,
    share_b: float = 0.2,
    income_gap: float = 0.35,
    years_a: float = 12.0,
    years_b: float = 4.0,
    history_b: float = 0.0,
    proxy: float = 3.0,
    base: float = 1.1,
    income_effect: float = 1.2,
    debt_effect: float = -0.9,
    history_effect: float = 0.12,
    wrong: float = 0.0,
    wrong_by_income: float = 0.0,
) -> pd.DataFrame:
    """Draw applicants of two groups, with the truth about each and what the records say.

    The log-odds of repaying are `base` + `income_effect` income + `debt_effect` debt +
    `history_effect` w (years - `years_a`), where w is 1 in group A and `history_b` in B. The group
    itself has no effect: B differs in income, in its years of credit history, and in what these
    years say. The district has no effect either, but it tells the group.

    Parameters
    ----------
    seed : int
    rows : int, at least 1
    share_b : float, 0 to 1
        Share of group B.
    income_gap : float
        How far B's mean income lies below A's, in the unit of income; the standard deviation within
        a group is 0.8.
    years_a, years_b : float, above 0
        Mean length of the credit history, in years; gamma distributions of shape 4 and 2.
    history_b : float
        What a year of B's history says, as a share of what one of A's says. 0: nothing.
    proxy : float
        Log of how much likelier B is to live in one of the last two districts than in another one.
        0: where B lives says nothing.
    base, income_effect, debt_effect, history_effect : float, in log-odds
    wrong : float, -0.5 to 0.5
        Above 0, the share of B's repaid loans that is recorded as a default; below 0, the share of
        B's defaults that is recorded as repaid.
    wrong_by_income : float
        0 records wrongly at random. Above 0, the lower the income within B, the likelier: the
        chance is twice `wrong` times the logistic function of minus this times (income minus B's
        mean).

    Returns
    -------
    DataFrame of `rows` rows
        `group` ("A" or "B"), `income`, `debt`, `years`, `district` (0 to 7), `chance` of repaying,
        `repaid` (0 or 1, drawn from it) and `recorded` (0 or 1).

    Raises
    ------
    ValueError
        For fewer than one row, or a share, a mean of years or a `wrong` out of range.

    Examples
    --------
    >>> people = applicants(0, 2000, wrong=0.3)
    >>> list(people.columns[-3:]), bool((people["recorded"] <= people["repaid"]).all())
    (['chance', 'repaid', 'recorded'], True)
    """
    if rows < 1 or not 0 <= share_b <= 1 or min(years_a, years_b) <= 0 or not abs(wrong) <= 0.5:
        raise ValueError(
            "need a row or more, share_b from 0 to 1, years above 0 and wrong from -0.5 to 0.5; "
            f"got rows {rows}, share_b {share_b}, years_a {years_a}, years_b {years_b}, "
            f"wrong {wrong}"
        )
    rng = np.random.default_rng(seed)
    in_b = rng.random(rows) < share_b
    income = rng.normal(np.where(in_b, -income_gap, 0.0), 0.8)
    debt = rng.normal(size=rows)
    years = np.where(in_b, rng.gamma(2, years_b / 2, rows), rng.gamma(4, years_a / 4, rows))
    likely = np.where(np.arange(DISTRICTS) < DISTRICTS - 2, 1.0, np.exp(proxy))
    district = np.where(
        in_b,
        rng.choice(DISTRICTS, rows, p=likely / likely.sum()),
        rng.integers(DISTRICTS, size=rows),
    )
    says = history_effect * np.where(in_b, history_b, 1.0) * (years - years_a)
    chance = expit(base + income_effect * income + debt_effect * debt + says)
    repaid = (rng.random(rows) < chance).astype(int)
    missed = 2 * abs(wrong) * expit(-wrong_by_income * (income + income_gap))
    flipped = in_b & (repaid == (wrong > 0)) & (rng.random(rows) < missed)
    return pd.DataFrame(
        {
            "group": np.where(in_b, "B", "A"),
            "income": income,
            "debt": debt,
            "years": years,
            "district": district,
            "chance": chance,
            "repaid": repaid,
            "recorded": np.where(flipped, 1 - repaid, repaid),
        }
    )


def features(people: pd.DataFrame, *, group: bool = False, district: bool = True) -> Floats:
    """Return the columns that a model may see, as numbers.

    Parameters
    ----------
    people : DataFrame as `applicants` gives it
    group : bool
        Whether the model sees the group: one column for B, and one with B's years, so that a year
        may count differently in B.
    district : bool
        Whether it sees the district, as eight columns of 0 and 1.

    Returns
    -------
    array of shape (rows, 3), and 8 columns more with the district, 2 more with the group

    Examples
    --------
    >>> people = applicants(0, 5)
    >>> features(people).shape, features(people, group=True, district=False).shape
    ((5, 11), (5, 5))
    """
    table = people[["income", "debt", "years"]].to_numpy(dtype=float)
    if district:
        table = np.hstack([table, people["district"].to_numpy()[:, None] == np.arange(DISTRICTS)])
    if group:
        in_b = (people["group"] == "B").to_numpy(dtype=float)
        table = np.column_stack([table, in_b, in_b * people["years"]])
    return table
