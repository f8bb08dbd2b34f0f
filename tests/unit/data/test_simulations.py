"""Simulations: the table, the truth beside it, and what can be wrong with them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlops_lab.data import available, load
from mlops_lab.data.errors import DataError
from mlops_lab.data.registry import get, state


@pytest.mark.parametrize("name", ["sales.csv", "sales.csv.gz"])
def test_a_simulation_with_its_truth(sales: Path, name: str) -> None:
    assert available() == ["sales"]
    pd.DataFrame({"price": [1, 2]}).to_csv(sales / name, index=False)
    pd.DataFrame({"when": [1]}).to_csv(sales / "events.csv", index=False)
    pd.DataFrame({"cost": [0.5]}).to_csv(sales / "costs.csv.gz", index=False)
    data = load("sales")
    assert data.frame["price"].tolist() == [1, 2]
    assert {key: list(table) for key, table in data.truth.items()} == {
        "costs": ["cost"],
        "events": ["when"],
    }
    assert state(data.card) == "shipped"
    assert not get("sales")


@pytest.mark.usefixtures("sales")
def test_a_simulation_that_is_not_made() -> None:
    with pytest.raises(DataError, match=r"neither sales\.csv nor sales\.csv\.gz; run .*make\.py"):
        load("sales")


def test_a_simulation_that_is_not_as_its_card_says(sales: Path) -> None:
    (sales / "sales.csv").write_text("price\n1\n10\n")
    with pytest.raises(DataError, match=r"holds 10 in column 'price', row 1.*; restore .*with git"):
        load("sales")


def test_truth_that_the_card_does_not_name(sales: Path) -> None:
    text = (sales / "README.md").read_text()
    (sales / "README.md").write_text(text.replace("columns:", "truth: {events: all}\ncolumns:"))
    (sales / "sales.csv").write_text("price\n1\n2\n")
    (sales / "other.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match=r"key `truth`: .* differ on events, other"):
        load("sales")


ARRAYS = "arrays: {scans: {description: one a row, shape: [2, 3], dtype: uint8}}\ncolumns:"


def test_a_simulation_with_arrays(sales: Path) -> None:
    text = (sales / "README.md").read_text()
    (sales / "README.md").write_text(text.replace("columns:", ARRAYS))
    (sales / "sales.csv").write_text("price\n1\n2\n")
    with pytest.raises(DataError, match=r"has no sales\.npz, .*; run .*make\.py"):
        load("sales")
    np.savez_compressed(sales / "sales.npz", scans=np.ones((2, 3), np.uint8))
    assert load("sales").arrays["scans"].sum() == 6
    np.savez_compressed(sales / "sales.npz", scans=np.ones((2, 4), np.uint8))
    with pytest.raises(DataError, match=r"has the shape \(2, 4\) for 'scans'"):
        load("sales")
