"""Each kind of fault does what it says, to as many rows as it says, and to nothing else."""

import re

import numpy as np
import pandas as pd
import pytest

from mlops_lab.data.parcels import simulate
from mlops_lab.validation import KINDS, damage

ROWS = 1000
OF_WEIGHT = ("comma", "text", "n/a", "range", "missing", "grams", "pounds", "quarry", "default")
MOVED = {  # the columns that a kind may change, where it adds no rows
    **{kind: {"weight"} for kind in OF_WEIGHT},
    "category": {"service"},
    "swapped": {"length", "distance"},
    "clock": {"hour"},
}


@pytest.fixture(scope="module")
def days() -> list[pd.DataFrame]:
    frame, _ = simulate(2, ROWS, seed=5)
    return [day.reset_index(drop=True) for _, day in frame.groupby("day")]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_given_stays(days: list[pd.DataFrame], kind: str) -> None:
    before = [day.copy() for day in days]
    damage(kind, days[1], days[0], seed=0)
    for was, now in zip(before, days, strict=True):
        pd.testing.assert_frame_equal(was, now)


@pytest.mark.parametrize("kind", MOVED)
def test_only_these_columns_and_rows(days: list[pd.DataFrame], kind: str) -> None:
    found = damage(kind, days[1], days[0], seed=0)
    assert found.columns.tolist() == days[1].columns.tolist()
    were, are = (frame.astype(object).where(frame.notna(), "none") for frame in (days[1], found))
    differing = were != are
    assert {name for name in differing if differing[name].any()} == MOVED[kind]
    touched = int(differing.any(axis=1).sum())
    if kind == "quarry":
        assert touched == np.count_nonzero(days[1]["depot"] == "quarry")
    else:
        assert 0.95 * KINDS[kind].share * ROWS <= touched <= KINDS[kind].share * ROWS


@pytest.mark.parametrize(("kind", "dose"), [("missing", 0.5), ("n/a", 0.3), ("clock", 0.1)])
def test_a_dose(days: list[pd.DataFrame], kind: str, dose: float) -> None:
    (column,) = MOVED[kind]
    found = damage(kind, days[1], days[0], seed=0, dose=dose)[column]
    same = found.astype(str) == days[1][column].astype(str)
    assert np.count_nonzero(~same) == dose * ROWS


def test_values(days: list[pd.DataFrame]) -> None:
    batch = days[1]

    def made(kind: str) -> pd.DataFrame:
        return damage(kind, batch, days[0], seed=0)

    assert made("comma")["weight"].str.fullmatch(r"\d+,\d\d").all()
    assert made("text")["weight"].astype(float).tolist() == batch["weight"].tolist()
    assert np.allclose(made("grams")["weight"], 1000 * batch["weight"])
    assert np.allclose(
        made("pounds")["weight"], (2.205 * batch["weight"]).clip(upper=34), atol=0.01
    )
    assert made("swapped")["length"].tolist() == batch["distance"].tolist()
    assert np.allclose((made("clock")["hour"] - batch["hour"]) % 24, 2)
    assert made("clock")["hour"].between(0, 24, inclusive="left").all()


@pytest.mark.parametrize(("kind", "own_number"), [("resent", True), ("renumbered", False)])
def test_rows_that_are_sent_twice(days: list[pd.DataFrame], kind: str, own_number: bool) -> None:
    found = damage(kind, days[1], days[0], seed=0)
    assert len(found) == ROWS * 1.1
    assert found["parcel"].is_unique != own_number
    rest = [name for name in found if name != "parcel"]
    assert found.duplicated(subset=rest).sum() >= ROWS * 0.1


def test_stale_rows_are_yesterdays_with_todays_date(days: list[pd.DataFrame]) -> None:
    found = damage("stale", days[1], days[0], seed=0)
    assert set(found["day"]) == {1}
    assert not set(found["parcel"]) & set(pd.concat(days)["parcel"])
    rest = [name for name in found if name not in ("parcel", "day")]
    pd.testing.assert_frame_equal(found[rest], days[0][rest])


@pytest.mark.parametrize(
    ("kind", "dose", "told"),
    [
        ("flood", None, "kind must be one of comma, text, "),
        ("missing", 0.0, "dose must be above 0 and at most 1, not 0.0"),
        ("missing", 1.5, "dose must be above 0 and at most 1, not 1.5"),
    ],
)
def test_bad_input(days: list[pd.DataFrame], kind: str, dose: float | None, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        damage(kind, days[1], days[0], seed=0, dose=dose)
