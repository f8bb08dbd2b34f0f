"""Pictures of compression: titles and notes say what was drawn, whatever the data."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mlops_lab.compression import plots
from mlops_lab.kit import PALETTE, Interval


def notes(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_images_have_their_labels(ax: Axes) -> None:
    assert plots.images(ax, np.zeros((3, 4, 5)), ["A", "b", "7"]) is ax
    assert ax.get_title("left") == "3 test pictures and their labels"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["A", "b", "7"]
    assert ax.get_xticks().tolist() == [2.5, 7.5, 12.5]


def test_a_staircase_counts_its_steps_and_its_error(ax: Axes) -> None:
    before = np.linspace(-1, 4, 501)
    after = np.clip(np.round(before), 0, 3)
    plots.staircase(ax, before, after, 1.0)
    title = "4 values for the whole range; inside it at most 0.50 scales off"
    assert ax.get_title("left") == title
    assert {"before", "after", "size of the error"} <= set(notes(ax))


def test_against_names_the_largest_change(ax: Axes) -> None:
    gaps = {"whole": Interval(0, 0, 0, 9, 0.95), "half": Interval(-0.02, -0.03, -0.01, 9, 0.95)}
    plots.against(ax, gaps, {"whole": 8000, "half": 4000})
    assert ax.get_title("left") == "Largest change: half, -2.0 points"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["whole, 8.0 kB", "half, 4.0 kB"]


def test_ranges_count_what_rounds_to_nothing(ax: Axes) -> None:
    plots.ranges(ax, [1.0, 200.0, 0.5], scale=1.5)
    title = "The largest channel is 200 times the median; 1 of 3 round to nothing"
    assert ax.get_title("left") == title


def test_arms_compare_with_the_first(ax: Axes) -> None:
    plots.arms(ax, {"float": [0.9, 0.9], "int8": [0.8, 0.9], "broken": [0.1, 0.3]})
    assert ax.get_title("left") == "2 networks: broken loses 70.0 points"
    assert notes(ax) == ["90.0 %", "85.0 %, lost 5.0", "20.0 %, lost 70.0"]


def test_arms_show_a_net_that_lies_outside_of_the_interval(ax: Axes) -> None:
    plots.arms(ax, {"float": [0.9] * 5, "int8": [0.1, 0.9, 0.9, 0.9, 0.9]})  # 0.74 from 0.30
    assert 0 <= ax.get_xlim()[0] < 0.1


def test_sparsities_name_the_better_arm(ax: Axes) -> None:
    cut = np.array([[0.8, 0.8], [0.2, 0.4]])
    arms = {"once": (0.9, [0.7, 0.7]), "slowly": (0.9, [0.6, 0.7])}
    plots.sparsities(ax, [0.5, 0.9], cut, 0.9, arms)
    assert ax.get_title("left") == "90% cut: once wins back 40 of 60 points"


def test_limited_shows_what_fits_and_the_pick(ax: Axes) -> None:
    plots.limited(ax, pd.Series({"a": 1.0, "b": 3.0, "c": 2.0}), 2.5, "c", "kB")
    assert notes(ax) == ["1.0", "3.0", "2.0"]
    colors = [bar.get_facecolor() for bar in ax.patches]
    from matplotlib.colors import to_rgba

    assert colors == [to_rgba(PALETTE[name]) for name in ("blue", "grey", "red")]


def test_limited_without_a_pick(ax: Axes) -> None:
    plots.limited(ax, pd.Series({"a": -1.0}), -2.0, None, "points")
    assert ax.get_xlabel() == "points"
    assert ax.get_xlim()[0] <= -1
