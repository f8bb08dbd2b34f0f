"""Metrics by another library, by arithmetic, and by published numbers."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score, precision_score

from mlops_lab.baselines import coverage, f1_at, precision_at, resampled, wald, wilson
from mlops_lab.kit import interval


def counted(tp: int, fn: int, fp: int, tn: int) -> tuple[list[int], list[int]]:
    """Return labels and flags that have these counts."""
    return [1] * (tp + fn) + [0] * (fp + tn), [1] * tp + [0] * fn + [1] * fp + [0] * tn


@pytest.mark.parametrize("counts", [(8, 2, 5, 85), (30, 0, 1, 9), (1, 9, 0, 90)])
def test_precision_and_f1_are_those_of_scikit_learn(counts: tuple[int, int, int, int]) -> None:
    tp, fn, fp, tn = counts
    truth, flags = counted(tp, fn, fp, tn)
    rates = tp / (tp + fn), fp / (fp + tn), (tp + fn) / len(truth)
    assert precision_at(*rates) == pytest.approx(precision_score(truth, flags))
    assert f1_at(*rates) == pytest.approx(f1_score(truth, flags))


def test_precision_follows_the_share_by_bayes_rule() -> None:
    # Of 10,000, 100 have it; 90 of these and 990 of 9,900 others are flagged.
    assert precision_at(0.9, 0.1, 0.01) == pytest.approx(90 / (90 + 990))


def test_what_is_undefined_is_nan() -> None:
    assert np.isnan(precision_at(0.0, 0.0, 0.3))
    assert np.isnan(f1_at(0.7, 0.0, 0.0))
    assert precision_at([0.0, 1.0], 0.0, 0.3).tolist()[1] == 1


@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize("n", [1, 10, 263])
def test_wilson_is_scipys(n: int, level: float) -> None:
    hits = np.arange(n + 1)
    low, high = wilson(hits, n, level)
    for k in hits:
        known = stats.binomtest(int(k), n).proportion_ci(level, method="wilson")
        assert (low[k], high[k]) == pytest.approx((known.low, known.high), abs=1e-12)


def test_a_published_interval() -> None:
    """81 of 263 in Newcombe's "Two-sided confidence intervals" (1998), table I."""
    assert np.round(wilson(81, 263), 4).tolist() == [0.2553, 0.3662]
    assert np.round(wald(81, 263), 4).tolist() == [0.2522, 0.3638]


def test_wald_has_no_width_where_all_are_hits() -> None:
    assert [float(one) for one in wald(30, 30)] == [1, 1]


def test_coverage_is_what_draws_give() -> None:
    hits = np.random.default_rng(0).binomial(30, 0.87, 40_000)
    for limits in (wald, wilson):
        low, high = limits(hits, 30)
        drawn = np.mean((low <= 0.87) & (high >= 0.87))
        assert coverage(limits, 30, 0.87) == pytest.approx(drawn, abs=0.005)


def test_coverage_of_two_coins_by_hand() -> None:
    # Wald from 2: [0, 0], [-0.19, 1.19], [1, 1]; one half is held with one hit, in half the cases.
    assert coverage(wald, 2, 0.5) == pytest.approx(0.5)


def test_resampled_without_a_test_set_is_students() -> None:
    values = [0.2, 0.5, 0.1, 0.4]
    assert resampled(values, 0) == interval(values)


def test_resampled_is_the_papers_formula() -> None:
    values, ratio = np.array([0.2, 0.5, 0.1, 0.4, 0.3]), 0.25
    half = stats.t.ppf(0.975, 4) * np.sqrt((1 / 5 + ratio) * values.var(ddof=1))
    one = resampled(values, ratio)
    assert (one.low, one.high) == pytest.approx((values.mean() - half, values.mean() + half))


def test_resampled_covers_where_students_interval_does_not() -> None:
    """Half of 40 numbers is the test set; the truth is the mean that they were drawn from."""
    rng, held = np.random.default_rng(1), np.zeros(2)
    for _ in range(400):
        rows = rng.normal(size=40)
        means = [rng.permutation(rows)[:20].mean() for _ in range(10)]
        for i, one in enumerate((interval(means), resampled(means, 1.0))):
            held[i] += one.low <= 0 <= one.high
    assert held[0] / 400 < 0.7
    assert held[1] / 400 > 0.9


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: precision_at(1.2, 0, 0.5), r"recall .* 0 to 1; got 1\.2"),
        (lambda: f1_at(0.5, -0.1, 0.5), r"false_alarms .* got -0\.1"),
        (lambda: f1_at(0.5, 0.1, np.nan), r"share .* got nan"),
        (lambda: wilson(5, 4), "hits must be from 0 to n"),
        (lambda: wald(0, 0), "n at least 1"),
        (lambda: wilson(1, 2, level=1), "level must lie between 0 and 1; got 1"),
        (lambda: coverage(wald, 30, 1.5), r"chance .* got 1\.5"),
        (lambda: resampled([1, 2], -1), "test_per_train must be 0 or more; got -1"),
    ],
)
def test_what_is_refused(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
