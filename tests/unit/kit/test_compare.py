import math

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy import stats

from mlops_lab.kit import Interval, interval, paired


@pytest.mark.parametrize("n", [2, 3, 10, 200])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_interval_is_the_one_of_a_t_test(n: int, level: float) -> None:
    values = np.random.default_rng(n).normal(3, 2, n)
    made, wanted = interval(values, level), stats.ttest_1samp(values, 0).confidence_interval(level)
    assert made.low == pytest.approx(float(wanted.low), rel=1e-9)
    assert made.high == pytest.approx(float(wanted.high), rel=1e-9)
    assert made.mean == pytest.approx(values.mean())
    assert (made.n, made.level) == (n, level)


@pytest.mark.parametrize("n", [2, 5, 50])
def test_paired_is_the_interval_of_a_paired_t_test(n: int) -> None:
    rng = np.random.default_rng(n)
    first, second = rng.normal(1, 1, n), rng.normal(0, 1, n)
    made, wanted = paired(list(first), list(second)), stats.ttest_rel(first, second)
    low, high = wanted.confidence_interval(0.95)
    assert made.low == pytest.approx(float(low), rel=1e-9)
    assert made.high == pytest.approx(float(high), rel=1e-9)
    assert made.mean == pytest.approx(first.mean() - second.mean())


def test_what_a_seed_does_to_both_arms_cancels() -> None:
    noise = np.random.default_rng(0).normal(0, 100, 20)
    better = paired(list(noise + 1), list(noise))
    assert better.low == pytest.approx(1)
    assert better.high == pytest.approx(1)
    assert better.above_zero


def test_swapped_arms_swap_the_sign() -> None:
    there, back = paired([3, 5, 9], [1, 2, 3]), paired([1, 2, 3], [3, 5, 9])
    assert (there.mean, there.low, there.high) == (-back.mean, -back.high, -back.low)


@pytest.mark.parametrize("value", [0.1, 0.3, -7.7, 0.0, 1e9])
def test_equal_values_give_width_0(value: float) -> None:
    made = interval([value] * 7)
    assert made.low == made.mean == made.high == pytest.approx(value)
    assert made.above_zero == (value > 0)


def test_no_difference_is_not_above_zero() -> None:
    assert not paired([1, 2, 3], [1, 2, 3]).above_zero


@pytest.mark.parametrize(
    "values",
    [[], [1.0], 3.0, [[1.0, 2.0], [3.0, 4.0]], [1.0, math.nan], [1.0, math.inf]],
    ids=["none", "one", "scalar", "table", "nan", "inf"],
)
def test_values_without_an_interval_are_refused(values: ArrayLike) -> None:
    with pytest.raises(ValueError, match="need two finite values or more in one row; got"):
        interval(values)


@pytest.mark.parametrize("level", [0, 1, -0.1, 95, math.nan])
def test_level_out_of_range(level: float) -> None:
    with pytest.raises(ValueError, match=f"between 0 and 1; got {level}"):
        interval([1, 2], level)


@pytest.mark.parametrize(("first", "second"), [([1, 2, 3], [1, 2]), ([1, 2, 3], [1])])
def test_arms_of_different_length(first: list[float], second: list[float]) -> None:
    with pytest.raises(ValueError, match=r"same seeds; got \(3,\) and \((2|1),\) values"):
        paired(first, second)


def test_text() -> None:
    assert str(Interval(0.12345, -1.0, 1234.5, 8, 0.95)) == "0.123 [-1, 1.23e+03], n = 8"
