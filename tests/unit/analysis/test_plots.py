"""Pictures of model analysis: titles and notes say what was drawn, whatever the data."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.analysis import plots


def test_benchmarks_tell_how_far_the_closest_is_from_the_best(ax: Axes) -> None:
    found = {"majority": [0.5, 0.52], "boosting": [0.77, 0.79], "truth": [0.8, 0.8]}
    assert plots.benchmarks(ax, found, "truth") is ax
    assert ax.get_title("left") == "Points below truth: boosting 2.0, majority 29.0"
    assert {"51.0%", "78.0%", "80.0%"} <= {text.get_text() for text in ax.texts}


def test_slices_flagged_are_counted(ax: Axes) -> None:
    flagged = [True, False, True]
    assert plots.hard_or_wrong(ax, [0.3, 0.1, 0.4], [0.35, 0.1, 0.4], 0.2, flagged) is ax
    assert ax.get_title("left") == "Nothing is wrong; 2 of 3 slices are flagged"
    assert [len(np.atleast_1d(line.get_xdata())) for line in ax.get_lines()[:2]] == [1, 2]


def test_false_alarms_are_told_as_counts_and_as_share_of_draws(ax: Axes) -> None:
    found = {"overall": [30.0, 34.0], "own": [0.0, 1.0]}
    assert plots.false_alarms(ax, found, 200) is ax
    assert ax.get_title("left") == "Nothing is wrong: on average 0.5 to 32 slices flagged"
    assert [text.get_text() for text in ax.texts] == [
        "32.0; any in 100% of draws",
        "0.5; any in 50% of draws",
    ]


def test_effects_tell_how_far_they_are_off_whatever_their_height(ax: Axes) -> None:
    models = {"forest": [5.0, 6.0, 7.0], "product": [1.0, 1.0, 1.0]}
    assert plots.effects(ax, [0, 1, 2], [4.0, 4.0, 4.0], models, "PDP") is ax
    assert ax.get_title("left") == "PDP off by: forest 0.82, product 0.00"
    assert [line.get_label() for line in ax.get_lines()] == ["forest", "product", "truth"]
    assert all(
        abs(np.asarray(line.get_ydata(), dtype=float).mean()) < 1e-9 for line in ax.get_lines()
    )


def test_the_largest_residuals_are_named_whatever_their_sign(ax: Axes) -> None:
    names, z = ["one", "two", "three", "four"], [1.0, -9.0, 4.0, 0.5]
    assert plots.ranked(ax, names, z, [False, True, True, False], shown=3) is ax
    assert ax.get_title("left") == "2 of 4 slices flagged (diamonds)"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["two", "three", "one"]
    assert [line.get_marker() for line in ax.get_lines()[1:6:2]] == ["D", "D", "o"]


def test_importances_name_the_column_that_lost_most(ax: Axes) -> None:
    inside = {"amount": [0.2, 0.2], "days": [0.0, 0.02]}
    elsewhere = {"amount": [0.25, 0.25], "days": [0.4, 0.4]}
    assert plots.importances(ax, inside, elsewhere) is ax
    assert ax.get_title("left") == "What the slice has lost most of: days"
