"""Learning curves: fit one to a pilot, extend it, ask how far to trust it."""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Backtest", "Curve", "Forecast", "backtest", "fit_curve", "forecast", "labels_for"]

Floats: TypeAlias = NDArray[np.float64]
_LOWER, _UPPER = (0.0, 0.0, 0.05), (1.0, 50.0, 2.0)
_LEAST_NOISE = 0.002  # a size whose repeats happen to agree must not outvote all others


@dataclass(frozen=True)
class Curve:
    """An inverse power law: the error at n examples is floor + scale * n ** -rate.

    Attributes
    ----------
    floor : float, 0 to 1
        The error that no number of examples removes.
    scale : float, 0 to 50
    rate : float, 0.05 to 2
        How fast examples help.
    """

    floor: float
    scale: float
    rate: float

    def error(self, n: ArrayLike) -> Floats:
        """Return the share of errors at n examples; n of any shape, above 0."""
        return self.floor + self.scale * np.asarray(n, dtype=float) ** -self.rate


@dataclass(frozen=True)
class Forecast:
    """The accuracy to expect at a size, with the interval it is known to.

    `size` counts training examples; accuracy, low and high are shares; `curve` is the fit.
    """

    size: int
    accuracy: float
    low: float
    high: float
    curve: Curve


@dataclass(frozen=True)
class Backtest:
    """How well the sizes `fitted_up_to` foretold the accuracy measured at `size`.

    `foretold`, `measured` and `tolerance`, the gap that is still right, are shares, 0 to 1.
    """

    fitted_up_to: int
    size: int
    foretold: float
    measured: float
    tolerance: float

    @property
    def gap(self) -> float:
        """Foretold minus measured accuracy: above 0 means that the fit hoped for too much."""
        return self.foretold - self.measured

    @property
    def rings(self) -> bool:
        """Whether the gap, either way, is wider than the tolerance."""
        return abs(self.gap) > self.tolerance


def fit_curve(sizes: ArrayLike, errors: ArrayLike) -> Curve:
    """Fit an inverse power law by weighted least squares, within bounds.

    Each size counts by the standard error of its mean. Constant errors give that constant. The
    fit can only fall or stay: see `backtest`. The law is of Cortes and others (1994).

    Parameters
    ----------
    sizes : array of shape (k,), k at least 4, rising, above 0
        Numbers of training examples.
    errors : array of shape (repeats, k), 0 to 1, at least two repeats
        The share of errors of each repeat at each size.

    Raises
    ------
    ValueError
        For fewer than four sizes, sizes that do not rise, fewer than two repeats, a wrong shape,
        or an error outside 0 to 1.

    Examples
    --------
    >>> sizes = [25, 50, 100, 200]
    >>> exact = [0.02 + 2 / n for n in sizes]
    >>> curve = fit_curve(sizes, [exact, exact])
    >>> round(float(curve.error(1000)), 4)
    0.022
    """
    from scipy.optimize import curve_fit

    n, share = _checked(sizes, errors)
    mean = share.mean(axis=0)
    noise = np.maximum(share.std(axis=0, ddof=1) / len(share) ** 0.5, _LEAST_NOISE)
    start = (0.5 * mean.min(), mean[0] * n[0] ** 0.5, 0.5)
    start = tuple(np.clip(start, np.array(_LOWER) + 1e-6, np.array(_UPPER) - 1e-6))
    found, _ = curve_fit(
        lambda x, floor, scale, rate: floor + scale * x**-rate,
        n, mean, p0=start, sigma=noise, bounds=(_LOWER, _UPPER), x_scale=(0.01, 1, 0.1),
        max_nfev=5000,
    )  # fmt: skip
    return Curve(*map(float, found))


def _checked(sizes: ArrayLike, errors: ArrayLike) -> tuple[Floats, Floats]:
    n, share = np.asarray(sizes, dtype=float), np.asarray(errors, dtype=float)
    if n.ndim != 1 or len(n) < 4 or not (n > 0).all() or not (np.diff(n) > 0).all():
        raise ValueError(f"sizes must be four or more, above 0 and rising; got {n.tolist()}")
    if share.ndim != 2 or share.shape[1] != len(n) or len(share) < 2:
        raise ValueError(
            f"errors must have two repeats or more of {len(n)} sizes; got the shape {share.shape}"
        )
    if not ((share >= 0) & (share <= 1)).all():
        raise ValueError(
            f"errors are shares from 0 to 1; got {share.min()} to {share.max()} "
            "(give shares of errors, not percent, and no missing values)"
        )
    return n, share


def forecast(
    sizes: ArrayLike,
    errors: ArrayLike,
    size: int,
    *,
    pilot_rows: int,
    level: float = 0.95,
    draws: int = 200,
    seed: int = 0,
) -> Forecast:
    """Extend a measured curve to a larger size, with an interval.

    The interval has two parts. The curve is fitted again to repeats drawn with replacement, which
    shows how loosely the points hold it. And all repeats share the rows of one pilot, so the
    binomial spread of that many rows is added in squares. Neither part knows of a curve that
    changes its course: see `backtest`.

    Parameters
    ----------
    sizes, errors
        As in `fit_curve`.
    size : int, above 0
        Where to read the curve.
    pilot_rows : int, at least 1
        Labelled rows behind the whole measurement.
    level : float, between 0 and 1
    draws : int, at least 20
    seed : int

    Raises
    ------
    ValueError
        As `fit_curve`, and for a setting out of its range.
    """
    from scipy import stats

    _, share = _checked(sizes, errors)
    if size < 1 or pilot_rows < 1 or draws < 20 or not 0 < level < 1:
        raise ValueError(
            "size and pilot_rows must be at least 1, draws at least 20, level between 0 and 1; "
            f"got {size}, {pilot_rows}, {draws}, {level}"
        )
    curve = fit_curve(sizes, share)
    accuracy = 1 - float(np.clip(curve.error(size), 0, 1))
    rng = np.random.default_rng(seed)
    again = [
        fit_curve(sizes, share[rng.integers(len(share), size=len(share))]).error(size)
        for _ in range(draws)
    ]
    spread = math.hypot(float(np.std(again)), (accuracy * (1 - accuracy) / pilot_rows) ** 0.5)
    half = float(stats.norm.ppf((1 + level) / 2)) * spread
    low, high = max(0.0, accuracy - half), min(1.0, accuracy + half)
    return Forecast(int(size), accuracy, low, high, curve)


def backtest(
    sizes: ArrayLike, errors: ArrayLike, *, ratio: float, tolerance: float = 0.02
) -> Backtest:
    """Foretell the largest measured size from small ones, and hold it against the measurement.

    With a ratio of 2 and sizes up to 400: would those up to 200 have foretold the last one?

    Parameters
    ----------
    sizes, errors
        As in `fit_curve`. At least four sizes must be no larger than the largest over `ratio`.
    ratio : float, above 1
    tolerance : float, above 0
        The gap that is still right, a share of predictions.

    Raises
    ------
    ValueError
        As `fit_curve`, for a setting out of range, and where too few small sizes are left.
    """
    n, share = _checked(sizes, errors)
    if ratio <= 1 or tolerance <= 0:
        raise ValueError(f"ratio must be above 1, tolerance above 0; got {ratio}, {tolerance}")
    small = n <= n[-1] / ratio
    if small.sum() < 4:
        raise ValueError(
            f"a ratio of {ratio:g} leaves {small.sum()} sizes up to {n[-1] / ratio:.0f}; four are "
            "needed, so measure more small sizes or take a smaller ratio"
        )
    curve = fit_curve(n[small], share[:, small])
    foretold = 1 - float(np.clip(curve.error(n[-1]), 0, 1))
    return Backtest(
        int(n[small][-1]), int(n[-1]), foretold, 1 - float(share[:, -1].mean()), tolerance
    )


def labels_for(curve: Curve, error: float) -> float:
    """Return the number of examples at which a curve reaches an error; inf where it never does.

    Parameters
    ----------
    curve : Curve
    error : float, 0 to 1

    Examples
    --------
    >>> round(labels_for(Curve(0.02, 2.0, 1.0), 0.03))
    200
    """
    if not 0 <= error <= 1:
        raise ValueError(f"error is a share from 0 to 1; got {error}")
    if curve.scale == 0:
        return 1.0 if curve.floor <= error else math.inf
    if error <= curve.floor:
        return math.inf
    log_n = math.log(curve.scale / (error - curve.floor)) / curve.rate
    return math.exp(log_n) if log_n < 700 else math.inf
