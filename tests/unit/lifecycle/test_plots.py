"""Pictures of the lifecycle: titles and places say what was drawn, whatever the data."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mlops_lab.lifecycle import plots


def title(ax: Axes) -> str:
    return str(ax.get_title("left"))


def test_pictures_have_their_titles_and_one_scale() -> None:
    axes = list(Figure().subplots(1, 2))
    assert plots.pictures(axes, np.zeros((2, 3, 3)), ["pass", "fail"]) is axes
    assert [ax.get_title() or title(ax) for ax in axes] == ["pass", "fail"]
    assert [ax.images[0].get_clim() for ax in axes] == [(0, 1), (0, 1)]


def test_stages_have_their_arrows_and_ways_back(ax: Axes) -> None:
    assert plots.stages(ax, ["plan", "build", "run"], [(2, 1, "a fault")]) is ax
    assert title(ax) == "3 stages, and 1 ways back"
    assert [t.get_text() for t in ax.texts if t.get_text()] == ["plan", "build", "run", "a fault"]
    (way,) = ax.get_lines()
    np.testing.assert_array_equal(way.get_xdata(), [2, 2, 1])  # from the third to the second


def test_conditions_give_each_measure_in_each_condition(ax: Axes) -> None:
    scores = {
        "right": {"lab": [0.9, 0.8], "lamp": [0.8, 0.8], "phone": [0.6, 0.5]},
        "scrapped": {"lab": [0.1, 0.1], "lamp": [0.1, 0.2], "phone": [0.6, 0.5]},
    }
    assert plots.conditions(ax, scores, 0.5, "share", "what was measured") is ax
    assert title(ax) == "what was measured"
    assert ax.get_xlabel() == "share"
    assert [one.get_text() for one in ax.get_yticklabels()] == ["lab", "lamp", "phone"]
    legend = ax.get_legend()
    assert legend
    assert [one.get_text() for one in legend.get_texts()] == ["right", "scrapped"]
    means = [float(np.mean(bar[0].get_xdata())) for bar in ax.containers]
    np.testing.assert_allclose(means, [0.85, 0.8, 0.55, 0.1, 0.15, 0.55])


def test_arms_go_from_the_first_to_the_best(ax: Axes) -> None:
    found = {"nothing": [0.5, 0.6], "labels": [0.7, 0.8], "filter": [0.8, 0.9]}
    assert plots.arms(ax, found, 0.9, "accuracy") is ax
    assert title(ax) == "From 0.55 up to 0.85 (filter)"
    assert [text.get_text() for text in ax.texts] == ["0.55", "0.75", "0.85"]
    assert ax.get_xlabel() == "accuracy"


def test_the_leaderboard_tells_how_far_apart_models_are(ax: Axes) -> None:
    lab = np.array([[0.9, 0.8], [0.8, 0.9], [0.7, 0.7]])
    production = np.array([[0.5, 0.5], [0.6, 0.8], [0.4, 0.4]])
    assert plots.leaderboard(ax, ["a", "b", "c"], lab, production) is ax
    assert title(ax) == "In the lab 0.15 apart, in production 0.30"
    noted = [text.get_text() for text in ax.texts]
    assert noted == ["0.40  c", "0.50  a, first in 1", "0.70  b, first in 1"]
