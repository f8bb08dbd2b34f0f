"""How much of the best score of many is luck, and which runs are as good as the best."""

from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

__all__ = ["best_of", "corrected", "simulate", "tied"]

Floats = NDArray[np.float64]


def best_of(scores: ArrayLike, n: int) -> Floats:
    """Return the chance of each run to have the best score among n runs drawn without repeats.

    A run wins if all others drawn score less; of equal ones, the first wins. The run of rank r
    wins in ``C(N - r, n - 1)`` of the ``C(N, n)`` draws (arithmetic of combinations).

    Parameters
    ----------
    scores : array of shape (N,)
    n : int, 1 to N

    Returns
    -------
    array of shape (N,)
        Sums to 1. Its dot product with any measure of the runs is the winner's expected one.

    Examples
    --------
    >>> best_of([0.7, 0.9, 0.8], 2).round(2)
    array([0.  , 0.67, 0.33])
    """
    values = np.asarray(scores, dtype=float)
    count = len(values)
    if not 1 <= n <= count:
        raise ValueError(f"n is {n}; of {count} runs, 1 to {count} can be drawn")
    order = np.argsort(-values, kind="stable")
    chances = np.zeros(count)
    chances[order] = [comb(count - rank, n - 1) / comb(count, n) for rank in range(1, count + 1)]
    return chances


def tied(correct: ArrayLike, level: float = 0.95) -> NDArray[np.bool_]:
    """Say which runs cannot be told from the best one on the rows that both were scored on.

    Each run is compared with the best by the mean of their differences, row by row, with a normal
    interval: a run is tied if the interval does not lie above zero. The best was chosen on the
    same rows, so its lead is flattered: runs that are left out may still be as good.

    Parameters
    ----------
    correct : array of shape (runs, rows)
        What each run scores on each row, such as right or wrong.
    level : float, 0 to 1
        Coverage of each interval.

    Returns
    -------
    array of shape (runs,)
        True for the best itself.
    """
    values = _board(correct)
    best = int(np.argmax(values.mean(axis=1)))
    gaps = values[best] - values
    spread = gaps.std(axis=1, ddof=1) / values.shape[1] ** 0.5
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; got {level}")
    reach = float(stats.norm.ppf((1 + level) / 2))
    return np.asarray(gaps.mean(axis=1) - reach * spread <= 0)


def corrected(correct: ArrayLike, *, seed: int, draws: int = 200) -> float:
    """Estimate the best run's score on fresh rows by the bootstrap.

    Rows are drawn again with repeats; the winner's score on the drawn rows, less the same run's
    score on all rows, is one draw of the optimism (Efron 1983). The best score less the mean of
    these is the estimate. Where all runs are equally good it takes off about two thirds of what it
    should; where they truly differ, nearly all.

    Parameters
    ----------
    correct : array of shape (runs, rows)
    seed : int
    draws : int, at least 1
    """
    values = _board(correct)
    if draws < 1:
        raise ValueError(f"draws is {draws}; at least 1 is needed")
    rows = values.shape[1]
    counts = np.random.default_rng(seed).multinomial(rows, np.full(rows, 1 / rows), size=draws)
    again = values @ counts.T / rows  # runs by draws
    winners = again.argmax(axis=0)
    scores = values.mean(axis=1)
    optimism = again[winners, np.arange(draws)] - scores[winners]
    return float(scores.max() - optimism.mean())


def simulate(
    runs: int,
    rows: int,
    spread: float,
    *,
    disagreement: float = 0.2,
    draws: int = 400,
    seed: int = 0,
) -> tuple[Floats, Floats]:
    """Draw leaderboards: what each run would score on endless rows, and on a few.

    True scores are normal around 0 with standard deviation `spread`. Two runs that are scored on
    the same rows differ by luck only where one is right and the other wrong: a share
    `disagreement` of the rows, so each run's own part has the variance
    ``disagreement / (2 * rows)``. What all runs share moves the board as a whole, and is left out.

    Parameters
    ----------
    runs, rows, draws : int, at least 1
    spread : float, at least 0
        In accuracy, 0 to 1.
    disagreement : float, 0 to 1
    seed : int

    Returns
    -------
    true, measured : arrays of shape (draws, runs)
    """
    for name, number in (("runs", runs), ("rows", rows), ("draws", draws)):
        if number < 1:
            raise ValueError(f"{name} is {number}; at least 1 is needed")
    if spread < 0 or not 0 <= disagreement <= 1:
        raise ValueError(
            f"spread is {spread} and disagreement {disagreement}; "
            "at least 0, and 0 to 1, are allowed"
        )
    rng = np.random.default_rng(seed)
    true = spread * rng.standard_normal((draws, runs))
    luck = (disagreement / (2 * rows)) ** 0.5 * rng.standard_normal((draws, runs))
    return true, true + luck


def _board(correct: ArrayLike) -> Floats:
    values = np.asarray(correct, dtype=float)
    if values.ndim != 2 or values.shape[0] < 1 or values.shape[1] < 2:
        raise ValueError(f"need runs by rows, at least 1 by 2; got the shape {values.shape}")
    return values
