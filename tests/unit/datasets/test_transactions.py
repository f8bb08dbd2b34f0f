"""The transactions stream: its truth is the truth."""

import csv
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

FOLDER = Path(__file__).parents[3] / "datasets" / "transactions"
FILES = ("transactions.csv.gz", "truth.csv.gz", "events.csv")
Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def law() -> dict[str, Any]:
    return runpy.run_path(str(FOLDER / "make.py"), run_name="law")


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """Return orders and truth side by side."""
    both = [pd.read_csv(FOLDER / name) for name in FILES[:2]]
    return pd.concat(both, axis="columns")


class Event(NamedTuple):
    name: str
    first_week: int
    end_week: int
    first_row: int
    end_row: int


@pytest.fixture(scope="module")
def events() -> list[Event]:
    with (FOLDER / "events.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [Event(row["event"], *(int(row[key]) for key in Event._fields[1:])) for row in rows]


def one(events: list[Event], name: str) -> Event:
    (found,) = (event for event in events if event.name == name)
    return found


@pytest.fixture(scope="module")
def chance(law: dict[str, Any]) -> Callable[[pd.DataFrame], Floats]:
    found: Callable[[pd.DataFrame], Floats] = law["return_chance"]
    return found


def test_another_seed_is_another_stream(law: dict[str, Any], orders: pd.DataFrame) -> None:
    other, truth, _ = law["make"](1)
    assert len(other) == len(truth) != len(orders)


def test_events_start_and_end_where_their_weeks_do(
    orders: pd.DataFrame, events: list[Event]
) -> None:
    week = orders["week"].to_numpy()
    assert (np.diff(week) >= 0).all()
    for event in events:
        for row, boundary in ((event.first_row, event.first_week), (event.end_row, event.end_week)):
            assert (week[:row] <= boundary).all(), event
            assert (week[row:] >= boundary).all(), event
    assert [event.first_week for event in events] == sorted(event.first_week for event in events)
    assert all(event.first_row < event.end_row for event in events)
    assert max(event.end_row for event in events) == len(orders)


def test_campaigns_bring_more_orders_with_more_discount(
    orders: pd.DataFrame, events: list[Event]
) -> None:
    campaigns = [event for event in events if event.name == "campaign"]
    assert len(campaigns) == 4
    outside = np.ones(len(orders), dtype=bool)
    for event in campaigns:
        inside = slice(event.first_row, event.end_row)
        outside[inside] = False
        weeks = event.end_week - event.first_week
        assert (event.end_row - event.first_row) / weeks > 1.4 * 260
        assert (orders["discount"][inside] > 0).mean() > 0.6
    assert (orders["discount"][outside] > 0).mean() == pytest.approx(0.25, abs=0.02)


def test_the_app_and_the_resellers_come_when_events_say(
    orders: pd.DataFrame, events: list[Event]
) -> None:
    app = one(events, "new app")
    mobile, error = orders["mobile"], 5 * 0.5 / np.sqrt(8000)
    assert mobile[: app.first_row].mean() == pytest.approx(0.35, abs=error)
    assert mobile[app.end_row :].mean() == pytest.approx(0.75, abs=error)
    assert 0.4 < mobile[app.first_row : app.end_row].mean() < 0.7
    start = one(events, "resellers").first_row
    assert not orders["reseller"][:start].any()
    late = orders[orders["week"] >= 96]
    assert stats.binomtest(int(late["reseller"].sum()), len(late), 0.08).pvalue > 1e-4
    resellers = orders[orders["reseller"] == 1]
    assert (resellers["chance"] == 0.93).all()
    assert resellers["items"].min() >= 8


def test_orders_come_back_as_often_as_their_chance_says(orders: pd.DataFrame) -> None:
    tenths = pd.qcut(orders["chance"], 10, labels=False, duplicates="drop")
    for _, some in orders.groupby(tenths):
        # A sum of independent draws, each with its own chance.
        spread = np.sqrt((some["chance"] * (1 - some["chance"])).sum())
        assert abs(some["returned"].sum() - some["chance"].sum()) < 4 * spread + 1
    assert tenths.nunique() == 10


def test_the_rule_changes_at_the_event_and_nowhere_else(
    orders: pd.DataFrame, events: list[Event], chance: Callable[[pd.DataFrame], Floats]
) -> None:
    change = one(events, "free returns").first_row
    usual = orders["reseller"] == 0
    before, after = (chance(orders.assign(week=week)) for week in (0.0, 103.0))
    expected = np.where(np.arange(len(orders)) < change, before, after)
    # Inputs are rounded in the file, hence the small slack; far orders change much faster.
    gap = np.abs(expected - orders["chance"])[usual]
    assert gap.max() < 0.03
    assert np.quantile(gap, 0.99) < 0.003
    assert np.abs(before - after)[usual].mean() > 0.2
    for position in (change - 1, change):  # the very rows beside it obey their own rule
        assert gap[position] < 0.003


def test_knowing_every_chance_leaves_the_luck(orders: pd.DataFrame) -> None:
    best = np.maximum(orders["chance"], 1 - orders["chance"]).mean()
    assert best == pytest.approx(0.80, abs=0.01)  # what the card says


def test_the_rule_of_old_orders_misleads_after_the_change(
    orders: pd.DataFrame, chance: Callable[[pd.DataFrame], Floats]
) -> None:
    late = orders[(orders["week"] >= 60) & (orders["reseller"] == 0)]
    guess_old = chance(late.assign(week=0.0)) > 0.5
    guess_new = chance(late) > 0.5
    truth = late["returned"] == 1
    assert (guess_new == truth).mean() > (guess_old == truth).mean() + 0.1
