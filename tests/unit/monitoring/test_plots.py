"""Pictures say in their titles what is drawn."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from mlops_lab import kit, monitoring
from mlops_lab.monitoring import plots


@pytest.fixture
def ax() -> Iterator[Axes]:
    figure, axes = plt.subplots()
    yield axes
    figure.canvas.draw()
    plt.close(figure)


def test_a_matrix_has_a_number_for_each_fault_and_metric(ax: Axes) -> None:
    z, fires = {"VAD": [0.1, 20]}, {"VAD": [0, 1]}
    plots.matrix(ax, z, fires, ["level", "sent"], ["microphone", "vad"], {"VAD": [0.9, 0.92]})
    said = [text.get_text() for text in ax.texts]
    assert said == ["+0.1\n0%", "+20.0\n100%", "microphone", "vad"]
    assert [one.get_text() for one in ax.get_yticklabels()] == ["VAD\n(91% right)"]


def test_alarm_hours_tell_the_most_and_the_nominal(ax: Axes) -> None:
    hours = {"independent": np.array([[10.0, 9], [20, 9]]), "alike": np.array([[60.0, 9], [70, 9]])}
    plots.alarm_hours(ax, hours, ["48 hours", "8 weeks"], 9.1)
    assert ax.get_title() == "Nothing is wrong: up to 65 hours a week out of limits, nominal 9"


def test_found_names_the_best_threshold_of_the_last_line(ax: Axes) -> None:
    lines = {"machine": [kit.interval([1, 1]), kit.interval([0.9, 0.9])],
             "team": [kit.interval([0.1, 0.3]), kit.interval([0.8, 0.8])]}  # fmt: skip
    plots.found(ax, [3, 4], lines, chosen=3)
    assert ax.get_title() == "The team finds most near 4 sd: 80%"


def test_paged_tells_of_the_threshold_chosen(ax: Axes) -> None:
    years = [
        monitoring.simulate_year(np.random.default_rng(i), weeks=4, incidents=2) for i in (0, 1)
    ]
    many = {at: [monitoring.replay(one, at, np.random.default_rng(0), distrust=0) for one in years]
            for at in (3.0, 9.0)}  # fmt: skip
    plots.paged(ax, many, 9.0, 500)
    assert ax.get_title() == ("0.0 pages a week; the team finds 0%, for 500 euro a week")


def test_depth_tells_from_where_most_windows_fire(ax: Axes) -> None:
    shares = {"vad": np.array([[0, 0.4, 1], [0, 0.8, 1]]), "user": np.zeros((2, 3))}
    plots.depth(ax, [4, 7, 10], shares)
    assert ax.get_title() == "Fires in most windows from: vad 7 dB, user never"


def test_speed_tells_the_mean_of_each_plan(ax: Axes) -> None:
    plots.speed(ax, {"calendar": [[0, 0.1, 0.2], [0, 0.3, 0.6]], "alarm": np.zeros((2, 3))})
    assert ax.get_title() == "Stale on average over 2 years: calendar 20.0%, alarm 0.0%"


def test_green_tells_both_sides(ax: Axes) -> None:
    old = {"accuracy": np.array([0.7, 0.8]), "success": np.array([0.7, 0.8])}
    new = {"accuracy": np.array([0.9, 0.9]), "success": np.array([0.6, 0.7])}
    plots.green(ax, old, new, ours=1)
    assert ax.get_title() == "accuracy: +15 points; success: -10"
