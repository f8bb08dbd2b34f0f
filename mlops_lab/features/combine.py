"""Statistics of a table that does not fit into memory: taken part by part, then merged.

Each has the four steps of a combiner: create an empty state, add values to it, merge two states,
extract the result. Parts may be added in any order and on any machine.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlops_lab.features.sketch import Sketch

__all__ = ["Combiner", "Extremes", "Moments", "Quantiles", "Vocabulary", "combined"]


State = TypeVar("State")


class Combiner(Protocol[State]):
    """What takes a statistic in parts; what its states are is its own business."""

    def create(self) -> State:
        """Return the state of no values at all."""

    def add(self, state: State, values: ArrayLike) -> State:
        """Return the state with more values in it; the one that was given may have changed."""

    def merge(self, one: State, other: State) -> State:
        """Return the state of the values of both; neither has changed."""

    def extract(self, state: State) -> Sequence[Any]:
        """Return the statistic; ValueError where there were no values."""


class _Moments(NamedTuple):
    rows: int
    mean: float
    squares: float  # of the distances from the mean, summed up


@dataclass(frozen=True)
class Moments:
    """Mean and variance, by the distances from the mean.

    The mean of the squares less the square of the mean is the same on paper, and noise in a
    computer as soon as the mean is large beside the spread.

    References
    ----------
    Chan, Golub and LeVeque, "Algorithms for computing the sample variance", The American
    Statistician 37(3), 1983.
    """

    def create(self) -> _Moments:
        """Return the state of no values."""
        return _Moments(0, 0.0, 0.0)

    def add(self, state: _Moments, values: ArrayLike) -> _Moments:
        """Return the state with more values in it."""
        x = np.asarray(values, dtype=np.float64)
        if not x.size:
            return state
        mean = float(x.mean())
        return self.merge(state, _Moments(x.size, mean, float(((x - mean) ** 2).sum())))

    def merge(self, one: _Moments, other: _Moments) -> _Moments:
        """Return the state of the values of both."""
        count = one.rows + other.rows
        if not count:
            return one
        apart = other.mean - one.mean
        mean = one.mean + apart * other.rows / count
        between = apart**2 * one.rows * other.rows / count
        return _Moments(count, mean, one.squares + other.squares + between)

    def extract(self, state: _Moments) -> list[float]:
        """Return the mean and the variance (of the values, not estimated from a sample)."""
        if not state.rows:
            raise ValueError("there were no values, and so there is no mean")
        return [state.mean, state.squares / state.rows]


@dataclass(frozen=True)
class Extremes:
    """The smallest and the largest value."""

    def create(self) -> tuple[float, float]:
        """Return the state of no values."""
        return np.inf, -np.inf

    def add(self, state: tuple[float, float], values: ArrayLike) -> tuple[float, float]:
        """Return the state with more values in it."""
        x = np.asarray(values, dtype=np.float64)
        return self.merge(state, (float(x.min()), float(x.max()))) if x.size else state

    def merge(self, one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
        """Return the state of the values of both."""
        return min(one[0], other[0]), max(one[1], other[1])

    def extract(self, state: tuple[float, float]) -> list[float]:
        """Return the smallest and the largest value."""
        if state[0] > state[1]:
            raise ValueError("there were no values, and so there is no smallest one")
        return list(state)


@dataclass(frozen=True)
class Vocabulary:
    """The values that occur, the most frequent first; those as frequent as each other by name.

    Parameters
    ----------
    top : int, optional
        How many to keep; all by default.
    """

    top: int | None = None

    def create(self) -> Counter[str]:
        """Return the state of no values."""
        return Counter()

    def add(self, state: Counter[str], values: ArrayLike) -> Counter[str]:
        """Return the state with more values in it."""
        state.update(np.asarray(values).ravel().astype(str).tolist())
        return state

    def merge(self, one: Counter[str], other: Counter[str]) -> Counter[str]:
        """Return the state of the values of both."""
        return one + other

    def extract(self, state: Counter[str]) -> list[str]:
        """Return the vocabulary, which may be empty."""
        return sorted(state, key=lambda word: (-state[word], word))[: self.top]


@dataclass(frozen=True)
class Quantiles:
    """The bounds that cut values into groups of about the same size, from a `Sketch`.

    Parameters
    ----------
    groups : int, 2 or more
    size : int
        Of the sketch: more is more exact, and more memory.
    seed : int
    """

    groups: int
    size: int = 400
    seed: int = 0

    def __post_init__(self) -> None:
        if self.groups < 2:
            raise ValueError(f"groups must be 2 or more, not {self.groups}")

    def create(self) -> Sketch:
        """Return the state of no values."""
        return Sketch(self.size, self.seed)

    def add(self, state: Sketch, values: ArrayLike) -> Sketch:
        """Return the state with more values in it."""
        state.add(values)
        return state

    def merge(self, one: Sketch, other: Sketch) -> Sketch:
        """Return the state of the values of both."""
        return one.merged(other)

    def extract(self, state: Sketch) -> list[float]:
        """Return the bounds between the groups, one fewer than there are groups."""
        shares = np.arange(1, self.groups) / self.groups
        found: NDArray[np.float64] = state.quantiles(shares)
        return [float(one) for one in found]


def combined(combiner: Combiner[State], parts: Iterable[ArrayLike]) -> Sequence[Any]:
    """Take a statistic of many parts, each of them looked at once and alone.

    Parameters
    ----------
    combiner : Combiner
    parts : iterable of array_like
        None of them is kept.

    Returns
    -------
    sequence
        What the combiner extracts.

    Raises
    ------
    ValueError
        Where there are no values, for a statistic that needs some.

    Examples
    --------
    >>> combined(Moments(), [[1.0, 2.0], [], [6.0]])
    [3.0, 4.666666666666667]
    >>> combined(Vocabulary(2), [["b", "c"], ["c", "a"]])
    ['c', 'a']
    """
    state = combiner.create()
    for part in parts:
        state = combiner.merge(state, combiner.add(combiner.create(), part))
    return combiner.extract(state)
