"""Pictures of weak supervision: titles and labels say what was drawn, whatever the data."""

import pandas as pd
from matplotlib.axes import Axes

from mlops_lab.kit import Interval
from mlops_lab.weak_supervision import plots


def test_spoken_tells_what_is_left(ax: Axes) -> None:
    drawn = plots.spoken(ax, ["link", "praise"], [[0.1, 0.5], [0.6, 0.7]], [0.7, 0.35])
    assert drawn is ax
    assert ax.get_title("left") == "2 rules, and 35% of the comments still have no vote"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["link", "praise"]
    assert {text.get_text() for text in ax.texts} == {"of spam", "of the others"}


def test_copied_names_the_judge_that_falls_deepest(ax: Axes) -> None:
    rows = [(0, 0.8, 0.9), (0, 0.8, 0.9), (3, 0.7, 0.5), (3, 0.7, 0.5)]
    plots.copied(ax, pd.DataFrame(rows, columns=["copies", "majority", "label model"]))
    assert ax.get_title("left") == "3 copies: the label model is right on 50%"
    assert {text.get_text() for text in ax.texts} == {"majority", "label model"}


def test_correlations_leave_out_the_diagonal(ax: Axes) -> None:
    assert plots.correlations(ax, [[1, 0.2], [0.2, 1]], ["link", "free"]) is ax
    assert ax.get_title("left") == "The largest correlation of two rules is 0.20"


def test_arms_are_listed_from_the_top_and_compared(ax: Axes) -> None:
    right = pd.DataFrame({"a": [0.7, 0.8], "b": [0.8, 0.9]}, index=["majority", "end model"])
    plots.arms(ax, right, ("majority", "end model"))
    assert ax.get_title("left") == "End model: +10.0 points over the majority"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["majority", "end model"]
    assert ax.yaxis_inverted()
    assert [text.get_text() for text in ax.texts] == ["75.0%", "85.0%"]


def test_crossover_gives_the_interval_of_the_labels(ax: Axes) -> None:
    curve = pd.DataFrame({"a": [0.6, 0.7], "b": [0.7, 0.9]}, index=[50, 1000])
    cross = Interval(200, 150, 300, 2, 0.95)
    plots.crossover(ax, curve, pd.Series({"a": 0.7, "b": 0.8}), cross, 100)
    assert ax.get_title("left") == "The rules do what 200 hand labels do (150 to 300)"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["50", "1,000"]
    assert "end model of the rules" in [text.get_text() for text in ax.texts]


def test_judges_name_the_share_right_of_each(ax: Axes) -> None:
    weights = {"true": [0.9, 0.6], "learned": [0.88, 0.61]}
    assert plots.judges(ax, {"majority": 0.8, "label model": 0.85}, weights) is ax
    assert ax.get_title("left") == "Right: majority 80.0%, label model 85.0%"
