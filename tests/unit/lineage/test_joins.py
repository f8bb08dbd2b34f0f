"""Joins in time, against DuckDB, a loop, and rows that can be checked by eye."""

import re

import numpy as np
import pandas as pd
import pytest

from mlops_lab.lineage import as_of, latest, replay, simulate

ROWS = pd.DataFrame({"courier": [7, 7, 8, 7], "asked": [2.5, 1.0, 9.0, 0.5]}, index=[3, 1, 1, 0])
TABLE = pd.DataFrame(
    {
        "courier": [7, 7, 7],
        "event": [1.0, 0.0, 2.0],
        "written": [2.0, 2.0, 4.0],
        "rate": [0.1, 0.9, 0.5],
    }
)


def test_by_the_written_time_and_of_two_at_once_the_later_event() -> None:
    found = as_of(ROWS, TABLE, key="courier")
    assert found["rate"].tolist() == pytest.approx([0.1, np.nan, np.nan, np.nan], nan_ok=True)
    assert found.drop(columns="rate").equals(ROWS)


def test_by_the_event_time_and_a_moment_counts_itself() -> None:
    found = as_of(ROWS, TABLE, key="courier", clock="event")["rate"]
    assert found.tolist() == pytest.approx([0.5, 0.1, np.nan, 0.9], nan_ok=True)


def test_the_latest_is_that_of_the_latest_event_for_every_row() -> None:
    found = latest(ROWS, TABLE, key="courier")["rate"]
    assert found.tolist() == pytest.approx([0.5, 0.5, np.nan, 0.5], nan_ok=True)


def test_the_column_of_the_moment_can_be_another() -> None:
    rows = ROWS.assign(loaded=[4.0, 4.0, 4.0, 1.9])
    found = as_of(rows, TABLE, key="courier", asked="loaded")["rate"]
    assert found.tolist() == pytest.approx([0.5, 0.5, np.nan, np.nan], nan_ok=True)


@pytest.mark.parametrize("clock", ["event", "written"])
def test_duckdb_joins_alike(clock: str) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the extra lineage is not installed")
    rows, rates, _ = simulate(days=20, per_day=80, seed=5, delay=0.5)
    rows = rows.sample(frac=1, random_state=1)
    with duckdb.connect() as connection:
        connection.register("asked_rows", rows)
        connection.register("rates", rates)
        expected = connection.execute(
            f"""WITH past AS (SELECT courier, {clock} AS clock, arg_max(rate, event) AS rate
                              FROM rates GROUP BY ALL)
                SELECT parcel, rate FROM asked_rows ASOF LEFT JOIN past
                ON asked_rows.courier = past.courier AND asked_rows.asked >= past.clock"""
        ).df()
    found = as_of(rows, rates, key="courier", clock=clock)
    both = found[["parcel", "rate"]].merge(expected, on="parcel", suffixes=("", "_duckdb"))
    np.testing.assert_array_equal(both["rate"], both["rate_duckdb"])
    assert both["rate"].notna().any()
    assert both["rate"].isna().any() == (clock == "written")


def test_what_the_online_store_said_is_the_join_by_the_written_time() -> None:
    world = simulate(days=20, per_day=80, seed=6, delay=0.5)
    rows = world.parcels.sample(frac=1, random_state=1)
    served = replay(rows, world.tables)
    expected = rows
    for key, table in world.tables:
        expected = as_of(expected, table, key=key)
    pd.testing.assert_frame_equal(served, expected)


def test_the_last_write_wins_even_when_it_is_older() -> None:
    table = TABLE.assign(written=[2.0, 3.0, 5.0])
    rows = pd.DataFrame({"courier": [7, 7], "asked": [2.0, 3.0]})
    assert replay(rows, [("courier", table)])["rate"].tolist() == [0.1, 0.9]


@pytest.mark.parametrize(
    ("rows", "table", "said"),
    [
        (ROWS.drop(columns="asked"), TABLE, "the rows have no column ['asked']"),
        (ROWS.drop(columns="courier"), TABLE, "the rows have no column ['courier']"),
        (ROWS, TABLE.drop(columns="written"), "the table has no column ['written']"),
        (ROWS, TABLE.assign(more=1), "one column of values; it has ['rate', 'more']"),
    ],
)
def test_a_missing_column_is_refused(rows: pd.DataFrame, table: pd.DataFrame, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        as_of(rows, table, key="courier")
    with pytest.raises(ValueError, match=re.escape(said)):
        replay(rows, [("courier", table)])


def test_a_clock_that_is_no_column_is_refused() -> None:
    with pytest.raises(ValueError, match="no column 'created'"):
        as_of(ROWS, TABLE, key="courier", clock="created")
