"""Pictures of fairness: titles and notes say what was drawn, whatever the data."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.fairness import measure, plots
from mlops_lab.kit import interval


def test_rates_tell_who_is_refused(ax: Axes) -> None:
    y, group = [1] * 10 + [0] * 2, ["A"] * 5 + ["B"] * 5 + ["A", "B"]
    table = measure(y, [1] * 5 + [1, 1, 1, 0, 0] + [0, 1], group)
    assert plots.rates(ax, table) is ax
    assert ax.get_title("left") == "Of 100 who would repay, refused: 40 of B, 0 of A"
    assert {"A: 100%", "B: 60%"} <= {text.get_text() for text in ax.texts}


def test_branches_are_sorted_and_their_spread_is_told(ax: Axes) -> None:
    table = measure([1] * 8, [1, 1, 1, 1, 1, 1, 0, 0], np.repeat([2, 1], 4).astype(str))
    assert plots.branches(ax, table, 0.8) is ax
    assert ax.get_title("left") == "2 branches: 50 points from the lowest to the highest"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["branch 1", "branch 2"]


def test_closings_are_where_the_lines_cross_zero(ax: Axes) -> None:
    found = {"TPR": [-0.1, 0.1, 0.2], "PPV": [0.2, 0.1, -0.3], "FPR": [0.1, 0.2, 0.3]}
    assert plots.closings(ax, [0.2, 0.4, 0.6], found) is ax
    assert ax.get_title("left") == "A gap closes at: TPR 0.30, PPV 0.45"


def test_no_closing_is_told(ax: Axes) -> None:
    plots.closings(ax, [0.2, 0.4], {"TPR": [0.1, 0.2]})
    assert ax.get_title("left") == "A gap closes at: no threshold"


def test_worlds_give_the_range_of_the_difference(ax: Axes) -> None:
    found = {
        "one": {"with": [0.1, 0.1], "without": [0.3, 0.3]},
        "two": {"with": [0.5, 0.5], "without": [0.4, 0.4]},
    }
    assert plots.worlds(ax, found, {"one": 0.1, "two": 0.3}) is ax
    assert ax.get_title("left") == "TPR gap, without minus with: -0.10 to +0.20"


def test_gaps_give_the_range_of_the_means(ax: Axes) -> None:
    assert plots.gaps(ax, {"none": [0.2, 0.3], "over": [-0.1, 0.0]}, 0.05) is ax
    assert ax.get_title("left") == "TPR gap: -0.05 to 0.25"


def test_gains_give_the_range_of_the_means(ax: Axes) -> None:
    assert plots.gains(ax, {"one": [-2.0, -1.0], "two": [1.0, 2.0]}) is ax
    assert ax.get_title("left") == "Profit: -2 to +2"


def test_label_bias_tells_both_ends(ax: Axes) -> None:
    found = {"thresholds": [interval([-7, -5]), interval([11, 13])]}
    assert plots.label_bias(ax, [-0.3, 0.3], found) is ax
    assert ax.get_title("left") == "thresholds -6 to +12"


def test_shut_out_gives_the_last_share(ax: Axes) -> None:
    paths = {"own": [[0.1, 0.3], [0.1, 0.5]], "all": [[0.1, 0.0], [0.1, 0.02]]}
    assert plots.shut_out(ax, paths) is ax
    assert ax.get_title("left") == "Places that get no loan after 2 months, by own: 40 %"
