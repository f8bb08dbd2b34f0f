"""How far apart two samples are: the statistics behind monitors that see inputs only.

Every distance takes a reference of shape (n, features) and a current sample of shape
(m, features), both with at least two finite rows, and returns one float, larger for more drift.
One that works feature by feature returns that of the feature which moved most.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlops_lab.selection import auc

__all__ = ["DISTANCES", "Distance", "classifier", "ks", "novelty", "psi", "wasserstein"]

Floats = NDArray[np.float64]
Distance = Callable[[Floats, Floats], float]


def ks(reference: Floats, current: Floats) -> float:
    """Two-sample Kolmogorov-Smirnov: the widest gap between distribution functions, 0 to 1.

    Examples
    --------
    >>> ks(np.array([[0.0], [1.0]]), np.array([[2.0], [3.0]]))
    1.0
    """

    def one(a: Floats, b: Floats) -> float:
        at = np.concatenate([a, b])
        below = (np.searchsorted(np.sort(x), at, side="right") / len(x) for x in (a, b))
        return float(np.max(np.abs(next(below) - next(below))))

    return max(one(a, b) for a, b in _columns(reference, current))


def psi(reference: Floats, current: Floats, bins: int = 10) -> float:
    """Return the population stability index over ten bins of equal share, 0 or more.

    Sum over bins of (q - p) * log(q / p), the symmetric Kullback-Leibler divergence of the two
    histograms. A half row is added to every bin that either sample uses, so that an empty one does
    not give infinity. Credit scoring reads 0.1 as "look" and 0.25 as "act" (Lewis 1994). Constant
    columns give 0 as long as they stay the same.
    """
    if bins < 2:
        raise ValueError(f"bins must be 2 or more; got {bins}")

    def one(a: Floats, b: Floats) -> float:
        cuts = np.unique(np.quantile(a, np.linspace(0, 1, bins + 1)[1:-1]))
        if len(cuts) == 1 and cuts[0] == a.min():  # near constant: falling shows as much as rising
            cuts = np.insert(cuts, 0, np.nextafter(cuts[0], -np.inf))
        places = (np.searchsorted(cuts, x) for x in (a, b))
        counts = np.stack([np.bincount(place, minlength=len(cuts) + 1) for place in places])
        half_more = counts[:, counts.any(axis=0)] + 0.5
        p, q = half_more / half_more.sum(axis=1, keepdims=True)
        return float(np.sum((q - p) * np.log(q / p)))

    return max(one(a, b) for a, b in _columns(reference, current))


def wasserstein(reference: Floats, current: Floats) -> float:
    """Wasserstein-1 distance in standard deviations of the reference, 0 or more.

    The mean distance rows would have to travel. It has no upper limit, so one column with a heavy
    tail can drown the others. Columns constant in the reference count in their own unit.

    Examples
    --------
    >>> wasserstein(np.array([[0.0], [2.0]]), np.array([[1.0], [3.0]]))
    1.0
    """

    def one(a: Floats, b: Floats) -> float:
        return float(stats.wasserstein_distance(a, b)) / _spread(a)

    return max(one(a, b) for a, b in _columns(reference, current))


def classifier(reference: Floats, current: Floats) -> float:
    """Classifier two-sample test: how well a small tree tells the samples apart, AUC 0 to 1.

    Out-of-fold over two halves; 0.5 means it cannot (Lopez-Paz and Oquab 2017). It sees changes
    in how features go together, which no feature shows alone.
    """
    from sklearn.tree import DecisionTreeClassifier  # scikit-learn takes a second to import

    _check(reference, current)
    X = np.vstack([reference, current])
    y = np.repeat([0, 1], [len(reference), len(current)])
    tree = DecisionTreeClassifier(
        max_depth=4, min_samples_leaf=max(5, len(current) // 20), random_state=0
    )

    def half(first: int) -> float:
        fitted = tree.fit(X[first::2], y[first::2])
        other = slice(1 - first, None, 2)
        return auc(y[other], fitted.predict_proba(X[other])[:, 1])

    return (half(0) + half(1)) / 2


def novelty(reference: Floats, current: Floats) -> float:
    """Share of current rows further from the reference's centre than 99 % of its own, 0 to 1.

    Distance is Mahalanobis', so features that go together count once. About 0.01 without drift. A
    row is also far where it moves in a way no reference row does, such as in a constant column.
    """
    _check(reference, current)
    scale = np.array([_spread(column) for column in reference.T])
    old, new = ((rows - reference[0]) / scale for rows in (reference, current))
    cov = np.atleast_2d(np.cov(old, rowvar=False))
    inverse = np.linalg.inv(cov + 1e-9 * np.eye(len(cov)))  # finite where the reference is flat

    def far(rows: Floats) -> Floats:
        gap = rows - old.mean(0)
        return np.asarray(np.einsum("ij,jk,ik->i", gap, inverse, gap))

    return float(np.mean(far(new) > np.quantile(far(old), 0.99)))


DISTANCES: dict[str, Distance] = {
    "ks": ks,
    "psi": psi,
    "wasserstein": wasserstein,
    "classifier": classifier,
    "novelty": novelty,
}
"""Each distance by the name it goes by."""


def _spread(column: Floats) -> float:
    """Return the standard deviation, or 1 where the column is constant but for rounding."""
    spread = float(column.std())
    return spread if spread > 1e-12 * np.abs(column).max() else 1.0


def _check(reference: Floats, current: Floats) -> None:
    for name, sample in (("reference", reference), ("current", current)):
        if sample.ndim != 2 or len(sample) < 2 or not sample.shape[1]:
            raise ValueError(
                f"{name} must be (rows, features) with 2 rows and 1 feature or more; "
                f"got {sample.shape}"
            )
        if not np.isfinite(sample).all():
            raise ValueError(f"{name} holds NaN or infinite values; drop or fill those rows first")
    if reference.shape[1] != current.shape[1]:
        raise ValueError(
            f"both samples need the same features; got {reference.shape[1]} and {current.shape[1]}"
        )


def _columns(reference: Floats, current: Floats) -> list[tuple[Floats, Floats]]:
    _check(reference, current)
    return list(zip(reference.T, current.T, strict=True))
