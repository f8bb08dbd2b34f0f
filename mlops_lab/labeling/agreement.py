"""How far people agree, and how far beyond what luck alone would give.

Labels are whole numbers from 0; `MISSING` (-1) marks a rating that was not given. Kappas and alpha
are 1 for full agreement and 0 for what luck gives; below 0 people agree less often than by luck.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["MISSING", "cohen", "count_ratings", "draw_ratings", "fleiss", "krippendorff", "percent"]

MISSING = -1
"""The label that stands for "not rated"."""

Ints = NDArray[np.int64]


def count_ratings(ratings: ArrayLike, classes: int | None = None) -> Ints:
    """Count, for each item, how many people gave each label.

    Parameters
    ----------
    ratings : array of shape (items, raters)
        Labels 0 to classes - 1, or `MISSING`.
    classes : int, optional
        How many labels there are; the largest label plus one if left out.

    Returns
    -------
    Array of shape (items, classes); a row of zeros for an item that nobody rated.

    Raises
    ------
    ValueError
        For ratings of another shape, without any label, not whole, or out of range.

    Examples
    --------
    >>> count_ratings([[0, 0, 1], [1, -1, 1]]).tolist()
    [[2, 1], [0, 2]]
    """
    table = _labels(ratings, "ratings", dimensions=2)
    if classes is None and not (table >= 0).any():
        raise ValueError("ratings hold no label at all; say how many classes there are")
    k = int(table.max()) + 1 if classes is None else classes
    if k < 1:
        raise ValueError(f"classes must be 1 or more; got {k}")
    if table.max() >= k:
        raise ValueError(f"labels must be 0 to classes - 1 ({k - 1}); got {int(table.max())}")
    return np.stack([(table == label).sum(axis=1) for label in range(k)], axis=1)


def draw_ratings(counts: ArrayLike, k: int, seed: int) -> Ints:
    """Draw k of the ratings of each item, without putting any back.

    What is left, `counts` less the drawn, are the ratings of other people.

    Parameters
    ----------
    counts : array of shape (items, classes)
        As `count_ratings` gives them.
    k : int, 1 or more
        No more than the item with the fewest ratings has.
    seed : int

    Returns
    -------
    Counts of shape (items, classes); each row adds up to k.

    Raises
    ------
    ValueError
        For counts as in `percent`, or a k out of range.

    Examples
    --------
    >>> draw_ratings([[4, 0], [0, 3]], 2, seed=0).tolist()
    [[2, 0], [0, 2]]
    """
    table = _counts(counts)
    fewest = int(table.sum(axis=1).min())
    if not 1 <= k <= fewest:
        raise ValueError(f"k must be 1 to {fewest}, the fewest ratings of an item; got {k}")
    rng = np.random.default_rng(seed)
    return np.array([rng.multivariate_hypergeometric(row, k) for row in table])


def percent(counts: ArrayLike) -> float:
    """Share of pairs of people that gave an item the same label, averaged over items, 0 to 1.

    Parameters
    ----------
    counts : array of shape (items, classes)
        As `count_ratings` gives them. Items with fewer than two ratings have no pair and are left
        out.

    Raises
    ------
    ValueError
        For counts of another shape, negative or not whole, or without any pair.

    Examples
    --------
    >>> percent([[2, 0], [1, 1]])
    0.5
    """
    table = _paired_items(counts)
    n = table.sum(axis=1)
    return float(np.mean((table * (table - 1)).sum(axis=1) / (n * (n - 1))))


def cohen(first: ArrayLike, second: ArrayLike) -> float:
    """Cohen's kappa of two people who rated the same items (Cohen 1960).

    (observed - expected) / (1 - expected), where expected is the agreement of two people who label
    at random, each as often as this one uses each label. Items that either did not rate are left
    out. NaN where both gave one and the same label to everything: then luck explains it all, and
    there is nothing beyond it to measure.

    Parameters
    ----------
    first, second : arrays of shape (items,)
        Labels from 0, or `MISSING`.

    Raises
    ------
    ValueError
        For different lengths, labels that are not whole numbers, or no item that both rated.

    Examples
    --------
    >>> cohen([0, 0, 1, 1], [0, 1, 1, 1])
    0.5
    """
    a, b = (_labels(one, "labels", dimensions=1) for one in (first, second))
    if a.shape != b.shape:
        raise ValueError(f"both people must rate the same items; got {len(a)} and {len(b)} labels")
    both = (a != MISSING) & (b != MISSING)
    if not both.any():
        raise ValueError("no item was rated by both people")
    a, b = a[both], b[both]
    k = int(max(a.max(), b.max())) + 1
    p, q = (np.bincount(one, minlength=k) / len(one) for one in (a, b))
    return _beyond_luck(float(np.mean(a == b)), float(p @ q))


def fleiss(counts: ArrayLike) -> float:
    """Fleiss' kappa of many people, the same number for each item (Fleiss 1971).

    The people need not be the same ones. Expected is the agreement of two draws from all ratings
    together. NaN where every rating is the same label.

    Parameters
    ----------
    counts : array of shape (items, classes)
        As `count_ratings` gives them.

    Raises
    ------
    ValueError
        As `percent` does, and where items have different numbers of ratings: use `krippendorff`.

    Examples
    --------
    >>> round(fleiss([[3, 0], [0, 3], [2, 1]]), 3)
    0.55
    """
    table = _counts(counts)
    n = table.sum(axis=1)
    if n.min() != n.max():
        raise ValueError(
            f"Fleiss' kappa needs equally many ratings for each item; got {n.min()} to {n.max()}. "
            "krippendorff takes any number"
        )
    observed = percent(table)  # first, since it refuses a table without pairs
    shares = table.sum(axis=0) / table.sum()
    return _beyond_luck(observed, float(shares @ shares))


def krippendorff(counts: ArrayLike) -> float:
    """Krippendorff's alpha for labels without order (Krippendorff 2011).

    Takes any number of ratings for each item; those with fewer than two are left out, as nothing
    pairs with them. Each item counts by its number of ratings. Expected is the agreement of two
    ratings drawn without putting the first back. NaN where every rating is the same label.

    Parameters
    ----------
    counts : array of shape (items, classes)
        As `count_ratings` gives them.

    Raises
    ------
    ValueError
        As `percent` does.

    Examples
    --------
    >>> round(krippendorff([[3, 0], [0, 2], [2, 1], [1, 0]]), 3)
    0.533
    """
    table = _paired_items(counts)
    n, totals = table.sum(axis=1), table.sum(axis=0)
    everything = n.sum()
    observed = float(((table * (table - 1)).sum(axis=1) / (n - 1)).sum() / everything)
    expected = float((totals * (totals - 1)).sum() / (everything * (everything - 1)))
    return _beyond_luck(observed, expected)


def _beyond_luck(observed: float, expected: float) -> float:
    if np.isclose(expected, 1.0, rtol=0, atol=1e-12):
        return float("nan")
    return (observed - expected) / (1 - expected)


def _labels(values: ArrayLike, what: str, *, dimensions: int) -> Ints:
    table = np.asarray(values)
    if table.ndim != dimensions or not table.size:
        shape = "(items, raters)" if dimensions == 2 else "(items,)"
        raise ValueError(f"{what} must have the shape {shape}, not empty; got {table.shape}")
    if not np.issubdtype(table.dtype, np.integer) or table.min() < MISSING:
        raise ValueError(
            f"{what} must be whole numbers from 0, or {MISSING} for a missing one; "
            f"got {table.dtype} with {table.flat[:5]}"
        )
    return table.astype(np.int64)


def _counts(values: ArrayLike) -> Ints:
    table = np.asarray(values)
    if table.ndim != 2 or not table.size or table.dtype.kind not in "iuf":
        raise ValueError(
            "counts must be numbers of the shape (items, classes), not empty; "
            f"got {table.dtype} of the shape {table.shape}"
        )
    if not np.isfinite(table).all() or (table < 0).any() or (table != np.floor(table)).any():
        raise ValueError("counts must be whole numbers, 0 or more; look for NaN, shares and signs")
    return table.astype(np.int64)


def _paired_items(values: ArrayLike) -> Ints:
    table = _counts(values)
    paired: Ints = table[table.sum(axis=1) >= 2]
    if not len(paired):
        raise ValueError("no item has two ratings, so nobody can agree; have items rated twice")
    return paired
