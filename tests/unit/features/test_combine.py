"""Statistics in parts are those of the whole, whatever the parts and their order."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_lab.features import Combiner, Extremes, Moments, Quantiles, Sketch, Vocabulary, combined

NUMBERS = st.lists(
    st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), max_size=20), min_size=1, max_size=8
)
WORDS = st.lists(st.lists(st.sampled_from("abcde"), max_size=20), min_size=1, max_size=8)
RNG = np.random.default_rng(0)


@given(NUMBERS.filter(any))
def test_moments_of_parts(parts: list[list[float]]) -> None:
    whole = np.concatenate(parts)
    mean, variance = combined(Moments(), parts)
    assert mean == pytest.approx(whole.mean(), rel=1e-9, abs=1e-6)
    assert variance == pytest.approx(whole.var(), rel=1e-6, abs=1e-4)


def test_moments_far_from_zero_keep_their_spread() -> None:
    """A time in seconds since 1970: the usual short cut loses all digits, and may go below 0."""
    times = 1.9e9 + RNG.normal(0, 3600, 50_000)
    _, variance = combined(Moments(), np.array_split(times, 50))
    assert variance == pytest.approx(times.var(), rel=1e-9)
    short = times.astype(np.float32)
    cut = float((short**2).mean() - short.mean() ** 2)
    assert abs(cut - times.var()) > 0.5 * times.var()


@given(NUMBERS.filter(any))
def test_extremes_of_parts(parts: list[list[float]]) -> None:
    whole = np.concatenate(parts)
    assert combined(Extremes(), parts) == [whole.min(), whole.max()]


@given(WORDS, st.sampled_from([None, 0, 1, 3]))
def test_a_vocabulary_of_parts(parts: list[list[str]], top: int | None) -> None:
    whole = list(itertools.chain(*parts))
    by_hand = sorted(set(whole), key=lambda word: (-whole.count(word), word))
    assert combined(Vocabulary(top), parts) == by_hand[:top]


@pytest.mark.parametrize("combiner", [Moments(), Extremes(), Vocabulary(), Quantiles(4)])
def test_a_merge_changes_neither_and_takes_no_order(combiner: Combiner[Any]) -> None:
    values = RNG.integers(0, 9, (2, 50)).astype(float)
    one, other = (combiner.add(combiner.create(), part) for part in values)
    before = combiner.extract(one), combiner.extract(other)
    pairs = combiner.merge(one, other), combiner.merge(other, one)
    assert (combiner.extract(one), combiner.extract(other)) == before
    first, second = (np.asarray(combiner.extract(pair), dtype=float) for pair in pairs)
    assert np.allclose(first, second)


@pytest.mark.parametrize("combiner", [Moments(), Extremes(), Quantiles(4)])
def test_no_values_at_all(combiner: Combiner[Any]) -> None:
    with pytest.raises(ValueError, match="there were no values"):
        combined(combiner, [[], []])
    assert combined(Vocabulary(), [[], []]) == []


def test_bad_numbers() -> None:
    with pytest.raises(ValueError, match="groups must be 2 or more, not 1"):
        Quantiles(1)
    with pytest.raises(ValueError, match="size must be 2 or more, not 1"):
        Sketch(1)
    with pytest.raises(ValueError, match="2 of 3 values are missing: fill them first"):
        Sketch().add([np.nan, 1.0, np.nan])


@pytest.mark.parametrize("order", ["sorted", "backwards", "shuffled"])
@pytest.mark.parametrize("rows", [1_000, 20_000, 200_000])
def test_a_sketch_of_merged_parts_is_close_and_small(rows: int, order: str) -> None:
    values = np.sort(RNG.lognormal(0, 1.5, rows))
    given = {"sorted": values, "backwards": values[::-1], "shuffled": RNG.permutation(values)}
    whole = Sketch(200)
    for number, part in enumerate(np.array_split(given[order], 20)):
        piece = Sketch(200, seed=number)
        piece.add(part)
        whole = whole.merged(piece)
    shares = np.linspace(0.05, 0.95, 19)
    ranks = np.searchsorted(values, whole.quantiles(shares)) / rows
    assert np.abs(ranks - shares).max() <= 0.015
    assert whole.count == rows
    assert whole.kept <= 800


def test_a_sketch_of_few_values_is_exact() -> None:
    few = Sketch(50)
    few.add(np.arange(41)[::-1])
    assert few.quantiles([0.0, 0.5, 1.0]).tolist() == [0.0, 20.0, 40.0]
