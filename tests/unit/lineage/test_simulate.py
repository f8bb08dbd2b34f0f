"""The courier firm: its law, its two clocks, and what each nightly table counts."""

import numpy as np
import pandas as pd
import pytest

from mlops_lab.lineage import simulate

WORLD = simulate(days=20, per_day=60, seed=3, delay=0.3)


def test_rates_are_the_shares_of_their_day_and_histories_of_all_days_so_far() -> None:
    parcels = WORLD.parcels
    for _, row in WORLD.rates.sample(20, random_state=1).iterrows():
        day = parcels[(parcels["courier"] == row["courier"]) & (parcels["day"] == row["event"])]
        assert row["rate"] == (day["late"].sum() + 1) / (len(day) + 4)
    for _, row in WORLD.histories.sample(20, random_state=1).iterrows():
        past = parcels[(parcels["customer"] == row["customer"]) & (parcels["day"] <= row["event"])]
        assert row["history"] == (past["late"].sum() + 1) / (len(past) + 4)


def test_a_row_is_written_at_two_in_a_night_after_its_day_both_tables_at_once() -> None:
    late = WORLD.rates["written"] - WORLD.rates["event"] - 1 - 2 / 24
    assert set(late.round(6)) <= {0, 1, 2, 3}
    nights = pd.concat([table[["event", "written"]] for _, table in WORLD.tables])
    assert nights.drop_duplicates()["event"].is_unique
    assert (late > 0.5).any()


@pytest.mark.parametrize(("delay", "late"), [(0.0, 0.0), (1.0, 1.0)])
def test_delay_is_the_share_of_late_nights(delay: float, late: float) -> None:
    rates = simulate(days=8, per_day=9, seed=1, delay=delay).rates
    assert (rates["written"] - rates["event"] > 1.5).mean() == late


def test_parcels_come_in_the_order_of_their_hours_with_the_distances_said() -> None:
    parcels = simulate(days=30, per_day=400, seed=1).parcels
    assert parcels["asked"].is_monotonic_increasing
    assert (np.floor(parcels["asked"]) == parcels["day"]).all()
    assert parcels["distance"].mean() == pytest.approx(15, abs=0.5)  # Gamma(3, 5)
    assert parcels["distance"].var() == pytest.approx(75, rel=0.1)


def test_persistence_is_the_likeness_of_a_couriers_next_day() -> None:
    def likeness(persistence: float) -> float:
        rates = simulate(40, 6000, seed=2, persistence=persistence).rates
        days = rates.pivot_table(index="event", columns="courier", values="rate")
        return float(np.corrcoef(days[:-1].to_numpy().ravel(), days[1:].to_numpy().ravel())[0, 1])

    assert likeness(0.0) == pytest.approx(0, abs=0.1)
    assert likeness(0.9) == pytest.approx(0.88, abs=0.07)


def test_a_seed_gives_one_firm() -> None:
    again = simulate(days=20, per_day=60, seed=3, delay=0.3)
    assert all(a.equals(b) for a, b in zip(WORLD, again, strict=True))
    assert not simulate(days=20, per_day=60, seed=4).parcels.equals(WORLD.parcels)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"days": 1}, "days must be 2 or more; got 1"),
        ({"per_day": 0}, "per_day must be 1 or more; got 0"),
        ({"persistence": 1.0}, "got 1.0 and 0.12"),
        ({"delay": 1.5}, "got 0.9 and 1.5"),
    ],
)
def test_a_parameter_out_of_range_is_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        simulate(seed=0, **wrong)  # type: ignore[arg-type]
