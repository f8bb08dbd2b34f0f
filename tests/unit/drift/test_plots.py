"""Pictures of drift: titles and notes say what was drawn, whatever the data."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mlops_lab.drift import plots
from mlops_lab.kit import Interval


def texts(ax: Axes) -> str:
    legend = ax.get_legend()
    labels = [] if legend is None else [text.get_text() for text in legend.get_texts()]
    return "\n".join([*labels, *(text.get_text() for text in ax.texts)])


def test_weekly_error_names_the_promise_and_the_worst_week(ax: Axes) -> None:
    weekly = np.array([0.2, 0.2, 0.55])
    drawn = plots.weekly_error(ax, np.array([250.0, 500.0, 750.0]), weekly, 0.2)
    assert drawn is ax
    assert ax.get_title("left") == "The model never changed: promised 20%, worst week 55%"
    assert "promised" in texts(ax)


def test_kinds_names_each_kind_once(ax: Axes) -> None:
    rows = [("label", 0.9, 0.0, 0.01), ("label", 0.9, 0.2, 0.01), ("new", 0.01, 0.0, 0.0)]
    changes = pd.DataFrame(rows, columns=["kind", "psi", "rise", "error"])
    assert plots.kinds(ax, changes) is ax
    assert texts(ax) == "label\nnew\nPSI says act"


def test_thresholds_names_the_cheapest(ax: Axes) -> None:
    paid = np.array([[[90.0, 1.0], [80.0, 1.0]], [[5.0, 10.0], [5.0, 14.0]], [[0, 50.0], [0, 60]]])
    plots.thresholds(ax, [1, 2, 4], paid, 100.0)
    assert ax.get_title("left") == "Cheapest threshold 2: 17, against 100 for no alarm"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "2", "4"]


def test_a_scoreboard_keeps_the_order_and_hides_the_delay_of_the_missed(ax: Axes) -> None:
    heard, missed = {"caught": 1.0, "delay": 30.0}, {"caught": 0.4, "delay": float("inf")}
    board = {("b", "z"): heard, ("b", "y"): missed, ("a", "z"): missed, ("a", "y"): heard}
    costs = {"a": Interval(7, 5, 9, 3, 0.95), "b": Interval(70, 50, 90, 3, 0.95)}
    plots.scoreboard(ax, board, {"a": 0.001, "b": 0.0}, costs, nothing=80.0)
    assert ax.get_title("left").endswith("Without an alarm: 80")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["b", "a"]
    assert [tick.get_text() for tick in ax.get_xticklabels()][:2] == ["z", "y"]
    said = [text.get_text() for text in ax.texts]
    assert said[:4] == ["100%\n30 rows late", "40%", "40%", "100%\n30 rows late"]
    assert said[4:] == ["0.00", "70\n[50, 90]", "1.00", "7\n[5, 9]"]


def test_savings_name_the_cheapest_policy_of_each_world(ax: Axes) -> None:
    def saved(mean: float) -> Interval:
        return Interval(mean, mean - 1, mean + 1, 5, 0.95)

    plots.savings(
        ax,
        {
            ("calm", "often"): saved(-9),
            ("calm", "seldom"): saved(-1),
            ("break", "often"): saved(4),
            ("break", "seldom"): saved(2),
        },
    )
    assert texts(ax) == "calm:\nnever is cheapest\nbreak:\noften is cheapest"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["often", "seldom"]


def test_calls_say_how_many_came_in_harm(ax: Axes) -> None:
    harmful = np.repeat([False, True, False, True], 25)
    opened = {"loud": [110, 160, 190], "deaf": [120], "silent": []}
    rate = {"loud": 2 / 3, "deaf": 0.0, "silent": float("nan")}
    plots.calls(ax, opened, rate, 100, harmful)
    assert ax.get_title("left") == "Harm in 50% of the time (shaded): who called then?"
    said = [text.get_text() for text in ax.texts]
    assert said[:6] == ["loud", "67% of 3", "deaf", "0% of 1", "silent", "no calls"]
    assert len(ax.patches) == 2, "two stretches of harm"


def test_calls_without_harm_shade_nothing(ax: Axes) -> None:
    plots.calls(ax, {"loud": [10, 60]}, {"loud": 0.0}, 0, np.zeros(100, dtype=bool))
    assert not ax.patches


def test_watched_draws_a_stroke_for_each_alarm(ax: Axes) -> None:
    plots.watched(ax, np.zeros(500), np.repeat([0.0, 1.0], 250), [260, 400])
    strokes = [one for one in ax.collections if one.get_label() == "alarms"]
    assert [len(one.get_paths()) for one in strokes] == [2]
