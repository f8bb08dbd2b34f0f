"""When to retrain: policies run over a stream, and what each costs.

The stream is worked through block by block: predict a block, then learn its labels, then decide
(prequential evaluation, Gama and others 2013). No row is predicted by a model that has seen it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlops_lab.drift.detectors import Detector

__all__ = [
    "Model",
    "Outcome",
    "Policy",
    "always",
    "never",
    "on_alarm",
    "on_schedule",
    "prequential",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Model(Protocol):
    """Anything with scikit-learn's `predict`."""

    def predict(self, X: Floats) -> Ints:
        """Predict labels of shape (n,) for inputs of shape (n, features)."""


Fit = Callable[[Floats, Ints], Model]
Policy = Callable[[Floats, int], int]
"""Takes the newly arrived errors (0 or 1) of the model that is live, and how many labels arrived;
returns 0 to keep the model, else how many of the newest labelled rows to train the next one on.
Labels of rows that an older model predicted still arrive after a change: they count, their errors
do not."""


@dataclass(frozen=True)
class Outcome:
    """What a policy did.

    Attributes
    ----------
    wrong : bool array of shape (rows - first,)
        Whether each prediction was wrong, from row `first` on.
    first : int
        The first predicted row.
    retrained : tuple of int
        The rows at which a new model went live, the first model left out.
    """

    wrong: NDArray[np.bool_]
    first: int
    retrained: tuple[int, ...] = field(default=())

    @property
    def accuracy(self) -> float:
        """Share of right predictions."""
        return float(1 - self.wrong.mean())

    def cost(self, retrain_price: float, error_price: float = 1.0) -> float:
        """Price of all errors and retrainings, in the unit of the prices."""
        return error_price * float(self.wrong.sum()) + retrain_price * len(self.retrained)


def never() -> Policy:
    """Keep the first model for ever."""
    return lambda _errors, _arrived: 0


def always(train_rows: int) -> Policy:
    """Retrain after every block, on the newest `train_rows` labelled rows."""
    _at_least_one(train_rows=train_rows)
    return lambda _errors, _arrived: train_rows


def on_schedule(every: int, train_rows: int) -> Policy:
    """Retrain each time `every` more labels have come in."""
    _at_least_one(every=every, train_rows=train_rows)
    waiting = 0

    def decide(_errors: Floats, arrived: int) -> int:
        nonlocal waiting
        waiting += arrived
        if waiting < every:
            return 0
        waiting %= every
        return train_rows

    return decide


def on_alarm(
    make: Callable[[], Detector], train_rows: int, fresh_rows: int, *, refit: bool = False
) -> Policy:
    """Retrain when a detector on the errors raises an alarm.

    Rows from before the alarm mostly obey the old law, so the policy first waits for `fresh_rows`
    labels that came after it, trains on those, and trains once more when `train_rows` have come.
    With `fresh_rows` 0 it does not wait: it trains on the last `train_rows`, old ones included,
    and with `refit` once more when as many have come after the alarm.
    A new model gets a fresh detector. An alarm while it waits starts the wait again.

    Parameters
    ----------
    make : callable that builds a detector of errors
    train_rows, fresh_rows : int
        `train_rows` at least 1, `fresh_rows` 0 to `train_rows`.
    refit : bool
        Whether to train once more with `fresh_rows` 0; with others it always does.
    """
    if not 0 <= fresh_rows <= train_rows or train_rows < 1:
        raise ValueError(f"fresh_rows must be 0 to train_rows, {train_rows}; got {fresh_rows}")
    steps = sorted({fresh_rows, train_rows} if fresh_rows or refit else {0})
    detector, since = make(), 0  # since: labels that came after the alarm
    due: list[int] = []

    def decide(errors: Floats, arrived: int) -> int:
        nonlocal detector, since, due
        since += arrived
        for i, error in enumerate(errors):
            if detector.update(error):
                since, due = len(errors) - 1 - i, steps
        if not due or since < due[0]:
            return 0
        rows = max(step for step in due if step <= since)
        due = [step for step in due if step > rows]
        detector = make()
        return rows or train_rows

    return decide


def prequential(
    X: Floats,
    y: Ints,
    fit: Fit,
    policy: Policy,
    *,
    train_rows: int,
    block: int = 250,
    label_delay: int = 0,
) -> Outcome:
    """Run a stream under a policy.

    Parameters
    ----------
    X, y : arrays of shape (rows, features) and (rows,), in time order
    fit : callable (X, y) -> Model
        Trains one model.
    policy : Policy
    train_rows : int
        The first model is trained on rows 0 to `train_rows`, and prediction starts there.
    block : int
        Rows predicted before the policy is asked again.
    label_delay : int, 0 or more
        Rows by which labels, and so errors, come in late.

    Raises
    ------
    ValueError
        Where X and y do not fit, no row would be left to predict, or a setting is out of range.
    """
    if y.shape != (len(X),):
        raise ValueError(f"y must hold one label a row of X, ({len(X)},); got {y.shape}")
    if not 0 < train_rows < len(X) or block < 1 or label_delay < 0:
        raise ValueError(
            f"need 0 < train_rows < {len(X)} (rows), block 1 or more and label_delay 0 or more; "
            f"got {train_rows}, {block}, {label_delay}"
        )
    model = fit(X[:train_rows], y[:train_rows])
    wrong = np.zeros(len(X), dtype=bool)
    retrained: list[int] = []
    known = live = train_rows  # labels are known before one row, the model is live from the other
    for begin in range(train_rows, len(X), block):
        end = min(begin + block, len(X))
        wrong[begin:end] = model.predict(X[begin:end]) != y[begin:end]
        now = max(known, end - label_delay)
        rows = policy(wrong[max(known, min(live, now)) : now].astype(float), now - known)
        known = now
        if rows and end < len(X):
            model = fit(X[max(0, known - rows) : known], y[max(0, known - rows) : known])
            retrained.append(end)
            live = end
    return Outcome(wrong[train_rows:], train_rows, tuple(retrained))


def _at_least_one(**rows: int) -> None:
    for name, value in rows.items():
        if value < 1:
            raise ValueError(f"{name} must be 1 row or more; got {value}")
