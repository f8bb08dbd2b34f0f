"""What it costs to let a model decide, or people, or the model where it is sure."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Shared", "decide", "mistakes", "share_curve"]

Floats = NDArray[np.float64]


class Shared(NamedTuple):
    """The cost of an item for each number of items that people decide, most doubtful first."""

    share: Floats
    cost: Floats
    cut: float


def decide(
    chance: ArrayLike, *, missed: float, false_alarm: float
) -> tuple[NDArray[np.bool_], Floats]:
    """Decide each item so that its expected cost is least.

    Flagging an item costs `false_alarm` with the chance that it is good, passing it costs `missed`
    with the chance that it is not. So an item is flagged from a chance of
    ``false_alarm / (false_alarm + missed)`` on (Elkan 2001).

    Parameters
    ----------
    chance : array of shape (n,), 0 to 1
        How likely each item is a defect, according to the model.
    missed, false_alarm : float, above 0
        Price of a defect that passes, and of a good item that is flagged, in one currency.

    Returns
    -------
    (bool array, float array), each of shape (n,)
        What is flagged, and what the model expects its decision to cost.

    Raises
    ------
    ValueError
        For chances outside of 0 to 1, or a price that is not above 0.

    Examples
    --------
    >>> flags, expected = decide([0.1, 0.2], missed=40, false_alarm=6)
    >>> flags.tolist(), expected.round(1).tolist()
    ([False, True], [4.0, 4.8])
    """
    p = _row("chance", chance)
    if p.size and (p.min() < 0 or p.max() > 1):
        raise ValueError(f"chances must be from 0 to 1; got {p.min():g} to {p.max():g}")
    _prices(missed, false_alarm)
    passing, flagging = p * missed, (1 - p) * false_alarm
    return passing > flagging, np.minimum(passing, flagging)


def mistakes(flagged: ArrayLike, defect: ArrayLike, *, missed: float, false_alarm: float) -> Floats:
    """Return what each decision cost, now that the truth is known.

    Parameters
    ----------
    flagged, defect : arrays of shape (n,) of 0 and 1, or of booleans
        What was decided, and what was true.
    missed, false_alarm : float, above 0
        As of `decide`.

    Raises
    ------
    ValueError
        For rows of different length, values other than 0 and 1, or a price not above 0.

    Examples
    --------
    >>> mistakes([1, 0, 0, 1], [1, 1, 0, 0], missed=40, false_alarm=6).tolist()
    [0.0, 40.0, 0.0, 6.0]
    """
    said, true = _row("flagged", flagged), _row("defect", defect)
    if said.shape != true.shape:
        raise ValueError(f"need one truth for each decision; got {len(said)} and {len(true)}")
    for name, row in (("flagged", said), ("defect", true)):
        if not np.isin(row, (0, 1)).all():
            raise ValueError(f"{name} must be 0 or 1; got {np.setdiff1d(row, (0, 1))[:3]}")
    _prices(missed, false_alarm)
    return np.asarray(np.where(true == 1, missed * (said == 0), false_alarm * (said == 1)))


def share_curve(expected: ArrayLike, by_model: ArrayLike, by_people: ArrayLike) -> Shared:
    """Hand more and more items to people, those first whose decision is expected to cost most.

    Parameters
    ----------
    expected : array of shape (n,), n at least 1
        What the model expects its decision to cost, from `decide`.
    by_model, by_people : arrays of shape (n,)
        What each item costs if the model, or a person, decides it; with the person's time.

    Returns
    -------
    Shared
        `share`, of shape (n + 1,), from 0 to 1 of the items; `cost`, the mean cost of an item
        there; `cut`, the expected cost above which people should decide, by the lowest cost on
        these items: infinity where the model should decide all of them, minus infinity where it
        should decide none. Items of equal expected cost are handed over together.

    Raises
    ------
    ValueError
        For no items, rows of different length, or values that are not finite.

    Examples
    --------
    >>> found = share_curve([3.0, 1.0], by_model=[8.0, 0.0], by_people=[2.0, 2.0])
    >>> found.cost.tolist(), found.cut
    ([4.0, 1.0, 2.0], 1.0)
    """
    doubt = _row("expected", expected)
    model, people = _row("by_model", by_model), _row("by_people", by_people)
    if not len(doubt) == len(model) == len(people) or not len(doubt):
        raise ValueError(
            "need three rows of one length, at least 1; got "
            f"{len(doubt)}, {len(model)} and {len(people)} items"
        )
    order = np.argsort(-doubt, kind="stable")
    change = np.cumsum((people - model)[order])
    cost = np.r_[model.sum(), model.sum() + change] / len(doubt)
    falling = doubt[order]
    whole = np.r_[True, falling[1:] < falling[:-1], True]  # no tie is cut in two
    best = int(np.flatnonzero(whole)[np.argmin(cost[whole])])
    cut = np.inf if best == 0 else -np.inf if best == len(doubt) else float(falling[best])
    return Shared(np.arange(len(doubt) + 1) / len(doubt), cost, cut)


def _row(name: str, values: ArrayLike) -> Floats:
    row = np.asarray(values, dtype=np.float64)
    if row.ndim != 1 or not np.isfinite(row).all():
        raise ValueError(f"{name} must be one row of finite numbers; got the shape {row.shape}")
    return row


def _prices(missed: float, false_alarm: float) -> None:
    if not (0 < missed < np.inf and 0 < false_alarm < np.inf):
        raise ValueError(
            f"prices must be finite and above 0; got missed {missed}, false_alarm {false_alarm}"
        )
