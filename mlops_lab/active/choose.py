"""Query strategies: which of the unlabeled rows to ask for next.

A strategy is a function of the model, the unlabeled rows, the labeled rows and a count. It gives
positions among the unlabeled rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mlops_lab.active.spread import farthest_first

__all__ = ["Choose", "at_random", "by_doubt", "doubt_then_spread", "with_far", "with_random"]

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Doubt: TypeAlias = Callable[[Floats], Floats]
Choose: TypeAlias = Callable[[Any, Floats, Floats, int], Ints]
"""``choose(model, unlabeled, labeled, count)`` gives positions in `unlabeled`."""


def at_random(rng: np.random.Generator) -> Choose:
    """Make the strategy that asks for rows by lot: the control of every other one.

    Parameters
    ----------
    rng : Generator

    Returns
    -------
    Choose
    """

    def choose(_model: Any, unlabeled: Floats, _labeled: Floats, count: int) -> Ints:  # noqa: ANN401
        return rng.choice(len(unlabeled), count, replace=False)

    return choose


def by_doubt(doubt: Doubt) -> Choose:
    """Make the strategy that asks for the rows with most doubt; of equals, for the first.

    Parameters
    ----------
    doubt : callable, array of shape (rows, classes) -> array of shape (rows,)
        Such as `margin`.

    Returns
    -------
    Choose
    """

    def choose(model: Any, unlabeled: Floats, _labeled: Floats, count: int) -> Ints:  # noqa: ANN401
        return _most(doubt, model, unlabeled)[:count]

    return choose


def doubt_then_spread(doubt: Doubt, times: int = 5) -> Choose:
    """Make the strategy that spreads its batch among the rows with most doubt.

    It takes `times` as many rows as are asked for, those with most doubt, and of these chooses
    by `farthest_first`.

    Parameters
    ----------
    doubt : callable, array of shape (rows, classes) -> array of shape (rows,)
    times : int, 1 or more
        With 1 it asks for the same rows as `by_doubt`.

    Returns
    -------
    Choose

    Raises
    ------
    ValueError
        For `times` below 1.
    """
    if times < 1:
        raise ValueError(f"times must be 1 or more; got {times}")

    def choose(model: Any, unlabeled: Floats, labeled: Floats, count: int) -> Ints:  # noqa: ANN401
        top = _most(doubt, model, unlabeled)[: times * count]
        return top[farthest_first(unlabeled[top], labeled, count)]

    return choose


def with_far(doubt: Doubt, places: int) -> Choose:
    """Make the strategy that gives some places of each batch to the rows farthest from all labels.

    Parameters
    ----------
    doubt : callable, array of shape (rows, classes) -> array of shape (rows,)
        Fills the other places.
    places : int, 0 or more
        Places of each batch that go by `farthest_first`; a smaller batch goes so as a whole.

    Returns
    -------
    Choose

    Raises
    ------
    ValueError
        For `places` below 0.
    """
    if places < 0:
        raise ValueError(f"places must be 0 or more; got {places}")

    def choose(model: Any, unlabeled: Floats, labeled: Floats, count: int) -> Ints:  # noqa: ANN401
        order = _most(doubt, model, unlabeled)
        far = min(places, count)
        doubted, others = np.split(order, [count - far])
        known = np.vstack([labeled, unlabeled[doubted]])
        return np.concatenate([doubted, others[farthest_first(unlabeled[others], known, far)]])

    return choose


def with_random(doubt: Doubt, places: int, rng: np.random.Generator) -> Choose:
    """Make the strategy that gives some places of each batch to rows drawn by lot.

    Parameters
    ----------
    doubt : callable, array of shape (rows, classes) -> array of shape (rows,)
        Fills the other places.
    places : int, 0 or more
        Places of each batch that are drawn; a smaller batch is drawn as a whole.
    rng : Generator

    Returns
    -------
    Choose

    Raises
    ------
    ValueError
        For `places` below 0.
    """
    if places < 0:
        raise ValueError(f"places must be 0 or more; got {places}")

    def choose(model: Any, unlabeled: Floats, _labeled: Floats, count: int) -> Ints:  # noqa: ANN401
        drawn = min(places, count)
        doubted, others = np.split(_most(doubt, model, unlabeled), [count - drawn])
        return np.concatenate([doubted, rng.choice(others, drawn, replace=False)])

    return choose


def _most(doubt: Doubt, model: Any, rows: Floats) -> Ints:  # noqa: ANN401
    return np.argsort(-doubt(model.predict_proba(rows)), kind="stable")
