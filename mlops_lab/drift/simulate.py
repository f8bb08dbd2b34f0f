"""Streams whose drift is known, drawn from the rows of any labelled table.

A stream is resampled from a pool of real or simulated rows, so its inputs look like the pool's.
From `start` on, rows come from a changed law. Which part of the law changes is exact by
construction: covariate drift keeps P(y | x), label drift keeps P(x | y), concept drift keeps P(x).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mlops_lab.core import did_you_mean
from mlops_lab.drift.reweight import tilt

__all__ = ["NEW_CLASS", "Form", "Kind", "Stream", "simulate", "weight"]

Kind = Literal["none", "covariate", "label", "concept", "new class"]
Form = Literal["sudden", "gradual", "incremental", "recurring"]
NEW_CLASS = 2
"""The label that rows of a new class carry; pools hold labels 0 and 1."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_LEVELS = 50  # strengths are rounded to this many steps, so that one tilt serves many rows


@dataclass(frozen=True)
class Stream:
    """A stream and the truth about it.

    Attributes
    ----------
    X : array of shape (rows, features)
        Inputs, in the pool's units.
    y : integer array of shape (rows,)
        Labels: 0, 1, or `NEW_CLASS`.
    strength : array of shape (rows,)
        How far each row's law was from the old one; 0 means unchanged, unit as `size`.
    start : int
        The first row at which the law may differ.
    """

    X: Floats
    y: Ints
    strength: Floats
    start: int


def weight(form: Form, rows: int, start: int, width: int) -> Floats:
    """Return the share of the new law at each row.

    Parameters
    ----------
    form : one of "sudden", "gradual", "incremental", "recurring"
        Gradual and incremental grow from 0 to 1 over `width` rows; recurring is on for `width`
        rows, off for `width` rows, and so on.
    rows, start, width : int
        Length of the stream, first changed row (0 to rows), and width in rows (at least 1).

    Returns
    -------
    array of shape (rows,), values 0 to 1.

    Examples
    --------
    >>> weight("incremental", rows=6, start=2, width=2)
    array([0. , 0. , 0.5, 1. , 1. , 1. ])
    >>> weight("recurring", rows=6, start=1, width=2)
    array([0., 1., 1., 0., 0., 1.])
    """
    _one_of("form", form, get_args(Form))
    if not 0 <= start <= rows or width < 1:
        raise ValueError(
            f"start must be 0 to rows and width at least 1; got start={start}, width={width}, "
            f"rows={rows}"
        )
    since = np.arange(rows) - start
    if form == "sudden":
        return np.asarray(since >= 0, dtype=np.float64)
    if form == "recurring":
        return np.asarray((since >= 0) & (since // width % 2 == 0), dtype=np.float64)
    ramp: Floats = np.clip((since + 1) / width, 0.0, 1.0)
    return ramp


def simulate(
    X: Floats,
    y: Ints,
    *,
    kind: Kind,
    size: float,
    form: Form = "sudden",
    feature: int = 0,
    rows: int = 4000,
    start: int = 2000,
    width: int = 500,
    seed: int | np.random.Generator = 0,
) -> Stream:
    """Draw a stream from the pool (X, y) whose law changes at row `start`.

    Parameters
    ----------
    X, y : arrays of shape (n, features) and (n,)
        The pool: finite inputs and labels 0 and 1, both present.
    kind : one of "none", "covariate", "label", "concept", "new class"
        What changes.
    size : float, 0 or more
        How much. Covariate: by how many standard deviations the mean of `feature` moves (rows are
        redrawn with exponential weights, so each x keeps its labels). Label: the share of the way
        from today's rate of 1 to "all are 1" (0 to 1). Concept: the share of rows, those with the
        highest values of `feature`, whose label turns over (0 to 1; less where values are tied).
        New class: the share of rows that belong to a class never seen before (0 to 1).
    form : one of "sudden", "gradual", "incremental", "recurring"
        How the change comes: see `weight`. Gradual mixes old and new rows; incremental moves every
        row a little further.
    feature : int
        The column that covariate and concept drift act on.
    rows, start, width : int
        Length of the stream, the first changed row, and the width of the change, in rows.
    seed : int or Generator

    Raises
    ------
    ValueError
        For a pool that is empty, not finite, or of one class, and for settings out of range.
    """
    X, y = _pool(X, y)
    _check(kind, size, feature, X.shape[1])
    rng = np.random.default_rng(seed)
    strength = _strength(weight(form, rows, start, width), form, size, rng)
    if kind == "none":
        strength = np.zeros(rows)
    index = _draw(X, y, kind, strength, feature, rng)
    inputs, labels = X[index].copy(), y[index].copy()
    if kind == "concept":
        labels = _turn_over(inputs[:, feature], labels, strength, X[:, feature])
    if kind == "new class":
        new = rng.random(rows) < strength
        inputs[new], labels[new] = _strangers(inputs[new], X), NEW_CLASS
    return Stream(inputs, labels, strength, start)


def _pool(X: Floats, y: Ints) -> tuple[Floats, Ints]:
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    if X.ndim != 2 or y.shape != (len(X),):
        raise ValueError(f"X must be (n, features) and y (n,); got {X.shape} and {y.shape}")
    if not np.isfinite(X).all():
        raise ValueError("X holds NaN or infinite values; drop or fill those rows first")
    if set(np.unique(y).tolist()) != {0, 1}:
        raise ValueError(
            f"y must hold both labels 0 and 1 and no other; got {np.unique(y)[:5].tolist()}"
        )
    return X, y.astype(np.int64)


def _check(kind: str, size: float, feature: int, features: int) -> None:
    _one_of("kind", kind, get_args(Kind))
    if not 0 <= size < np.inf or (kind != "covariate" and size > 1):
        allowed = "0 or more and finite" if kind == "covariate" else "0 to 1"
        raise ValueError(f"size of a {kind} drift must be {allowed}; got {size}")
    if not 0 <= feature < features:
        raise ValueError(f"feature must be 0 to {features - 1}; got {feature}")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        hint = did_you_mean(value, allowed, "; did you mean {!r}?")
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}{hint}")


def _strength(share: Floats, form: Form, size: float, rng: np.random.Generator) -> Floats:
    if form == "incremental":
        return np.asarray(np.round(share * _LEVELS) / _LEVELS * size)
    return np.asarray((rng.random(len(share)) < share) * size)


def _draw(
    X: Floats, y: Ints, kind: Kind, strength: Floats, feature: int, rng: np.random.Generator
) -> Ints:
    """Draw pool rows, each under the law of its own strength."""
    if kind not in ("covariate", "label"):
        return rng.integers(len(X), size=len(strength))
    index = np.empty(len(strength), dtype=np.int64)
    for level in np.unique(strength):
        here = strength == level
        if kind == "covariate":
            law = tilt(X[:, feature], float(level))
        else:
            rate = y.mean() + level * (1 - y.mean())
            law = np.where(y == 1, rate / y.sum(), (1 - rate) / (len(y) - y.sum()))
        index[here] = rng.choice(len(X), size=int(here.sum()), p=law)
    return index


def _turn_over(values: Floats, labels: Ints, strength: Floats, pool: Floats) -> Ints:
    """Turn labels over where `values` lie in the top `strength` share of the pool."""
    cut = np.quantile(pool, 1 - strength)
    return np.where((values > cut) & (strength > 0), 1 - labels, labels)


def _strangers(inputs: Floats, X: Floats) -> Floats:
    """Move rows to a corner that the pool leaves empty: signs alternate from column to column."""
    corner = 3.0 * (-1.0) ** np.arange(X.shape[1])
    return np.asarray(X.mean(0) + X.std(0) * corner + 0.5 * (inputs - X.mean(0)))
