"""One label from several people's: by majority, or weighted by how each of them errs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.labeling.agreement import MISSING, count_ratings

__all__ = ["Merged", "dawid_skene", "majority"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Merged:
    """What Dawid and Skene's model believes.

    Attributes
    ----------
    labels : array of shape (items,)
        The likeliest label of each item.
    posterior : array of shape (items, classes)
        The chance of each label for each item; rows add up to 1.
    confusion : array of shape (raters, classes, classes)
        ``confusion[r, j, l]`` is the chance that rater r says l where j is true.
    priors : array of shape (classes,)
        How frequent each label is believed to be.
    log_likelihood : tuple of float
        Of all ratings, before each step and at the end. It never falls.
    converged : bool
        Whether the last step gained less than the tolerance.
    """

    labels: Ints
    posterior: Floats
    confusion: Floats
    priors: Floats
    log_likelihood: tuple[float, ...]
    converged: bool


def majority(ratings: ArrayLike, seed: int, classes: int | None = None) -> Ints:
    """Return each item the label that most people gave it.

    Ties are drawn by lot from `seed`, evenly among the tied: always taking the lowest label would
    favour one class. An item that nobody rated gets any class, also by lot.

    Parameters
    ----------
    ratings : array of shape (items, raters)
        Labels 0 to classes - 1, or `MISSING`.
    seed : int
    classes : int, optional
        As for `count_ratings`.

    Raises
    ------
    ValueError
        As `count_ratings` does.

    Examples
    --------
    >>> majority([[0, 1, 1], [0, 0, -1]], seed=0).tolist()
    [1, 0]
    """
    counts = count_ratings(ratings, classes)
    lot = np.random.default_rng(seed).random(counts.shape)  # below 1, so it settles ties only
    return np.asarray(np.argmax(counts + lot, axis=1), dtype=np.int64)


def dawid_skene(
    ratings: ArrayLike,
    classes: int | None = None,
    *,
    steps: int = 200,
    tolerance: float = 1e-6,
    smoothing: float = 0.01,
) -> Merged:
    """Merge ratings by expectation maximisation (Dawid and Skene 1979).

    The model: an item has one true label. Each person reads it with a confusion matrix of their
    own, and given the truth people err independently. Nobody knows truth or matrices, so begin
    from the share of votes and take turns: matrices from the believed truth, truth from matrices.

    Parameters
    ----------
    ratings : array of shape (items, raters)
        Labels 0 to classes - 1, or `MISSING`.
    classes : int, optional
        As for `count_ratings`.
    steps : int, 1 or more
        The most steps to take.
    tolerance : float, 0 or more
        Stop when a step adds less than this to the objective, in nats for each item.
    smoothing : float, 0 or more
        Ratings added to every cell of every matrix, so that no chance is 0 for want of data. With
        0 it is maximum likelihood as published. Above 0 it is the mode under a Dirichlet prior,
        and `log_likelihood` has the log of that prior in it, up to a constant.

    Raises
    ------
    ValueError
        For ratings as in `count_ratings`, of one person only, or a setting out of range.

    Notes
    -----
    Where most people say the contrary of the truth, the contrary is believed: the likelihood is
    the same with labels exchanged, and starting from the votes settles which. An item without any
    rating gets the priors of all.
    """
    if not (steps >= 1 and tolerance >= 0 and smoothing >= 0):  # so that NaN fails too
        raise ValueError(
            "steps must be 1 or more, tolerance and smoothing 0 or more; "
            f"got {steps}, {tolerance}, {smoothing}"
        )
    counts = count_ratings(ratings, classes)
    if np.shape(ratings)[1] < 2:
        raise ValueError("ratings of two people or more are needed; one cannot be told from truth")
    said = _one_hot(np.asarray(ratings), counts.shape[1])
    votes = counts.sum(axis=1, keepdims=True)
    posterior = np.divide(
        counts, votes, out=np.full(counts.shape, 1 / counts.shape[1]), where=votes > 0
    )
    history: list[float] = []
    gained = np.inf
    while len(history) <= steps and gained >= tolerance * len(posterior):
        confusion, priors = _m_step(said, posterior, smoothing)
        posterior, fit = _e_step(said, confusion, priors, smoothing)
        gained = fit - history[-1] if history else np.inf
        history.append(fit)
    return Merged(
        labels=np.asarray(posterior.argmax(axis=1), dtype=np.int64),
        posterior=posterior,
        confusion=confusion,
        priors=priors,
        log_likelihood=tuple(history),
        converged=bool(gained < tolerance * len(posterior)),
    )


def _one_hot(ratings: Ints, classes: int) -> Floats:
    """Return an array (items, raters, classes): 1 at the label given, all 0 where missing."""
    found = np.eye(classes)[np.where(ratings == MISSING, 0, ratings)]
    return np.asarray(found * (ratings != MISSING)[:, :, None])


def _m_step(said: Floats, posterior: Floats, smoothing: float) -> tuple[Floats, Floats]:
    """Return each rater's confusion matrix and the priors of labels, from the believed truth."""
    items, raters, classes = said.shape
    together = (posterior.T @ said.reshape(items, -1)).reshape(classes, raters, classes)
    cells = together.transpose(1, 0, 2) + smoothing
    rows = cells.sum(axis=2, keepdims=True)
    confusion = np.divide(cells, rows, out=np.full(cells.shape, 1 / classes), where=rows > 0)
    return confusion, posterior.mean(axis=0)


def _e_step(
    said: Floats, confusion: Floats, priors: Floats, smoothing: float
) -> tuple[Floats, float]:
    """Return the chance of each label for each item, and the objective at these matrices."""
    items, raters, classes = said.shape
    logs, log_priors = (np.log(np.maximum(one, 1e-300)) for one in (confusion, priors))
    flat = logs.transpose(0, 2, 1).reshape(raters * classes, classes)
    joint = said.reshape(items, -1) @ flat + log_priors
    top = joint.max(axis=1, keepdims=True)
    scaled = np.exp(joint - top)
    total = scaled.sum(axis=1, keepdims=True)
    fit = float((top + np.log(total)).sum() + smoothing * logs.sum())
    return scaled / total, fit
