"""Pictures of augmentation: titles and notes say what was drawn, whatever the data."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.augmentation import plots
from mlops_lab.kit import Interval


def legend(ax: Axes) -> list[str]:
    box = ax.get_legend()
    assert box is not None
    return [text.get_text() for text in box.get_texts()]


def at(mean: float) -> Interval:
    return Interval(mean, mean - 0.01, mean + 0.01, 5, 0.95)


def test_a_grid_lays_rows_and_columns_side_by_side(ax: Axes) -> None:
    rows = np.zeros((2, 3, 4, 5), dtype=np.float32)
    assert plots.grid(ax, rows, {0: "old", 2: "new"}, "Six images") is ax
    (image,) = ax.images
    assert np.asarray(image.get_array()).shape == (2 * 6, 3 * 7)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["old", "new"]
    assert ax.get_xticks().tolist() == [3.5, 17.5]


def test_learning_curves_compare_copies_with_labels(ax: Axes) -> None:
    arms = {
        "none": np.array([[0.6, 0.6], [0.75, 0.75]]),
        "moves": np.array([[0.68, 0.7], [0.8, 0.8]]),
    }
    plots.learning_curves(ax, [280, 1120], arms)
    assert ax.get_title("left") == "At 280 images: copies +9 points, 4 times the labels +15"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["280", "1,120"]


def test_over_steps_names_the_gain_at_both_ends(ax: Axes) -> None:
    arms = {
        "none": np.array([[0.7, 0.7], [0.8, 0.8]]),
        "moves": np.array([[0.6, 0.62], [0.9, 0.9]]),
    }
    plots.over_steps(ax, [100, 1600], arms)
    assert ax.get_title("left") == "Points gained: -9.0 after 100, +10.0 after 1,600 steps"


def test_strengths_name_the_best_of_each_line(ax: Axes) -> None:
    short = np.array([[0.6, 0.6], [0.7, 0.72], [0.5, 0.5]])
    long = np.array([[0.6, 0.6], [0.7, 0.7], [0.8, 0.8]])
    plots.strengths(ax, [0, 1, 2], {"after 200": short, "after 1,000": long})
    assert ax.get_title("left") == "Best strength: 1 after 200, 2 after 1,000"


def test_a_difference_is_bold_where_its_interval_excludes_zero(ax: Axes) -> None:
    sure, unsure = [-0.2, -0.21, -0.19], [0.2, -0.1, -0.1]
    plots.differences(ax, {"half turn": np.array([sure, unsure]).T}, ["6", "8"], title="By class")
    assert [(text.get_text(), text.get_fontweight()) for text in ax.texts] == [
        ("-20", "bold"),
        ("+0", "normal"),
    ]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["half turn"]


def test_effects_keep_rows_and_series_in_order(ax: Axes) -> None:
    found = {(row, name): at(0.1) for row in ("delete", "swap") for name in ("reported", "edits")}
    plots.effects(ax, found, title="What did the edits do?", unit="points")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["delete", "swap"]
    assert legend(ax) == ["reported", "edits"]
    assert ax.get_xlabel() == "points"


def test_promises_show_both_scores_of_each_draw(ax: Axes) -> None:
    real = np.array([0.6, 0.7])
    scores = {"copied, then split": (real + 0.2, real), "split first": (real, real)}
    plots.promises(ax, scores, title="What came?")
    assert ax.get_title("left") == "What came?"
    assert legend(ax) == ["promised", "delivered"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list(scores)


def test_a_wrong_reading_is_told_by_more_than_a_colour(ax: Axes) -> None:
    plots.readings(ax, np.zeros((2, 2, 3, 3), dtype=np.float32), ["6", "9"], [True, False])
    assert [text.get_text() for text in ax.texts] == ["6", "(9)"]
