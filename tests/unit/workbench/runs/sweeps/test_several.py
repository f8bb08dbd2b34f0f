"""Two sweeps compared point by point, and what a comparison leaves in a folder."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.sweeps.command import sweep as command
from mlops_lab.workbench.runs.sweeps.several import joined
from mlops_lab.workbench.runs.sweeps.show import compare
from mlops_lab.workbench.runs.sweeps.table import Done, results, write_table


def write(
    folder: Path,
    more: float,
    shifts: tuple[float, ...] = (0.0, 1.0, 2.0),
    seeds: int = 3,
    **fixed: object,
) -> Path:
    """Write the table of a sweep whose loss is shift + seed * 10 + `more`."""
    rows = list[tuple[int, Done, bool]]()
    for shift in shifts:
        for seed in range(seeds):
            measured = {"loss": shift + seed * 10 + more, "rows": 100.0, "gain": shift * 2}
            parameters = {"seed": seed, "shift": shift, **fixed}
            rows.append((len(rows) + 1, Done("passed", 1.0, 1, None, parameters, measured), False))
    folder.mkdir(parents=True)
    write_table(folder, rows)
    return folder


def test_points_in_common_are_paired(tmp_path: Path) -> None:
    a = write(tmp_path / "a", 0.0)
    b = write(tmp_path / "b", 0.25, shifts=(1.0, 2.0, 3.0), seeds=2)
    whole = joined({"a": results(a), "b": results(b)})
    found = compare(whole.table, of=whole.column, aside=whole.aside)
    assert (found.x, found.by, found.of, found.against) == ("shift", "sweep", "sweep", "a")
    assert found.compared == ("loss",)
    assert found.unmoved == ("rows", "gain")
    later = found.table.query("sweep == 'b'").set_index("shift")
    assert list(later["pairs"]) == [2, 2, 0]
    assert list(later["effect"][:2]) == [0.25, 0.25]
    assert (later["effect_low"][1.0], later["effect_high"][1.0]) == pytest.approx((0.25, 0.25))


def test_a_parameter_that_is_another_in_each_sweep_is_named_and_pairs_all_the_same(
    tmp_path: Path,
) -> None:
    a, b = write(tmp_path / "a", 0.0, steps=100), write(tmp_path / "b", 1.0, steps=200, depth=3)
    done = CliRunner().invoke(command, ["compare", str(a), str(b), "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "steps is 100 in a, 200 in b" in done.output
    assert "only b has depth" in done.output
    assert "differences are from sweep = a" in done.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"loss.png", "loss.svg", "loss.pdf", "table.csv", "table.md", "table.tex"} <= names
    assert "rows.png" not in names
    kept = pd.read_csv(tmp_path / "out" / "table.csv").query("sweep == 'b'")
    assert list(kept["effect"]) == [1, 1, 1]
    assert not list((tmp_path / "out").glob(".*"))


def test_a_parameter_that_one_sweep_alone_varies_is_averaged_over(tmp_path: Path) -> None:
    a, parts = write(tmp_path / "a", 0.0), []
    for depth in (1, 2):
        one = write(tmp_path / f"b{depth}", float(depth), depth=depth)
        parts.append(results(one))
    b = pd.concat(parts)
    b.attrs = parts[0].attrs
    whole = joined({"a": results(a), "b": b})
    assert whole.notes == ("only b has depth, and is averaged over it",)
    found = compare(whole.table, ["loss"], of=whole.column, aside=whole.aside)
    later = found.table.query("sweep == 'b'")
    assert (list(later["pairs"]), list(later["n"])) == ([3, 3, 3], [3, 3, 3])
    assert list(later["effect"]) == [1.5, 1.5, 1.5]


def test_sweeps_over_seeds_alone_are_compared_too(tmp_path: Path) -> None:
    a, b = (write(tmp_path / name, more, shifts=(1.0,)) for name, more in (("a", 0), ("b", 2)))
    whole = joined({"a": results(a), "b": results(b)})
    found = compare(whole.table, of=whole.column, aside=whole.aside)
    assert (found.x, found.by, list(found.table["effect"])[1:]) == ("sweep", None, [2.0])


def test_equal_sweeps_are_said_to_be_so(tmp_path: Path) -> None:
    a, b = write(tmp_path / "a", 0.0), write(tmp_path / "b", 0.0)
    done = CliRunner().invoke(command, ["compare", str(a), str(b), "-o", str(tmp_path / "out")])
    assert "All 3 values are the same at the points in common." in done.output
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_compared_is_told(tmp_path: Path) -> None:
    a, b = write(tmp_path / "a", 0.0), write(tmp_path / "b", 0.0, shifts=(5.0, 6.0))
    with pytest.raises(RefusedError, match="no point in common that came to its end: none is"):
        joined({"a": results(a), "b": results(b)})
    other = results(b).drop(columns=["seed", "shift"])
    other.attrs["parameters"] = []
    with pytest.raises(RefusedError, match="a and b have no parameter in common"):
        joined({"a": results(a), "b": other})
    for words in ([str(a)], [str(a), str(a)]):
        assert CliRunner().invoke(command, ["compare", *words]).exit_code == 2


def test_a_folder_holds_what_the_last_comparison_made_and_what_is_not_ours(tmp_path: Path) -> None:
    a = write(tmp_path / "a", 0.0)
    run = CliRunner().invoke
    assert run(command, ["show", str(a)]).exit_code == 0
    mine = a / "comparison" / "mine.txt"
    mine.write_text("kept")
    assert {path.stem for path in mine.parent.glob("*.svg")} == {"loss", "gain"}
    done = run(command, ["show", str(a), "--value", "gain", "--format", "latex"])
    assert done.output.count(r"\begin{tabular}") == 1
    assert {path.stem for path in mine.parent.glob("*.svg")} == {"gain"}
    assert mine.read_text() == "kept"
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = run(command, ["show", str(a), "-o", str(blocked)])
    assert (done.exit_code, "cannot be written" in done.output) == (2, True)
