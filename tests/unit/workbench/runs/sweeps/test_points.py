"""Points written as words: what they mean, and what is refused."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.parameters import Parameter
from mlops_lab.workbench.runs.sweeps.command import _points
from mlops_lab.workbench.runs.sweeps.points import (
    MOST,
    Point,
    combined,
    grid,
    random_points,
)
from mlops_lab.workbench.runs.sweeps.points_file import read_points

KNOWN = {
    "seed": Parameter("seed", "int", "0", 0, True, "", low=0.0, high=1e6),
    "shift": Parameter("shift", "float", "0.5", 0.5, True, "", low=0.0, high=2.0),
    "rate": Parameter("rate", "float", "0.1", 0.1, True, ""),
    "detector": Parameter("detector", "str", "'ks'", "ks", True, "", choices=("ks", "psi")),
    "fast": Parameter("fast", "bool", "False", False, True, ""),
    "sizes": Parameter("sizes", "list", "[1]", [1], True, ""),
}


def values(name: str, text: str) -> list[object]:
    return [point[name] for point in grid(KNOWN, [(name, text)])]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("shift", "0.5", [0.5]),
        ("shift", "0:1:0.25", [0.0, 0.25, 0.5, 0.75, 1.0]),
        ("shift", "0:1:0.4", [0.0, 0.4, 0.8]),
        ("shift", "0:0.3:0.1", [0.0, 0.1, 0.2, 0.3]),
        ("shift", "1, 0:0.2:0.1", [1.0, 0.0, 0.1, 0.2]),
        ("shift", "1,1.0", [1.0]),
        ("seed", "1:3", [1, 2, 3]),
        ("seed", "0:10:5", [0, 5, 10]),
        ("seed", "7,3", [7, 3]),
        ("rate", "-1:1:1", [-1.0, 0.0, 1.0]),
        ("detector", "ks,psi", ["ks", "psi"]),
        ("fast", "true,false", [True, False]),
        ("sizes", "[1, 2]", [[1, 2]]),
    ],
)
def test_a_word_is_these_values(name: str, text: str, expected: list[object]) -> None:
    found = values(name, text)
    assert found == expected
    assert [type(one) for one in found] == [type(one) for one in expected]


def test_the_grid_is_every_combination_the_last_name_fastest() -> None:
    found = grid(KNOWN, [("detector", "ks,psi"), ("seed", "0:1")])
    assert [(p["detector"], p["seed"]) for p in found] == [
        ("ks", 0), ("ks", 1), ("psi", 0), ("psi", 1),
    ]  # fmt: skip
    assert grid(KNOWN, []) == [{}]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("shif", "1", "no such parameter.*shift"),
        ("shift", "0:3:1", "3.* is not allowed; it takes float, 0 to 2"),
        ("shift", "0:1", "low:high:step"),
        ("shift", "1:0:0.1", "has no points"),
        ("shift", "0:1:0", "has no points"),
        ("shift", "0:1:x", "'x' in '0:1:x' is not a number"),
        ("shift", "0:inf:1", "not finite"),
        ("shift", "0:1:0.0000001", "more than 100,000 points"),
        ("rate", "0:99998:1,0.5:99999:1", "more than 100,000 points"),
        ("rate", ",".join(["0:99998:1"] * 900), "more than 100,000 points"),
        ("shift", "", "'' is not allowed"),
        ("seed", "0:1:0.5", "0.5.* is not allowed"),
        ("detector", "ks,pssi", "Did you mean psi"),
        ("fast", "perhaps", "'perhaps' is not allowed"),
    ],
)
def test_a_wrong_word_is_told(name: str, text: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        grid(KNOWN, [(name, text)])


def test_a_word_for_no_parameter_names_it_once() -> None:
    with pytest.raises(RefusedError, match=r"^m: there is no such parameter\."):
        grid(KNOWN, [("m", "1")])


def test_all_wrong_words_are_told_at_once_and_so_is_a_grid_too_large() -> None:
    with pytest.raises(RefusedError, match=r"(?s)shift: .*fast: "):
        grid(KNOWN, [("shift", "9"), ("fast", "9")])
    with pytest.raises(RefusedError, match="1,001,000 points; 100,000 at most"):
        grid(KNOWN, [("seed", "0:1000"), ("rate", "1:1000:1")])


def test_a_file_a_grid_and_seeds_together_keep_to_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("rate\n" + "\n".join(map(str, range(1000))))
    words = (("shift", "0:2:0.02"),)

    def points(seeds: str) -> list[Point]:
        return _points(KNOWN, words, file, None, 0, seeds)

    said = "1,000 rows of the file x 101 combinations x 2 seeds are 202,000 points; 100,000 at most"
    with pytest.raises(RefusedError, match=said):
        points("2")
    file.write_text("rate,seed\n0.5,7\n0.6,7\n")
    found = points("0:1")
    assert len(found) == 2 * 101 * 2
    assert found[:2] == [
        {"rate": 0.5, "seed": 0, "shift": 0.0}, {"rate": 0.5, "seed": 1, "shift": 0.0},
    ]  # fmt: skip
    with pytest.raises(RefusedError, match="60,000 random points x 2 seeds are 120,000 points"):
        _points(KNOWN, [("shift", "0:1")], None, 60_000, 0, "2")
    assert _points(KNOWN, [], None, None, 0, None) == [{}]


def test_nothing_is_made_of_too_many() -> None:
    class Counted(list[Point]):
        def __iter__(self) -> Iterator[Point]:
            raise AssertionError("it was begun")

    parts = {"rows": Counted([{}] * 1000), "seeds": Counted([{}] * 1000)}
    with pytest.raises(RefusedError, match="1,000 rows x 1,000 seeds are 1,000,000 points"):
        combined(parts)


def test_a_file_of_too_many_points_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("rate\n" + "1\n" * MOST)
    assert len(read_points(KNOWN, file)) == MOST
    file.write_text("rate\n" + "1\n" * (MOST + 1) + '"' + "x" * 200_000)  # no reader gets there
    with pytest.raises(RefusedError, match=r"points.csv holds more than 100,000 points"):
        read_points(KNOWN, file)


def test_random_points_follow_their_laws() -> None:
    words = [("shift", "0.5:1.5"), ("rate", "0.001:1:log"), ("seed", "3:5"), ("detector", "ks,psi")]
    points = random_points(KNOWN, words, 3000, seed=1)
    column = {name: [point[name] for point in points] for name, _ in words}
    shift, rate = (np.array(column[name], float) for name in ("shift", "rate"))
    assert stats.kstest(shift, stats.uniform(0.5, 1).cdf).pvalue > 0.001
    assert stats.kstest(np.log10(rate), stats.uniform(-3, 3).cdf).pvalue > 0.001
    for name, options in (("seed", [3, 4, 5]), ("detector", ["ks", "psi"])):
        counts = [column[name].count(option) for option in options]
        assert sum(counts) == 3000
        assert stats.chisquare(counts).pvalue > 0.001
    assert abs(np.corrcoef(shift, rate)[0, 1]) < 0.1


def test_a_longer_draw_begins_with_the_shorter_one_and_another_name_changes_nothing() -> None:
    short = random_points(KNOWN, [("shift", "0:1")], 3, seed=5)
    longer = random_points(KNOWN, [("rate", "1:2"), ("shift", "0:1")], 9, seed=5)
    assert [point["shift"] for point in longer[:3]] == [point["shift"] for point in short]
    assert random_points(KNOWN, [("shift", "0:1")], 3, seed=6) != short


@pytest.mark.parametrize(
    ("word", "number", "said"),
    [
        (("shift", "0:1"), 0, "0 random points"),
        (("shift", "0:1"), MOST + 1, "random points are not allowed"),
        (("shift", "1:0"), 2, "nothing to draw from"),
        (("shift", "1:3"), 2, "3.* is not allowed"),
        (("rate", "0:1:log"), 2, "no logarithm"),
        (("seed", "0.5:2"), 2, "0.5.* is not allowed"),
    ],
)
def test_a_wrong_draw_is_told(word: tuple[str, str], number: int, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        random_points(KNOWN, [word], number, seed=0)


def test_points_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("\ufeffshift, detector\n0.5,ks\n\n1,\n", encoding="utf-8")
    assert read_points(KNOWN, file) == [{"shift": 0.5, "detector": "ks"}, {"shift": 1.0}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no points"),
        ("shift\n", "holds no points"),
        ("shift,shift\n1,1\n", "names shift twice"),
        ("shift\n0.5\n9\n", "Row 3 of .*9.* is not allowed"),
        ("shift\n0.5,1\n", "Row 2 of .* has 2 fields, its first row 1"),
        ("shif\n0.5\n", "Did you mean shift"),
        ("\n\nshift\n0.5\n\n\n9\n", "Row 7 of .*9.* is not allowed"),
        ('shift,detector\n0.5,"ks\n"\n9,ks\n', "Row 4 of .*9.* is not allowed"),
        ("shift,\n0.5,\n", r"Column 2 of .* has no name in line 1\. Name a parameter there"),
        (",shift\n0,0.5\n", "Column 1 of .* has no name in line 1"),
        ("shift;seed\n0.5;1\n", "is separated by semicolons: line 1 is 'shift;seed'"),
        ("shift\tseed\n0.5\t1\n", "is separated by tabs"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "points.csv"
    file.write_text(text)
    with pytest.raises(RefusedError, match=said):
        read_points(KNOWN, file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"no\.csv cannot be read"):
        read_points(KNOWN, tmp_path / "no.csv")
