import math

import numpy as np
import pytest
from scipy import stats

from mlops_lab.workbench.classroom.report.statistics import (
    alpha,
    discrimination,
    summary,
    wilson,
)


@pytest.mark.parametrize(("good", "n"), [(0, 3), (3, 3), (8, 10), (1, 60), (1, 1), (30, 60)])
def test_wilson_is_scipys_for_all_or_nothing(good: int, n: int) -> None:
    found = wilson([1.0] * good + [0.0] * (n - good))
    theirs = stats.binomtest(good, n).proportion_ci(method="wilson")
    assert found == pytest.approx((good / n, theirs.low, theirs.high), abs=1e-9)


def test_wilson_for_parts_is_wider_than_the_normal_interval_of_the_mean() -> None:
    shares = np.random.default_rng(1).beta(4, 2, 80)
    found = wilson(shares.tolist())
    assert found is not None
    mean, low, high = found
    half = 1.96 * shares.std(ddof=1) / math.sqrt(80)
    assert mean == pytest.approx(shares.mean())
    assert low < mean - half
    assert high > mean + half


def test_wilson_of_none_and_of_bonus_points() -> None:
    assert wilson([]) is None
    assert wilson([1.5, 1.0]) == wilson([1.0, 1.0])


def test_corrected_item_total_correlations_are_scipys() -> None:
    rng = np.random.default_rng(2)
    skill = rng.normal(size=40)
    table = {f"t{i}": (skill + rng.normal(size=40)).round(1).tolist() for i in range(4)}
    found = discrimination(table)
    whole = np.array(list(table.values()))
    for i, (task, points) in enumerate(table.items()):
        rest = np.delete(whole, i, axis=0).sum(axis=0)
        theirs = stats.pearsonr(points, rest)
        interval = theirs.confidence_interval(0.95)
        assert found[task].r == pytest.approx(theirs.statistic)
        assert [found[task].low, found[task].high] == pytest.approx([interval.low, interval.high])
        assert found[task].n == 40


def test_correlation_worked_by_hand() -> None:
    # Own points 0 0 1 1 against the others' 1 2 2 3: covariance 1, squares 1 and 2, so 1 / sqrt 2.
    found = discrimination({"a": [0, 0, 1, 1], "b": [1, 2, 2, 3]})
    assert found["a"].r == pytest.approx(1 / math.sqrt(2))
    assert found["a"].low is None  # four students give no interval


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ({"a": [1, 1, 1, 1], "b": [0, 1, 2, 3]}, "all have the same points"),
        ({"a": [0, 1, 2, 3], "b": [2, 2, 2, 2]}, "the others have the same total for all"),
        ({"a": [0, 1, 2, 3]}, "there is no other task"),
        ({"a": [0, 1], "b": [0, 1]}, "2 students are too few"),
        ({"a": [None, None, None, 1], "b": [0, 1, 2, 3]}, "not graded for most"),
        ({"a": [None] * 4, "b": [None] * 4}, "not graded for most"),
        ({"a": [], "b": []}, "not graded for most"),
    ],
)
def test_no_correlation_has_a_reason(points: dict[str, list[float | None]], why: str) -> None:
    found = discrimination(points)["a"]
    assert (found.r, found.why) == (None, why)


def test_gaps_leave_out_the_student_or_the_task() -> None:
    a, b = [0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 3.0, 2.0, 9.0]
    rare: list[float | None] = [None, None, None, 1.0, None]
    gap: list[float | None] = [*b[:4], None]
    found = discrimination({"a": a, "b": gap, "rare": rare})
    assert found["a"].n == 4
    assert found["a"].r == pytest.approx(np.corrcoef(a[:4], b[:4])[0, 1])
    assert found["rare"].r is None


def test_alpha_worked_by_hand() -> None:
    # Variances 1, 1 and 4; totals 3 7 11 with variance 16: 3/2 * (1 - 6/16).
    found = alpha({"a": [0, 1, 2], "b": [2, 3, 4], "c": [1, 3, 5]})
    assert found.value == pytest.approx(15 / 16)
    assert (found.tasks, found.n) == (3, 3)


def test_alpha_is_that_of_the_covariances_and_can_be_negative() -> None:
    table = np.random.default_rng(3).integers(0, 5, (4, 30)).astype(float)
    c = np.cov(table)
    expected = 4 / 3 * (1 - np.trace(c) / c.sum())
    assert alpha(dict(enumerate_names(table))).value == pytest.approx(expected)
    against = alpha({"a": [0, 1, 2, 3], "b": [3, 2, 1, 1]}).value
    assert against is not None
    assert against < 0


def enumerate_names(table: np.ndarray) -> list[tuple[str, list[float | None]]]:
    return [(f"t{i}", row.tolist()) for i, row in enumerate(table)]


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ({"a": [0, 1, 2]}, "it needs two graded tasks"),
        ({"a": [0, 1], "b": [0, 1]}, "it needs three students with all points"),
        ({"a": [0, 1, 2], "b": [2, 1, 0]}, "all have the same total"),
        ({}, "it needs two graded tasks"),
    ],
)
def test_no_alpha_has_a_reason(points: dict[str, list[float | None]], why: str) -> None:
    found = alpha(points)
    assert (found.value, found.why) == (None, why)


def test_summary_has_scipys_interval_and_numpys_quartiles() -> None:
    totals = np.random.default_rng(4).normal(12, 3, 25).clip(0, 20).tolist()
    found = summary(totals, 20)
    low, high = stats.t.interval(0.95, 24, np.mean(totals), stats.sem(totals))
    assert found.low == pytest.approx(low)
    assert found.high == pytest.approx(high)
    assert found.quartiles == pytest.approx(tuple(np.quantile(totals, [0.25, 0.5, 0.75])))


def test_summary_of_few_equal_and_none() -> None:
    assert summary([], 9).mean is None
    assert summary([1, 2, 3, 4], 9).low is None
    same = summary([4.0] * 6, 9)
    assert (same.low, same.mean, same.high) == (4, 4, 4)
    assert summary([9, 9, 9, 9, 8], 9).high == 9  # nobody can have more
