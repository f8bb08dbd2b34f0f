"""Parcels: the law is what the card says."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from mlops_lab.data import load
from mlops_lab.data.parcels import DEPOTS, SERVICES, simulate


@pytest.fixture(scope="module")
def parcels() -> pd.DataFrame:
    """Return what is shipped, table and truth side by side."""
    data = load("parcels")
    return pd.concat([data.frame, data.truth["truth"]], axis="columns")


def test_a_time_can_be_drawn_in_pieces() -> None:
    whole, chance = simulate(5, 70, seed=3)
    pieces = [simulate(days, 70, seed=3, first_day=first) for first, days in ((0, 2), (2, 3))]
    frames, chances = zip(*pieces, strict=True)
    pd.testing.assert_frame_equal(pd.concat(frames, ignore_index=True), whole)
    pd.testing.assert_frame_equal(pd.concat(chances, ignore_index=True), chance)
    assert whole["parcel"].is_unique


def test_other_seeds_are_other_parcels_of_the_same_streets() -> None:
    def distances(seed: int, world: int) -> "pd.Series[float]":
        frame, _ = simulate(10, 2000, seed=seed, world=world)
        found = frame.groupby("postcode")["distance"].agg(["mean", "size"])
        return found["mean"][found["size"] >= 20]

    first, second, other = distances(0, 0), distances(1, 0), distances(0, 1)
    assert not simulate(1, 50, seed=0)[0].equals(simulate(1, 50, seed=1)[0])
    both = first.index.intersection(second.index)
    assert np.allclose(first[both], second[both], rtol=0.12)  # of 20 distances that vary by 10 %
    both = first.index.intersection(other.index)
    assert abs(np.corrcoef(first[both], other[both])[0, 1]) < 0.4


def test_every_postcode_has_one_depot(parcels: pd.DataFrame) -> None:
    assert parcels.groupby("postcode")["depot"].nunique().max() == 1
    assert parcels.groupby("depot")["postcode"].nunique().max() <= 50


def test_chances_are_true(parcels: pd.DataFrame) -> None:
    groups = parcels.groupby(pd.qcut(parcels["chance"], 10))
    expected, found = groups["chance"].mean(), groups["late"].mean()
    errors = np.sqrt(expected * (1 - expected) / groups.size())
    assert (abs(found - expected) < 4 * errors).all()
    assert 0.79 < roc_auc_score(parcels["late"], parcels["chance"]) < 0.83
    assert 0.23 < parcels["late"].mean() < 0.29


def test_hour_and_depot_say_something_only_together(parcels: pd.DataFrame) -> None:
    evening = parcels["hour"] > 14
    alone = [parcels.groupby(by)["late"].transform("mean") for by in (evening, parcels["depot"])]
    together = parcels.groupby([evening, parcels["depot"]])["late"].transform("mean")
    assert all(roc_auc_score(parcels["late"], one) < 0.55 for one in alone)
    assert roc_auc_score(parcels["late"], together) > 0.68


def test_shares_are_those_of_the_law(parcels: pd.DataFrame) -> None:
    n = len(parcels)
    for column, values, law in (
        ("depot", DEPOTS, (0.22, 0.19, 0.16, 0.13, 0.11, 0.09, 0.06, 0.04)),
        ("service", SERVICES, (0.35, 0.45, 0.20)),
    ):
        found = parcels[column].value_counts(normalize=True)[list(values)].to_numpy()
        wanted = np.array(law)
        assert (abs(found - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / n)).all()
    assert abs(parcels["value"].isna().mean() - 0.03) < 4 * np.sqrt(0.03 * 0.97 / n)
    by_day = parcels.groupby("day")["stops"].mean()
    assert by_day[by_day.index % 7 == 0].min() > by_day[by_day.index % 7 != 0].max()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"days": 0}, "days must be 1 or more, not 0"),
        ({"per_day": 0}, "per_day must be from 1 to 1,000,000, not 0"),
        ({"per_day": 1_000_001}, "per_day must be from 1 to 1,000,000, not 1000001"),
        ({"seed": -1}, "seed must be 0 or more, not -1"),
        ({"first_day": -2}, "first_day must be 0 or more, not -2"),
        ({"world": -1}, "world must be 0 or more, not -1"),
    ],
)
def test_numbers_out_of_range(given: dict[str, int], told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        simulate(**{"days": 1, "per_day": 1, "seed": 0, **given})
