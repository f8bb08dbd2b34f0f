"""What a sample is worth: weighted to the whole, and how easily its rows are recognized."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

__all__ = ["unique_share", "weighted_mean"]


def weighted_mean(
    values: Sequence[float], strata: Sequence[object], shares: Mapping[object, float]
) -> float:
    """Return the mean that a sample would have if its strata were as large as in the whole.

    Parameters
    ----------
    values : sequence of float
        Of each row.
    strata : sequence
        The stratum of each row.
    shares : mapping of stratum to float
        Of the whole; they add up to 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For shares that do not add up to 1, a stratum of the whole without rows (of which nothing
        is known), and a row whose stratum has no share.

    Examples
    --------
    >>> weighted_mean([1, 1, 1, 0], ["app", "app", "app", "none"], {"app": 0.5, "none": 0.5})
    0.5
    """
    if not np.isclose(sum(shares.values()), 1):
        raise ValueError(f"the shares add up to {sum(shares.values()):.4g}, not to 1")
    grouped = pd.Series(list(values), dtype=float).groupby(pd.Series(list(strata))).mean()
    means: dict[object, float] = dict(zip(grouped.index, grouped, strict=True))
    if empty := [one for one, share in shares.items() if share > 0 and one not in means]:
        raise ValueError(f"the sample has no rows of {', '.join(map(str, empty))}")
    if unknown := [one for one in means if one not in shares]:
        raise ValueError(f"no share is given of {', '.join(map(str, unknown))}")
    return float(sum(share * means[one] for one, share in shares.items() if share > 0))


def unique_share(frame: pd.DataFrame, columns: Sequence[str], *, alike: int = 1) -> float:
    """Return the share of rows with which at most `alike` rows, themselves included, agree.

    With 1, the share of rows that somebody who knows these columns finds for certain; with k - 1,
    the share that is not k-anonymous.

    Parameters
    ----------
    frame : DataFrame
    columns : sequence of str
    alike : int, 1 or more

    References
    ----------
    Sweeney, "k-anonymity: a model for protecting privacy", 2002,
    https://doi.org/10.1142/S0218488502001648.

    Examples
    --------
    >>> unique_share(pd.DataFrame({"age": [30, 30, 41]}), ["age"])
    0.3333333333333333
    """
    if alike < 1:
        raise ValueError(f"alike must be 1 or more, not {alike}")
    sizes = frame.groupby(list(columns), dropna=False, observed=True)[columns[0]].transform("size")
    return float((sizes <= alike).mean())
