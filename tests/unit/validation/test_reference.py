"""A batch against good days: distances as the textbook has them, limits that good days keep."""

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mlops_lab.data.parcels import simulate
from mlops_lab.validation import Limits, Reference, damage, fit_limits, seen_before

NUMBERS = ("hour", "weight", "length", "distance", "value", "stops")
CATEGORIES = ("depot", "service", "postcode")
SAME = ("hour", "depot", "postcode", "service", "weight", "length", "distance")
Days = list[pd.DataFrame]


@pytest.fixture(scope="module")
def days() -> Days:
    frame, _ = simulate(50, 1000, seed=11)
    return [day for _, day in frame.groupby("day")]


@pytest.fixture(scope="module")
def reference(days: Days) -> Reference:
    return Reference.of(pd.concat(days[:5]), NUMBERS, CATEGORIES)


@pytest.fixture(scope="module")
def limits(days: Days, reference: Reference) -> tuple[Limits, Limits]:
    good = days[5:45]
    return (
        fit_limits([reference.statistics(day, rows=SAME) for day in good]),
        fit_limits([reference.slices(day, "depot", ("weight", "length")) for day in good]),
    )


def test_ks_in_bins_is_close_below_the_exact_one(days: Days, reference: Reference) -> None:
    found = reference.statistics(days[9])
    for name in NUMBERS:
        exact = stats.ks_2samp(reference.frame[name].dropna(), days[9][name].dropna()).statistic
        assert exact - 0.035 <= found[f"{name} ks"] <= exact + 1e-9


def test_shares(reference: Reference) -> None:
    batch = reference.frame.head(200).assign(
        weight=[np.nan] * 50 + ["7,03"] * 50 + [2.5] * 100, stops=61, service="express"
    )
    found = reference.statistics(batch)
    assert found["weight missing"] == 0.5  # what is no number is as good as missing
    assert found["weight commonest"] == 0.5
    assert found["stops commonest"] == 1.0
    express = (reference.frame["service"] == "express").mean()
    assert found["service linf"] == pytest.approx(1 - express)
    assert "repeated" not in found
    assert reference.statistics(batch.assign(weight=None))["weight ks"] == 1.0


@pytest.mark.parametrize(
    ("kind", "by_batch"),
    [("pounds", True), ("renumbered", True), ("swapped", True), ("default", True), ("clock", True),
     ("stale", False), ("quarry", False)],
)  # fmt: skip
def test_what_rings(
    days: Days, reference: Reference, limits: tuple[Limits, Limits], kind: str, by_batch: bool
) -> None:
    rung = [
        bool(limits[0].fires(reference.statistics(damage(kind, now, before, seed=i), rows=SAME)))
        for i, (before, now) in enumerate(pairwise(days[44:49]))
    ]
    assert rung == [by_batch] * 4


def test_a_fault_in_one_depot_shows_in_its_slice(
    days: Days, reference: Reference, limits: tuple[Limits, Limits]
) -> None:
    def first(batch: pd.DataFrame) -> str:
        far = limits[1].far(reference.slices(batch, "depot", ("weight", "length")))
        return max(far, key=lambda name: far[name])

    broken = [damage("quarry", days[i], days[i - 1], seed=i) for i in range(45, 50)]
    assert [first(batch) for batch in broken].count("weight ks in quarry") >= 4
    assert "weight ks in moon" not in reference.slices(
        days[9].assign(depot="moon"), "depot", ("weight",)
    )


def test_yesterdays_rows_are_remembered(days: Days) -> None:
    stale = damage("stale", days[9], days[8], seed=0)
    assert seen_before(stale, days[8], without=("parcel", "day")) == 1.0
    assert seen_before(days[9], days[8], without=("parcel", "day")) == 0.0


def test_good_days_seldom_ring() -> None:
    rng = np.random.default_rng(3)
    rung = []
    for _ in range(60):
        table = rng.normal(0, 1, (60, 10))
        days = [{str(i): one for i, one in enumerate(row)} for row in table.tolist()]
        limits = fit_limits(days[:40])
        rung += [bool(limits.fires(day)) for day in days[40:]]
    assert 0.0 < np.mean(rung) < 0.05
    assert not any(fit_limits(days).fires(day) for day in days)


def test_a_statistic_that_never_varied() -> None:
    limits = fit_limits([{"missing": 0.0, "ks": 0.01}, {"missing": 0.0, "ks": 0.03}])
    assert limits.fires({"missing": 0.0, "ks": 0.03}) == {}
    assert limits.fires({"missing": 0.001, "ks": 0.0}) == {"missing": np.inf}
    assert limits.far({"new": 9.0}) == {}


@pytest.mark.parametrize(
    ("days", "slack", "told"),
    [
        ([{"a": 1.0}], 1.1, "limits need two good days or more, not 1"),
        ([{"a": 1.0}, {"b": 1.0}], 1.1, "day 1 and day 0 differ in their statistics: a, b"),
        ([{"a": 1.0}, {"a": 2.0}], 0.9, "slack must be 1 or more, not 0.9"),
    ],
)
def test_bad_days(days: list[dict[str, float]], slack: float, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        fit_limits(days, slack=slack)


def test_bad_references(days: Days) -> None:
    with pytest.raises(ValueError, match="no column mass; there are parcel, day"):
        Reference.of(days[0], ("mass",), ())
    with pytest.raises(ValueError, match="weight: all values are missing"):
        Reference.of(days[0].assign(weight=np.nan), ("weight",), ())
