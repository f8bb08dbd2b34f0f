"""The comparison of a sweep, against arithmetic in the open."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy import stats

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps.show import compare, draw, picture


@pytest.fixture
def table() -> pd.DataFrame:
    rows = [
        {
            "point": 0, "state": "passed", "seconds": 1.0, "memory": 1, "error": None,
            "seed": seed, "shift": shift, "detector": detector,
            "delay": shift * 10 + seed + (detector == "psi"), "delay holds": True, "name": "x",
        }
        for shift in (0.0, 0.5, 1.0) for detector in ("ks", "psi") for seed in range(4)
    ]  # fmt: skip
    rows.append({**rows[0], "state": "failed", "delay": 1e9, "seed": 9})
    frame = pd.DataFrame(rows)
    frame.attrs["parameters"] = ["seed", "shift", "detector"]
    return frame


def test_means_and_intervals_are_over_seeds(table: pd.DataFrame) -> None:
    found = compare(table)
    assert (found.x, found.by, found.compared, found.left_out) == (
        "shift",
        "detector",
        ("delay",),
        1,
    )
    assert len(found.table) == 6
    row = found.table.query("shift == 0.5 and detector == 'psi'").iloc[0]
    values = np.array([6.0, 7.0, 8.0, 9.0])
    half = stats.t.ppf(0.975, 3) * values.std(ddof=1) / 2
    assert (row["mean"], row["n"]) == (7.5, 4)
    assert (row["low"], row["high"]) == pytest.approx((7.5 - half, 7.5 + half))
    assert "1 points failed and are left out" in found.text()
    assert set(found.table["refuted"]) == {0}


def test_a_finding_that_does_not_hold_counts_with_its_value(table: pd.DataFrame) -> None:
    bad = (table["shift"] == 1.0) & (table["seed"] == 0) & (table["state"] == "passed")
    table.loc[bad, "state"] = "finding failed"
    table.loc[bad, "delay holds"] = False
    table["other"] = table["delay"]
    table.loc[bad & (table["detector"] == "ks"), "other"] = np.inf
    found = compare(table, ["delay", "other"])
    rows = found.table.query("shift == 1.0 and value == 'delay'")
    assert list(rows["refuted"]) == [1, 1]
    assert list(rows["n"]) == [4, 4]
    assert list(rows["mean"]) == [11.5, 12.5]
    assert found.left_out == 1
    other = found.table.query("shift == 1.0 and value == 'other'")
    assert list(other["refuted"]) == [1, 1]  # a record counts runs with any finding that failed
    assert list(other["mean"]) == [np.inf, 12.5]
    assert list(other["low"].isna()) == [True, False]
    assert "4 rows count runs in which a finding does not hold" in found.text()
    drawn = picture(found)
    hollow = [
        line
        for axes in drawn.axes
        for line in axes.get_lines()
        if line.get_markerfacecolor() == "white" and len(np.atleast_1d(line.get_xdata()))
    ]
    assert len(hollow) == 4
    assert drawn.get_supxlabel().startswith("hollow")


def test_what_is_neither_axis_nor_line_is_averaged_and_named(table: pd.DataFrame) -> None:
    found = compare(table, x="detector", by="seed")
    assert found.averaged == ("shift",)
    assert "averaged over shift" in found.text()


@pytest.mark.parametrize(
    ("values", "said"), [(["dela"], "Did you mean delay"), (["name"], "holds no numbers")]
)
def test_a_wrong_column_is_told(table: pd.DataFrame, values: list[str], said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        compare(table, values)


def test_a_sweep_where_nothing_passed_or_nothing_varied_is_told(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError, match="No point of this sweep came to its end"):
        compare(table[table["state"] == "failed"])
    same = table.query("shift == 0 and detector == 'ks'")
    same.attrs = table.attrs
    found = compare(same)
    assert len(found.table) == 1
    with pytest.raises(RefusedError, match="no parameter to draw along"):
        draw(found, tmp_path / "x.png")
    assert not list(tmp_path.iterdir())


def test_the_picture_shows_lines_of_different_colours(table: pd.DataFrame, tmp_path: Path) -> None:
    path = draw(compare(table), tmp_path / "comparison.png")
    with Image.open(path) as picture:
        colours = picture.convert("RGB").getcolors(1_000_000)
    assert colours is not None
    seen = {colour for _, colour in colours}
    assert {(0x0B, 0x62, 0xA4), (0xE0, 0x82, 0x14)} <= seen
    words = draw(compare(table, x="detector", by="shift"), tmp_path / "words.png")
    with Image.open(words) as picture:
        assert picture.size[0] > 300
