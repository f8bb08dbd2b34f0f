"""Promotion gates: rules that decide from one test set whether a challenger replaces the champion.

Both models answer the same rows, so only the rows count on which one is right and the other wrong:
`gains`, where the challenger alone is right, and `losses`, where the champion alone is.
"""

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

__all__ = ["RULES", "mcnemar", "promotes", "promotion_rate", "rows_needed"]

Floats = NDArray[np.float64]

RULES = ("higher wins", "a point higher", "McNemar", "not a point worse")
"""The gates that `promotes` knows."""


def mcnemar(gains: ArrayLike, losses: ArrayLike) -> Floats:
    """Return the p-value of McNemar's exact test, one-sided, for a better challenger.

    If both are equally good, each row on which they differ is a gain with a chance of one half, so
    the gains are binomial (McNemar 1947, in the exact form).

    Parameters
    ----------
    gains, losses : arrays of one shape, whole numbers from 0
        Rows that the challenger alone, and the champion alone, has right.

    Returns
    -------
    array of that shape
        The chance of at least so many gains; 1 where no row differs.

    Raises
    ------
    ValueError
        For counts below 0, or that are not whole.

    Examples
    --------
    >>> mcnemar([5, 0, 8], [0, 0, 2]).round(4)
    array([0.0312, 1.    , 0.0547])
    """
    more, less = _counts(gains, losses)
    return np.asarray(stats.binom.sf(more - 1, more + less, 0.5), dtype=np.float64)


def promotes(
    gains: ArrayLike, losses: ArrayLike, n: int, rule: str, *, level: float = 0.05
) -> NDArray[np.bool_]:
    """Say where a gate promotes the challenger.

    Parameters
    ----------
    gains, losses : arrays of one shape
        As of `mcnemar`.
    n : int
        Rows of the test set, those on which both agree included.
    rule : str
        One of `RULES`: a higher accuracy; one that is higher by at least a point; a p-value of
        `mcnemar` of at most `level`; or a lower bound for the difference, at `1 - level` by the
        normal law, above minus one point.
    level : float, between 0 and 1

    Raises
    ------
    ValueError
        For another rule, more counts than rows, or a level out of range.

    Examples
    --------
    >>> [bool(promotes(30, 20, 1000, rule)) for rule in RULES]
    [True, True, False, True]
    """
    more, less = _counts(gains, losses)
    if rule not in RULES:
        raise ValueError(f"the rule is {rule!r}; {', '.join(RULES)} are allowed")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; got {level}")
    if n < 1 or np.max(more + less, initial=0) > n:
        raise ValueError(f"n is {n}; it counts all rows of the test set, from 1")
    if rule == "McNemar":
        return np.asarray(mcnemar(more, less) <= level)
    lead = (more - less) / n
    if rule == "higher wins":
        return np.asarray(lead > 0)
    if rule == "a point higher":
        return np.asarray(100 * (more - less) >= n)
    spread = np.sqrt((more + less) / n - lead**2)
    return np.asarray(lead - NormalDist().inv_cdf(1 - level) * spread / n**0.5 > -0.01)


def rows_needed(
    effect: float, discordance: float, *, power: float = 0.8, level: float = 0.05
) -> int:
    """Return the rows that McNemar's test needs to find a challenger that is truly better.

    By the normal law: ``(z_level sqrt(d) + z_power sqrt(d - e^2))^2 / e^2`` (Connor 1987).

    Parameters
    ----------
    effect : float, above 0
        True accuracy of the challenger minus the champion's.
    discordance : float, from `effect` to 1
        Share of rows on which one of the two is right.
    power, level : float, between 0 and 1
        The chance to find it, and the chance of a promotion where there is no difference.

    Examples
    --------
    >>> rows_needed(0.01, 0.2)
    12364
    """
    if not 0 < effect <= discordance <= 1:
        raise ValueError(
            f"need 0 < effect <= discordance <= 1; got effect {effect}, discordance {discordance}"
        )
    if not (0 < power < 1 and 0 < level < 1):
        raise ValueError(f"power and level must lie between 0 and 1; got {power} and {level}")
    z_level, z_power = (NormalDist().inv_cdf(p) for p in (1 - level, power))
    root = z_level * discordance**0.5 + z_power * (discordance - effect**2) ** 0.5
    return int(np.ceil((root / effect) ** 2))


def promotion_rate(
    effects: ArrayLike,
    discordance: float,
    n: int,
    rule: str,
    *,
    draws: int = 2000,
    level: float = 0.05,
    seed: int | np.random.Generator,
) -> Floats:
    """Return how often a gate promotes challengers whose true difference is known.

    Parameters
    ----------
    effects : array of shape (m,), each at most `discordance` in size
        True accuracy of the challenger minus the champion's.
    discordance : float, above 0, at most 1
    n : int, from 1
        Rows of the test set.
    rule : str
        One of `RULES`.
    draws : int, from 1
        Test sets drawn for each effect.
    level : float
        As of `promotes`.
    seed : int or Generator

    Returns
    -------
    array of shape (m,)
        Shares of `draws`.
    """
    e = np.atleast_1d(np.asarray(effects, dtype=np.float64))
    if e.ndim != 1 or not 0 < discordance <= 1 or not (np.abs(e) <= discordance).all():
        raise ValueError(
            f"effects must be one row, each at most the discordance in size, which lies in 0 to 1; "
            f"got {e} and {discordance}"
        )
    if draws < 1:
        raise ValueError(f"draws is {draws}; at least 1 is needed")
    rng = np.random.default_rng(seed)
    gain, loss = (discordance + e) / 2, (discordance - e) / 2
    chances = np.stack([gain, loss, np.maximum(1 - gain - loss, 0)], axis=-1)
    found = rng.multinomial(n, chances, size=(draws, len(e)))
    return np.asarray(promotes(found[..., 0], found[..., 1], n, rule, level=level).mean(axis=0))


def _counts(gains: ArrayLike, losses: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    both = [np.asarray(one) for one in (gains, losses)]
    for name, one in zip(("gains", "losses"), both, strict=True):
        if not (np.mod(one, 1) == 0).all() or not (one >= 0).all():
            raise ValueError(f"{name} must be whole numbers from 0; got {one.ravel()[:5]}")
    more, less = (one.astype(np.int64) for one in both)
    return more, less
