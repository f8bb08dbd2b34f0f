"""The town: its law, and columns that agree with each other."""

import numpy as np
import pandas as pd
import pytest

from mlops_lab.privacy import town


def test_columns_tell_one_birthday() -> None:
    people = town(0, 5000)
    born = pd.to_datetime(people["date"].astype(str), format="%Y%m%d")
    assert (born.dt.year == people["year"]).all()
    assert (born.dt.year * 100 + born.dt.month == people["month"]).all()
    assert (people["year"] // 10 == people["decade"]).all()
    assert (people["zip"] // 10 == people["area"]).all()
    assert born.min().year == 1940
    assert born.max().year == 2019


def test_the_town_follows_its_law() -> None:
    people = town(1, 50_000, zips=4)
    share = people["zip"].value_counts(normalize=True).sort_index()
    weight = np.arange(1, 5) ** -0.7
    np.testing.assert_allclose(share, weight / weight.sum(), atol=0.01)
    assert people["sex"].eq("F").mean() == pytest.approx(0.5, abs=0.01)
    assert people["person"].is_unique


def test_a_seed_gives_one_town() -> None:
    pd.testing.assert_frame_equal(town(3, 50), town(3, 50))
    assert not town(3, 50).equals(town(4, 50))


def test_an_empty_town_is_refused() -> None:
    with pytest.raises(ValueError, match="got 0 and 40"):
        town(0, 0)
