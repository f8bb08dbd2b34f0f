"""Pictures of active learning: titles and notes say what was drawn."""

import numpy as np
from matplotlib.axes import Axes

from mlops_lab.active import plots


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_pictures_have_their_names_above_them(ax: Axes) -> None:
    assert plots.pictures(ax, np.zeros((3, 6, 6)), ["1 or 7", 2, "x"], "Three") is ax
    assert texts(ax) == ["1 or 7", "2", "x"]
    assert ax.get_title("left") == "Three"
    shown = ax.images[0].get_array()
    assert shown is not None
    assert shown.shape == (6, 21)


def test_curves_name_the_control_and_the_ends_of_the_others(ax: Axes) -> None:
    whole = np.array([[0.5, 0.7, 0.9], [0.5, 0.8, 0.9]])
    scores = {"random": whole - 0.1, "entropy": whole - 0.05, "margin": whole, "none": whole - 0.02}
    sizes = np.array([10, 20, 30])
    assert plots.curves(ax, sizes, scores, 0.95) is ax
    told = "With 30 labels: random 80.0%, entropy 85.0% to margin 90.0%"
    assert ax.get_title("left") == told
    assert "all labels of the pool" in texts(ax)
    for line, values in zip(ax.lines, scores.values(), strict=False):
        np.testing.assert_allclose(np.asarray(line.get_ydata()), values.mean(axis=0))


def test_curves_of_two_name_both(ax: Axes) -> None:
    scores = {"random": np.full((2, 2), 0.8), "margin": np.full((2, 2), 0.9)}
    plots.curves(ax, np.array([10, 20]), scores, 0.95)
    assert ax.get_title("left") == "With 20 labels: random 80.0%, margin 90.0%"


def test_against_gives_the_lead_in_points(ax: Axes) -> None:
    plots.against(ax, np.array([10, 20]), [0.5, 0.85], [0.5, 0.8], "spread")
    assert ax.get_title("left") == "spread with 20 labels: +5.0 points against random"


def test_intervals_show_means_in_points_in_the_given_order(ax: Axes) -> None:
    plots.intervals(ax, {"b": [0.01, 0.03], "a": np.array([-0.1, -0.1])}, "Title", "points")
    assert texts(ax) == ["+2.0", "-10.0"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["b", "a"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_payments_count_the_fraud_that_was_labeled(ax: Axes) -> None:
    kind = np.array([0, 1, 2, 2, 0])
    plots.payments(ax, np.zeros((5, 2)), kind, np.array([0, 2, 3]), "margin")
    assert ax.get_title("left") == "margin: 2 of 3\nlabels are fraud B"
