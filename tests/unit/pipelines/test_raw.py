"""Dirty rows: what was planted is there, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from mlops_lab import data, pipelines


def test_each_kind_is_as_often_as_it_is_said() -> None:
    clean = data.load("transactions").frame[:3000]
    rows, planted = pipelines.dirty(clean, np.random.default_rng(0))
    table = pd.DataFrame(rows)
    assert len(table) == 3000 + planted["repeats"]
    once = table.drop_duplicates("order_id").reset_index(drop=True)
    assert list(once["order_id"]) == list(range(3000))
    found = {
        "cents": (once["unit"] == "cent").sum(),
        "comma": once["amount"].map(lambda value: "," in str(value)).sum(),
        "missing": once["days_since_last"].isna().sum(),
        "words": once["mobile"].isin(["yes", "no"]).sum(),
        "impossible": (once["discount"] == -1).sum(),
    }
    assert found == {kind: planted[kind] for kind in pipelines.DIRT}
    for kind, share in pipelines.DIRT.items():
        assert abs(planted[kind] / 3000 - share) < 4 * (share / 3000) ** 0.5
    same = (once["hour"].to_numpy() == clean["hour"].to_numpy()).all()
    assert same
    assert list(once["returned"]) == list(clean["returned"])


def test_columns_and_shares_are_checked() -> None:
    clean = data.load("transactions").frame[:10]
    with pytest.raises(ValueError, match="orders need the columns \\['mobile'\\]"):
        pipelines.dirty(clean.drop(columns="mobile"), np.random.default_rng(0))
    with pytest.raises(ValueError, match="repeats is 2"):
        pipelines.dirty(clean, np.random.default_rng(0), repeats=2)
