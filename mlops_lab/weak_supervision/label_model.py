"""A label model: what each function's vote is worth, learned from votes alone.

Each row has a hidden class. Given the class, functions vote, or stay silent, independently of each
other, each with rates of its own (Dawid and Skene 1979, with silence as one more answer). The
rates are found by expectation maximisation. Where the assumption of independence fails, so does
the model: see `residual_correlation`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.weak_supervision.votes import checked

__all__ = ["LabelModel", "fit_label_model"]

Floats = NDArray[np.float64]

_PSEUDO_ROWS = 0.1  # keeps every rate above 0


@dataclass(frozen=True, eq=False)
class LabelModel:
    """Rates of votes by class. Make one with `fit_label_model`.

    Attributes
    ----------
    rates : array of shape (m, k, k + 1)
        For function j and class y: the chance of silence at [j, y, 0], of voting c at
        [j, y, c + 1]. Each [j, y] adds up to 1.
    balance : array of shape (k,)
        Share of each class, adds up to 1.
    """

    rates: Floats
    balance: Floats

    def joint(self, votes: ArrayLike, *, silence: bool = True) -> Floats:
        """Return the log of P(class and votes) by row and class, shape (n, k).

        Raises
        ------
        ValueError
            For bad votes, or another number of functions than the model knows.
        """
        answers = _answers(votes, len(self.balance))
        if answers.shape[1] != len(self.rates):
            raise ValueError(
                f"the model knows {len(self.rates)} functions; got votes of {answers.shape[1]}"
            )
        if not silence:
            answers[..., 0] = 0
        log_rates = np.log(self.rates).reshape(len(self.rates), len(self.balance), -1)
        return np.asarray(np.tensordot(answers, log_rates, ([1, 2], [0, 2])) + np.log(self.balance))

    def predict(self, votes: ArrayLike, *, silence: bool = True) -> Floats:
        """Return P(class | votes) by row and class.

        Parameters
        ----------
        votes : array of shape (n, m), values -1 (silent) to k - 1
        silence : bool
            Whether a function's silence counts as an answer. False leaves it out, as Snorkel does:
            then a row in which all are silent gets the balance of classes.

        Returns
        -------
        array of shape (n, k), each row adds up to 1
        """
        return _shares(self.joint(votes, silence=silence))

    def log_likelihood(self, votes: ArrayLike) -> float:
        """Return the log of P(votes), summed over rows."""
        return float(np.logaddexp.reduce(self.joint(votes), axis=1).sum())


def fit_label_model(
    votes: ArrayLike,
    balance: ArrayLike = (0.5, 0.5),
    *,
    prior_accuracy: float = 0.75,
    prior_weight: float = 0.1,
    rounds: int = 100,
) -> LabelModel:
    """Learn the rates of each function from votes without labels.

    It starts from the belief that votes are better than chance, and so cannot end with the classes
    exchanged, unless most votes are wrong.

    Parameters
    ----------
    votes : array of shape (n, m), m at least 3, values -1 (silent) to k - 1
        A function that never votes is kept, and says nothing. With fewer than three functions the
        rates cannot be told apart from votes alone.
    balance : array of shape (k,), shares above 0 that add up to 1
        How frequent each class is: a rough value from the development set does.
    prior_accuracy : float, 0 to 1
        What share of a function's votes is right, before any vote is seen.
    prior_weight : float, 0 or more
        Weight of that belief, as a share of the rows. 0 is plain maximum likelihood.
    rounds : int, 1 or more
        Rounds of expectation maximisation.

    Raises
    ------
    ValueError
        For bad votes, fewer than three functions, votes that are all silent, or settings out of
        range.
    """
    shares = _checked_balance(balance)
    if not 0 < prior_accuracy < 1 or not 0 <= prior_weight < np.inf or rounds < 1:
        raise ValueError(
            "prior_accuracy must lie between 0 and 1, prior_weight must be 0 or more and rounds 1 "
            f"or more; got {prior_accuracy}, {prior_weight} and {rounds}"
        )
    # Rows with the same votes are the same to the model: count each pattern once.
    patterns, times = np.unique(checked(votes, len(shares)), axis=0, return_counts=True)
    answers = _answers(patterns, len(shares))
    if answers.shape[1] < 3 or not answers[..., 1:].any():
        raise ValueError(
            "a label model needs the votes of three functions or more, and some that are not "
            f"silent; got {answers.shape[1]} functions, {int(answers[..., 1:].sum())} votes"
        )
    belief = prior_weight * times.sum() * _belief(answers, times, shares, prior_accuracy)
    hidden = answers[..., 1:].sum(axis=1) + shares  # every vote counts the same, to begin with
    hidden /= hidden.sum(axis=1, keepdims=True)
    for _ in range(rounds):
        counts = (
            np.tensordot(hidden * times[:, None], answers, (0, 0)).swapaxes(0, 1)
            + belief
            + _PSEUDO_ROWS
        )
        model = LabelModel(counts / counts.sum(axis=-1, keepdims=True), shares)
        hidden = model.predict(patterns)
    return model


def _belief(answers: Floats, times: NDArray[np.int64], balance: Floats, accuracy: float) -> Floats:
    """Return P(class and answer) of functions that vote as often as these, as rightly as said."""
    k = len(balance)
    right = np.where(np.eye(k) > 0, accuracy, (1 - accuracy) / (k - 1))  # class, vote
    often = np.average(answers, axis=0, weights=times)
    given_class = often[:, None, 1:] * right / balance[:, None]
    quiet = np.clip(1 - given_class.sum(axis=-1, keepdims=True), 0.05, None)
    rates = np.concatenate([quiet, given_class], axis=-1)
    rates /= rates.sum(axis=-1, keepdims=True)
    return np.asarray(rates * balance[:, None])


def _answers(votes: ArrayLike, classes: int) -> Floats:
    """Mark the answer of each row and function with 1 among 0s, silence first."""
    return np.asarray(checked(votes, classes)[..., None] == np.arange(-1, classes), dtype=float)


def _checked_balance(balance: ArrayLike) -> Floats:
    shares = np.asarray(balance, dtype=float)
    if (
        shares.ndim != 1
        or len(shares) < 2
        or not (shares > 0).all()
        or abs(shares.sum() - 1) > 1e-6
    ):
        raise ValueError(
            f"balance must give each class a share above 0, adding up to 1; got {balance!r}"
        )
    return shares


def _shares(logs: Floats) -> Floats:
    raised = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
