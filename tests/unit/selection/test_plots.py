"""Pictures of feature selection: titles and notes say what was drawn, whatever the data."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mlops_lab.kit import Interval
from mlops_lab.selection import plots


def interval(mean: float) -> Interval:
    return Interval(mean, mean - 0.1, mean + 0.1, 5, 0.95)


def noted(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_arms_name_the_highest(ax: Axes) -> None:
    assert plots.arms(ax, {"all rows": [0.9, 1.0], "inside": [0.4, 0.6]}) is ax
    assert ax.get_title("left") == "Nothing to find, and up to 0.95 on average (all rows)"
    assert noted(ax) == ["0.95", "0.50"]


def test_picks_show_each_share_and_auc(ax: Axes) -> None:
    share = pd.DataFrame({"s0": [1.0, 0.0], "u": [0.2, 0.8]}, index=["filter", "trees"])
    assert plots.picks(ax, share, {"filter": interval(0.6), "trees": interval(0.8)}) is ax
    assert {"100%", "20%", "80%", "0.60 [0.50, 0.70]"} <= set(noted(ax))


def test_importances_compare_the_marked_two(ax: Axes) -> None:
    found = {"s0": [3.0, 4.0], "flag": [0.1, 0.3], "id": [0.5, 0.7]}
    assert plots.importances(ax, found, ["id", "flag"], "share") is ax
    assert ax.get_title("left") == "The id above the flag"
    assert ax.get_xlabel() == "share"


def test_the_bar_counts_what_passes(ax: Axes) -> None:
    truth = np.array([True, True, False, False])
    found = np.array([0.5, 0.1, 0.4, 0.05])
    assert plots.bar(ax, np.linspace(0.1, 0.3, 100), found, truth) is ax
    assert ax.get_title("left") == "2 of 4 columns pass the bar, 1 of them real"


def test_luck_names_the_rule_with_most_of_it(ax: Axes) -> None:
    real = {"bar": interval(9), "default": interval(10)}
    assert plots.luck(ax, real, {"bar": interval(1), "default": interval(30)}, has=15) is ax
    assert ax.get_title("left") == "default: 75% of the picks have no effect of their own"


def test_pays_names_the_largest_gain(ax: Axes) -> None:
    lost = {("best", 3): interval(-0.02), ("best", 20): interval(0.001), ("mRMR", 3): interval(0)}
    assert plots.pays(ax, lost, 30) is ax
    assert ax.get_title("left") == "The most that dropping columns gains: +0.0010 (best, 20)"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["3", "20", "30"]


def test_reused_draws_each_rule_and_each_judge(ax: Axes) -> None:
    rise = np.array([[0.5, 0.6, 0.7], [0.5, 0.5, 0.6]])
    paths = {"any rise": rise, "a standard error": rise - 0.05}
    judges = {"nested": [0.49, 0.53], "fresh rows": [0.5, 0.52]}
    assert plots.reused(ax, paths, judges) is ax
    assert ax.get_title("left") == "After 3 tries: 0.65 reported, 0.51 on fresh rows"
    named = {line.get_label(): np.asarray(line.get_ydata()) for line in ax.lines}
    for name, each in paths.items():
        np.testing.assert_allclose(named[name], each.mean(axis=0))
    for name, values in judges.items():
        np.testing.assert_allclose(named[name], np.mean(values))
    assert {text.get_text() for text in ax.texts} == {*paths, *judges}
