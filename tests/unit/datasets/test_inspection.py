"""The inspection set: its truth is the truth."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mlops_lab import data

FOLDER = Path(__file__).parents[3] / "datasets" / "inspection"
TABLES = ("inspection.csv.gz", "truth.csv.gz", "scratches.csv.gz", "inspectors.csv")
FILES = (*TABLES, "inspection.npz")


@pytest.fixture(scope="module")
def law() -> dict[str, Any]:
    return runpy.run_path(str(FOLDER / "make.py"), run_name="law")


@pytest.fixture(scope="module")
def glass() -> data.Dataset:
    return data.load("inspection")


def test_the_files_bear_no_date_and_are_small() -> None:
    import zipfile

    assert (FOLDER / "inspection.csv.gz").read_bytes()[4:8] == bytes(4)
    with zipfile.ZipFile(FOLDER / "inspection.npz") as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert sum((FOLDER / name).stat().st_size for name in FILES) < 3_000_000


def test_another_seed_is_another_set(law: dict[str, Any], glass: data.Dataset) -> None:
    calls, truth, _, arrays = law["make"](1)
    assert len(calls) == len(truth) == len(glass.frame)
    assert (arrays["images"] != glass.arrays["images"]).any()


def test_the_truth_of_a_surface_is_that_of_its_scratches(glass: data.Dataset) -> None:
    truth, marks = glass.truth["truth"], glass.truth["scratches"]
    ends = marks[["x1", "y1"]].to_numpy() - marks[["x0", "y0"]].to_numpy()
    assert np.hypot(*ends.T) / 2 == pytest.approx(marks["length_mm"].to_numpy(), abs=0.002)
    longest = marks.groupby("surface")["length_mm"].max()
    assert truth["longest_mm"].loc[longest.index].to_numpy() == pytest.approx(longest.to_numpy())
    bare = truth.index.difference(longest.index)
    assert (truth.loc[bare, ["longest_mm", "scratches", "deepest"]] == 0).all(axis=None)
    assert (truth["defect"] == (truth["longest_mm"] >= 3)).all()
    assert 0.4 < truth["defect"].mean() < 0.6


def test_scratches_are_dark_in_the_pictures(glass: data.Dataset) -> None:
    truth, marks = glass.truth["truth"], glass.truth["scratches"]
    alone = truth.index[(truth["scratches"] == 1) & (truth["light"] > 0.8) & (truth["dust"] == 0)]
    some = marks[marks["surface"].isin(alone) & (marks["depth"] > 0.8)]
    middle = (
        ((some[["x0", "y0"]].to_numpy() + some[["x1", "y1"]].to_numpy()) / 2).round().astype(int)
    )
    inside = ((middle >= 0) & (middle < 24)).all(axis=1)
    surface, (x, y) = some["surface"].to_numpy()[inside], middle[inside].T
    pictures = glass.arrays["images"].astype(float)
    darkness = np.median(pictures[surface], axis=(1, 2)) - pictures[surface, y, x]
    assert len(surface) > 50
    assert np.quantile(darkness, 0.05) > 15


def test_inspectors_judge_by_their_own_limits(law: dict[str, Any], glass: data.Dataset) -> None:
    longest = glass.truth["truth"]["longest_mm"].to_numpy()
    table = glass.truth["inspectors"][["inspector", "limit_mm", "slip"]]
    for name, limit, slip in table.to_numpy().tolist():
        calls = glass.frame[name]
        for size, chance in ((longest == 0, slip), (longest > 2.2 * 3, 1 - slip)):
            said = calls[size].dropna()
            assert stats.binomtest(int(said.sum()), len(said), chance).pvalue > 1e-4, name
        # At an inspector's limit an eye that is off both ways fails half of the surfaces.
        near = calls[np.abs(np.log(np.maximum(longest, 0.1) / limit)) < 0.1].dropna()
        assert near.mean() == pytest.approx(0.5, abs=4 * 0.5 / len(near) ** 0.5 + 0.03)
        absent = calls.isna().mean()
        assert absent == pytest.approx(law["ABSENT"], abs=4 * (0.06 * 0.94 / 4000) ** 0.5)


def test_the_guideline_is_known_and_nobody_is_sure(glass: data.Dataset) -> None:
    truth = glass.truth["truth"]
    right = {
        str(name): (calls == truth["defect"])[calls.notna()].mean()
        for name, calls in glass.frame.items()
    }
    assert max(right.values()) < 0.96
    assert min(right, key=lambda name: right[name]) == "gus"


def test_boxes_hold_the_same_scratches_by_three_conventions(glass: data.Dataset) -> None:
    marks = glass.truth["scratches"]
    table = pd.DataFrame(
        glass.arrays["boxes"], columns=["surface", "who", "left", "top", "right", "bottom"]
    )
    assert (table["left"] < table["right"]).all()
    assert (table["top"] < table["bottom"]).all()
    counts = table.groupby("who").size().tolist()
    assert counts == [marks["cluster"].nunique(), len(marks), len(marks)]
    area = (table["right"] - table["left"]) * (table["bottom"] - table["top"])
    tight, loose = (area[table["who"] == who].mean() for who in (1, 2))
    assert loose > 2 * tight
