"""What a feature is made of: columns without values yet, and the functions that make new ones."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mlops_lab.features.combine import Combiner, Extremes, Moments, Quantiles, Vocabulary

__all__ = [
    "Array",
    "Column",
    "bucketize",
    "compute_and_apply_vocabulary",
    "hash_strings",
    "log1p",
    "mean",
    "scale_to_0_1",
    "scale_to_z_score",
]

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Column:
    """A column that has no values yet: a raw one, or what is made of others.

    Numbers and columns are added, subtracted, multiplied and divided as arrays are.

    Attributes
    ----------
    make : callable
        Gives its values, from those of `of` and, where there is a `combiner`, what that extracted.
    of : tuple of Column or float
    name : str
        Of a raw column; "" for others.
    combiner : Combiner, optional
        What has to be known of the whole of ``of[0]`` first.
    kind : str
        What is done, as `serving_model` has to know it to do the same; "" of a raw column.
    size : int
        A number that goes with it.
    """

    make: Callable[..., Array]
    of: tuple["Column | float", ...] = ()
    name: str = ""
    combiner: Combiner[Any] | None = None
    kind: str = ""
    size: int = 0

    def __add__(self, other: "Column | float") -> "Column":
        return Column(np.add, (self, other), kind="add")

    def __sub__(self, other: "Column | float") -> "Column":
        return Column(np.subtract, (self, other), kind="subtract")

    def __mul__(self, other: "Column | float") -> "Column":
        return Column(np.multiply, (self, other), kind="multiply")

    def __truediv__(self, other: "Column | float") -> "Column":
        return Column(np.divide, (self, other), kind="divide")

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: float) -> "Column":
        return Column(np.subtract, (other, self), kind="subtract")

    def __rtruediv__(self, other: float) -> "Column":
        return Column(np.divide, (other, self), kind="divide")


def log1p(x: Column) -> Column:
    """Return log(1 + x) of each value."""
    return Column(np.log1p, (x,), kind="log1p")


def mean(x: Column) -> Column:
    """Return the mean of the whole column, for each row."""
    return Column(lambda x, known: np.full(len(x), known[0]), (x,), combiner=Moments(), kind="mean")


def scale_to_z_score(x: Column) -> Column:
    """Return how many standard deviations each value lies above the mean; 0 where none differs."""

    def z(x: Array, known: Sequence[float]) -> Array:
        spread = np.sqrt(known[1])
        return (x - known[0]) / spread if spread else np.zeros(len(x))

    return Column(z, (x,), combiner=Moments(), kind="z-score")


def scale_to_0_1(x: Column) -> Column:
    """Return how far each value lies between the smallest and the largest; 0.5 where none differs.

    Values that are smaller or larger than all that were analyzed lie outside of 0 to 1.
    """

    def unit(x: Array, known: Sequence[float]) -> Array:
        low, high = known
        return (x - low) / (high - low) if high > low else np.full(len(x), 0.5)

    return Column(unit, (x,), combiner=Extremes(), kind="0 to 1")


def bucketize(x: Column, num_buckets: int) -> Column:
    """Return the number of each value's bucket, 0 the lowest; buckets hold about as many values."""

    def bucket(x: Array, known: Sequence[float]) -> Array:
        return np.searchsorted(known, x, side="right")

    return Column(bucket, (x,), combiner=Quantiles(num_buckets), kind="bucket")


def compute_and_apply_vocabulary(
    x: Column, *, top_k: int | None = None, num_oov_buckets: int = 0
) -> Column:
    """Return each value's place in the vocabulary, 0 the most frequent.

    Parameters
    ----------
    x : Column of strings
    top_k : int, optional
        How many values the vocabulary keeps; all by default.
    num_oov_buckets : int
        Numbers, after those of the vocabulary, for values that are not in it: each value has one
        of them, by its hash. With 0 all of them are -1.
    """

    def place(x: Array, known: Sequence[str]) -> Array:
        places = {word: i for i, word in enumerate(known)}
        words = x.astype(str).tolist()
        if not num_oov_buckets:
            return np.array([places.get(word, -1) for word in words], dtype=np.int64)
        first = len(known)
        found = [places.get(one, first + _hash(one, num_oov_buckets)) for one in words]
        return np.array(found, dtype=np.int64)

    return Column(place, (x,), combiner=Vocabulary(top_k), kind="place", size=num_oov_buckets)


def hash_strings(x: Column, hash_buckets: int) -> Column:
    """Return a number from 0 to `hash_buckets` - 1 for each string: the same in every process."""
    return Column(
        lambda x: np.array([_hash(one, hash_buckets) for one in x.astype(str).tolist()]),
        (x,),
        kind="hash",
        size=hash_buckets,
    )


def _hash(text: str, buckets: int) -> int:
    return zlib.crc32(text.encode()) % buckets
