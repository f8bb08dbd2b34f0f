"""Pictures of privacy: titles say what was drawn, whatever the data."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.privacy import plots


def test_named_tells_the_first_columns_share(ax: Axes) -> None:
    shares = {
        "zip, date": {"the log": (0.75, 0.05), "shuffled": (0.0, 0.1)},
        "zip": {"the log": (0.0, 0.5), "shuffled": (0.0, 0.4)},
    }
    assert plots.named(ax, shares) is ax
    assert ax.get_title("left") == "By zip, date: 75 % named rightly"
    ticks = [tick.get_text() for tick in ax.get_yticklabels()]
    assert ticks == ["zip, date, the log", "zip, date, shuffled", "zip, the log", "zip, shuffled"]
    bars = [bar for each in ax.containers for bar in each]
    assert sorted(round(bar.get_width()) for bar in bars) == [0, 0, 0, 5, 10, 40, 50, 75]


def test_remembered_tells_the_ends(ax: Axes) -> None:
    curves = {"wrong": [[0.5, 0.8, 0.9], [0.5, 0.8, 1.0]], "right": [[0.5, 0.5, 0.6]] * 2}
    assert plots.remembered(ax, [0, 10, 300], curves) is ax
    assert ax.get_title("left") == "After 300 steps: wrong 0.95, right 0.60"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0", "10", "300"]


def test_found_tells_the_range_of_the_means(ax: Axes) -> None:
    assert plots.found(ax, {"one": [0.9, 1.0], "two": [0.5, 0.6]}, "AUC") is ax
    assert ax.get_title("left") == "AUC: 0.95 to 0.55"


def test_price_tells_the_fewest_and_the_most(ax: Axes) -> None:
    costs = {"ε = 1": np.array([[0.4, 0.5], [0.05, 0.07]])}
    assert plots.price(ax, [150, 1200], {name: each.tolist() for name, each in costs.items()}) is ax
    assert ax.get_title("left") == "Points lost, ε = 1: 45 to 6"


def test_bought_tells_the_private_models_accuracy(ax: Axes) -> None:
    assert plots.bought(ax, {"no noise": 0.95, "noise 2": 0.9}, 3.21) is ax
    assert ax.get_title("left") == "ε = 3.2: 90 % are read rightly"


def test_found_has_a_coins_line_or_none(ax: Axes) -> None:
    plots.found(ax, {"one": [0.9, 1.0]}, "accuracy", None)
    without = len(ax.lines)
    plots.found(ax, {"one": [0.9, 1.0]}, "AUC")
    assert len(ax.lines) == 2 * without + 1
