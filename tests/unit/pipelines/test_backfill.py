"""Backfills: the law of tiers, replayed by hand, and joins against DuckDB's."""

import numpy as np
import pandas as pd
import pytest

from mlops_lab import pipelines

duckdb = pytest.importorskip("duckdb")


def test_tiers_move_with_returns_and_only_afterwards() -> None:
    orders, history = pipelines.customers(0, count=50, weeks=30, rate=0.5)
    tier = dict.fromkeys(range(50), 0.0)
    expected = []
    for who, back in orders[["customer", "returned"]].to_numpy().tolist():
        expected.append(tier[who])
        tier[who] = min(max(tier[who] + (1 if back else -0.25), 0), 8)
    joined = pipelines.as_of(orders, history)
    assert joined["tier"].tolist() == expected
    final = pipelines.today(orders, history, week=30)
    assert final["tier"].tolist() == [tier[who] for who in orders["customer"]]


def test_the_join_is_that_of_duckdb_in_any_order_of_rows() -> None:
    orders, history = pipelines.customers(1, count=40, weeks=20)
    mixed = orders.sample(frac=1, random_state=0)
    con = duckdb.connect()
    con.register("o", mixed.reset_index(names="row"))
    con.register("h", history)
    asked = """select o.row, h.tier from o asof left join h
        on o.customer = h.customer and o.week > h.week order by o.row"""
    expected = con.execute(asked).fetchdf()["tier"]
    found = pipelines.as_of(mixed, history)
    assert list(found.index) == list(mixed.index)
    assert found["tier"].sort_index().tolist() == expected.tolist()
    con.close()


def test_without_an_earlier_entry_the_tier_is_missing() -> None:
    orders = pd.DataFrame({"week": [3, 3], "customer": [1, 2]})
    history = pd.DataFrame({"customer": [1, 2], "week": [2, 3], "tier": [1.5, 2.5]})
    found = pipelines.as_of(orders, history)["tier"]
    assert found[0] == 1.5
    assert np.isnan(found[1])


def test_today_sees_no_later_week() -> None:
    orders, history = pipelines.customers(2, count=60, weeks=20)
    early = history[history["week"] < 10]
    found = pipelines.today(orders, history, week=10)["tier"]
    assert found.tolist() == pipelines.today(orders, early, week=99)["tier"].tolist()


def test_returns_hang_on_the_amount_and_the_customer() -> None:
    orders, _ = pipelines.customers(3, count=4000, weeks=20, own=0.0)
    near = orders[orders["amount"].abs() < 0.1]["returned"]
    assert near.mean() == pytest.approx(1 / (1 + np.exp(1.2)), abs=0.04)
    assert len(orders) == pytest.approx(4000 * 20 * 0.15, rel=0.05)
    with pytest.raises(ValueError, match=r"got 0, 40 and 0\.15"):
        pipelines.customers(0, count=0)
