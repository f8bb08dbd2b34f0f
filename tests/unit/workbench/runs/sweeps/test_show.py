"""The comparison of a sweep, against arithmetic in the open."""

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy import stats

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps.figures import FORMATS, alt_text, picture, saved
from mlops_lab.workbench.runs.sweeps.show import Comparison, compare
from mlops_lab.workbench.runs.sweeps.tables import as_latex, as_markdown, as_text


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
    assert "1 points failed and are left out" in as_text(found)
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
    assert "4 rows count runs in which a finding does not hold" in as_text(found)
    drawn = [picture(found, name) for name in found.compared]
    hollow = [
        line
        for figure in drawn
        for axes in figure.axes[:1]
        for line in axes.get_lines()
        if line.get_markerfacecolor() == "white" and len(np.atleast_1d(line.get_xdata()))
    ]
    assert len(hollow) == 4
    assert all("hollow: a finding does not hold" in one.get_supxlabel() for one in drawn)


def test_what_is_neither_axis_nor_line_is_averaged_and_named(table: pd.DataFrame) -> None:
    found = compare(table, x="detector", by="seed")
    assert found.averaged == ("shift",)
    assert "averaged over shift" in as_text(found)


@pytest.mark.parametrize(
    ("values", "said"), [(["dela"], "Did you mean delay"), (["name"], "holds no numbers")]
)
def test_a_wrong_column_is_told(table: pd.DataFrame, values: list[str], said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        compare(table, values)


def test_a_sweep_where_nothing_passed_or_nothing_varied_is_told(table: pd.DataFrame) -> None:
    with pytest.raises(RefusedError, match="No point of this sweep came to its end"):
        compare(table[table["state"] == "failed"])
    same = table.query("shift == 0 and detector == 'ks'")
    same.attrs = table.attrs
    found = compare(same)
    assert len(found.table) == 1
    with pytest.raises(RefusedError, match="no parameter to draw along"):
        picture(found, "delay")


def drawn(found: Comparison, name: str = "delay") -> Image.Image:
    return Image.open(io.BytesIO(saved(found, name)["png"]))


def test_the_picture_shows_lines_of_different_colours(table: pd.DataFrame) -> None:
    with drawn(compare(table)) as shown:
        colours = shown.convert("RGB").getcolors(10_000_000)
    assert colours is not None
    seen = {colour for _, colour in colours}
    assert {(0x0B, 0x62, 0xA4), (0xE0, 0x82, 0x14)} <= seen
    with drawn(compare(table, x="detector", by="shift")) as words:
        assert words.size[0] > 300


def test_a_value_has_one_figure_in_the_kit_s_style_whatever_is_set(table: pd.DataFrame) -> None:
    import matplotlib as mpl

    table["price in $ per $"] = table["delay"] * 2
    found = compare(table)
    with mpl.rc_context({"axes.spines.top": True, "axes.grid": False, "font.size": 30}):
        figure = picture(found, "price in $ per $")
        before = saved(found, "price in $ per $")
    assert saved(found, "price in $ per $") == before
    measured, difference = figure.axes
    assert not measured.spines["top"].get_visible()
    assert figure.get_suptitle() == "price in $ per $"
    assert figure.get_supxlabel() == (
        "means of 4 runs with their 95 % intervals (Student's t); differences over 4 pairs that "
        "are alike in all else"
    )
    assert difference.get_title(loc="left") == "difference from detector = ks"
    assert (before["png"][:4], before["pdf"][:5]) == (b"\x89PNG", b"%PDF-")
    assert list(before) == list(FORMATS)
    assert "<text" in before["svg"].decode()
    assert "price in $ per $" in before["svg"].decode()
    assert alt_text(found, "delay") == (
        "delay by shift for each detector: means of 4 runs with their 95 % intervals (Student's "
        "t), from 1.5 at shift 0.0, detector ks to 12.5 at shift 1.0, detector psi."
    )


def test_effects_are_paired_and_have_the_interval_of_a_paired_t_test(table: pd.DataFrame) -> None:
    rng = np.random.default_rng(0)
    table["loss"] = table["delay"] + table["seed"] * 50 + rng.normal(size=len(table))
    found = compare(table, ["loss"], by="detector", against="psi", level=0.9)
    assert (found.of, found.against, found.level) == ("detector", "psi", 0.9)
    row = found.table.query("shift == 0.5 and detector == 'ks'").iloc[0]
    ours = table.query("shift == 0.5 and state == 'passed'").set_index("seed")
    arms = [
        ours.query(f"detector == '{name}'")["loss"].sort_index().to_numpy(dtype=float)
        for name in ("ks", "psi")
    ]
    test = stats.ttest_rel(arms[0], arms[1])
    low, high = test.confidence_interval(0.9)
    assert row["effect"] == pytest.approx((arms[0] - arms[1]).mean())
    assert (row["effect_low"], row["effect_high"]) == pytest.approx((low, high))
    assert row["pairs"] == 4
    assert row["effect_high"] - row["effect_low"] < (row["high"] - row["low"]) / 5  # seeds cancel
    psi = found.table.query("detector == 'psi'")
    assert (list(psi["pairs"]), bool(psi["effect"].isna().all())) == ([0, 0, 0], True)
    assert "differences are from detector = psi" in as_text(found)
    assert "their 90 % intervals" in as_text(found)
    along = compare(table.query("detector == 'ks'").pipe(_with, table), ["loss"], against="1")
    assert (along.of, along.against) == ("shift", 1.0)
    assert list(along.table["pairs"]) == [4, 4, 0]


def _with(part: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    part.attrs = whole.attrs
    return part


def test_a_pair_lacks_where_one_of_its_runs_failed(table: pd.DataFrame) -> None:
    table.loc[(table["detector"] == "psi") & (table["seed"] == 2), "state"] = "failed"
    found = compare(table)
    psi = found.table.query("detector == 'psi'")
    assert (list(psi["n"]), list(psi["pairs"])) == ([3, 3, 3], [3, 3, 3])
    assert list(psi["effect"]) == pytest.approx([1, 1, 1])
    assert list(found.table.query("detector == 'ks'")["n"]) == [4, 4, 4]
    assert "of 3 to 4 runs" in picture(found, "delay").get_supxlabel()


def test_only_what_a_parameter_has_moved_is_compared(table: pd.DataFrame) -> None:
    table["chance"] = 0.5
    table["by seed"] = table["seed"] * 2.0
    table["rounded"] = 0.1 + table["shift"] * 1e-12
    found = compare(table)
    assert (found.compared, found.unmoved) == (("delay",), ("chance", "by seed", "rounded"))
    assert "not moved by shift or detector, and left out: chance, by seed" in as_text(found)
    assert compare(table, ["chance"]).compared == ("chance",)
    table["gap"] = table["delay"].where(table["shift"] > 0)
    assert compare(table).compared == ("delay", "gap")
    nothing = compare(table.drop(columns=["delay", "gap"]).pipe(_with, table))
    assert (nothing.compared, len(nothing.table)) == ((), 0)
    assert as_text(nothing).startswith("not moved by")
    assert as_latex(nothing).startswith("% not moved")


def test_points_drawn_at_random_are_compared_as_they_are() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"state": "passed", "a": rng.random(40), "b": rng.random(40)})
    table["loss"], table["chance"] = table["a"] + table["b"], 1.0
    table.attrs["parameters"] = ["a", "b"]
    found = compare(table)
    assert (found.x, found.by, found.compared, found.averaged) == ("a", None, ("loss",), ("b",))
    assert set(found.table["n"]) == {1}
    assert picture(found, "loss").axes[0].get_lines()[0].get_linestyle() == "None"
    assert "single runs, which have no interval" in as_text(found)


def test_equal_points_count_once(table: pd.DataFrame) -> None:
    twice = pd.concat([table, table])
    twice.attrs = table.attrs
    assert compare(twice).table.equals(compare(table).table)


def test_runs_of_one_seed_are_averaged_before_an_interval_is_made(table: pd.DataFrame) -> None:
    table["third"] = ["x", "y"] * 12 + ["x"]
    wide = pd.concat([table.assign(third=name) for name in ("x", "y")])
    wide["delay"] += (wide["third"] == "y") * 10.0
    wide.attrs["parameters"] = ["seed", "shift", "detector", "third"]
    found = compare(wide, x="shift", by="detector")
    assert (found.averaged, found.unit, set(found.table["n"])) == (("third",), "seed", {4})
    row = found.table.query("shift == 0.5 and detector == 'ks'").iloc[0]
    half = stats.t.ppf(0.975, 3) * np.std([5, 6, 7, 8], ddof=1) / 2
    assert (row["low"], row["high"]) == pytest.approx((11.5 - half, 11.5 + half))
    assert "averaged over third first, within each seed" in as_text(found)


def test_the_tables_are_read_back(table: pd.DataFrame) -> None:
    table["a_b & 5 %"] = table["delay"]
    found = compare(table, ["a_b & 5 %"])
    lines = as_markdown(found).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:8]]
    assert cells[0][:6] == ["value", "shift", "detector", "mean", "95 % interval", "n"]
    assert cells[2][:4] == ["a_b & 5 %", "0", "ks", "1.5"]
    assert lines[9:11] == [
        "- means of 4 runs with their 95 % intervals (Student's t)",
        "- differences are from detector = ks, of runs that are alike in all else",
    ]
    latex = as_latex(found)
    assert latex.startswith("% \\usepackage{booktabs}\n\\begin{table}\n\\caption{Means of 4 runs")
    assert latex.count(r"a\_b \& 5 \% & ") == 6
    assert r"their 95 \% intervals" in latex
    table["more"] = table["delay"]
    assert "longtable" in as_latex(compare(table, x="seed", by="shift"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"against": "kss"}, "detector is never 'kss' in this sweep; it is ks, psi"),
        ({"level": 1.0}, "The level is 1.0; a number between 0 and 1"),
        ({"level": 0.0}, "The level is 0.0"),
    ],
)
def test_a_wrong_wish_is_told(table: pd.DataFrame, given: dict[str, Any], said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        compare(table, **given)
