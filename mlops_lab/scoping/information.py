"""What it is worth to know more before you choose."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["evpi", "partial_value", "pilot_signal"]


def evpi(worth: ArrayLike) -> float:
    """Return the expected value of perfect information: mean of the best less the best mean.

    Parameters
    ----------
    worth : array of shape (draws, options), finite, at least one of each

    Returns
    -------
    float, 0 or more, in the unit of `worth`. No study of any kind can be worth more.

    Raises
    ------
    ValueError
        For another shape, or values that are not finite.

    Examples
    --------
    >>> evpi([[10, 0], [-4, 0]])
    2.0
    """
    table = _table(worth)
    return float(table.max(axis=1).mean() - table.mean(axis=0).max())


def _table(worth: ArrayLike) -> NDArray[np.float64]:
    table = np.asarray(worth, dtype=float)
    if table.ndim != 2 or not table.size or not np.isfinite(table).all():
        raise ValueError(
            f"worth must be finite, draws by options, one or more of each; got {table.shape}"
        )
    return table


def partial_value(worth: ArrayLike, signal: ArrayLike, *, degree: int = 3) -> float:
    """Return the expected value of seeing a signal before choosing.

    The signal may be an input itself (then this is the EVPPI), or what a study would show (then
    it is the EVSI). Each option's worth is regressed on the signal by a polynomial: the fit is
    what one would expect of the option having seen the signal. The mean of the best fit, less the
    best mean, is the answer (Strong, Oakley and Brennan 2014).

    Parameters
    ----------
    worth : array of shape (draws, options), finite
    signal : array of shape (draws,) or (draws, k), finite
        A constant column tells nothing and is left out.
    degree : int, 1 to 5
        Of the polynomial, cross terms included.

    Returns
    -------
    float, 0 or more. With few draws it is biased upwards: use thousands for each of its terms.

    Raises
    ------
    ValueError
        For shapes that do not match, values that are not finite, another degree, or fewer than
        ten draws for each term.
    """
    table, seen = _table(worth), np.asarray(signal, dtype=float)
    seen = seen[:, None] if seen.ndim == 1 else seen
    if seen.ndim != 2 or len(seen) != len(table) or not np.isfinite(seen).all():
        raise ValueError(
            f"signal must be finite, one row for each of {len(table)} draws; got {seen.shape}"
        )
    if not 1 <= degree <= 5:
        raise ValueError(f"degree must lie between 1 and 5; got {degree}")
    terms = _terms(seen[:, np.ptp(seen, axis=0) > 0], degree)
    if len(table) < 10 * terms.shape[1]:
        raise ValueError(f"{terms.shape[1]} terms need ten draws each; got {len(table)}")
    fitted = terms @ np.linalg.lstsq(terms, table, rcond=None)[0]
    return max(0.0, float(fitted.max(axis=1).mean() - fitted.mean(axis=0).max()))


def _terms(seen: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    """Return all products of standardized columns up to a degree, the constant first."""
    from itertools import combinations_with_replacement

    scaled = (seen - seen.mean(axis=0)) / seen.std(axis=0)
    columns = [np.ones(len(seen))]
    for d in range(1, degree + 1):
        chosen = combinations_with_replacement(range(seen.shape[1]), d)
        columns += [np.prod(scaled[:, one], axis=1) for one in chosen]
    return np.column_stack(columns)


def pilot_signal(draws: pd.DataFrame, labels: int, seed: int) -> pd.DataFrame:
    """Simulate what a pilot of so many labelled decisions would show, for each draw of the world.

    Positives come at the base rate, the model flags them at its recall, and negatives at its
    false-alarm rate: three binomials.

    Parameters
    ----------
    draws : DataFrame with base_rate, recall and false_alarm_rate, shares from 0 to 1
    labels : int, 0 or more
        Decisions drawn at random, labelled, and held against a first model.
    seed : int

    Returns
    -------
    DataFrame, a row a draw: `base_rate`, `recall` and `false_alarm_rate` as the pilot estimates
    them, each with one imagined success and failure added, so that none is ever 0 / 0.

    Raises
    ------
    ValueError
        For a negative number of labels, or a column that is missing.
    """
    lacking = {"base_rate", "recall", "false_alarm_rate"} - set(draws.columns)
    if labels < 0 or lacking:
        raise ValueError(f"labels must be 0 or more, got {labels}; lacking: {sorted(lacking)}")
    rng = np.random.default_rng(seed)
    positives = rng.binomial(labels, draws["base_rate"])
    caught = rng.binomial(positives, draws["recall"])
    false = rng.binomial(labels - positives, draws["false_alarm_rate"])
    return pd.DataFrame(
        {
            "base_rate": (positives + 1) / (labels + 2),
            "recall": (caught + 1) / (positives + 2),
            "false_alarm_rate": (false + 1) / (labels - positives + 2),
        },
        index=draws.index,
    )
