"""Pictures of features: titles and marks say what was drawn, whatever the data."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mlops_lab.features import plots
from mlops_lab.kit import Interval


def near(mean: float) -> Interval:
    return Interval(mean, mean - 0.01, mean + 0.01, 5, 0.95)


def test_cells_say_how_far_apart_cells_rows_and_columns_are(ax: Axes) -> None:
    share = pd.DataFrame([[0.1, 0.5], [0.5, 0.2]], index=["mill", "west"], columns=[0, 1])
    share = share.rename_axis(index="depot", columns="bucket")
    assert plots.cells(ax, share) is ax
    title = ax.get_title("left")
    assert title == "Cells differ by 40 points, depots by 5, buckets by 5"
    assert [text.get_text() for text in ax.texts] == ["10%", "50%", "50%", "20%"]


def test_gains_name_each_model(ax: Axes) -> None:
    scores = {
        ("linear", "without"): [0.6, 0.62],
        ("linear", "with"): [0.7, 0.74],
        ("trees", "without"): [0.75, 0.75],
        ("trees", "with"): [0.75, 0.74],
    }
    plots.gains(ax, scores)
    assert ax.get_title("left").endswith("linear +0.110, trees -0.005")
    assert len(ax.get_xticks()) == 4


def test_encodings_name_the_worst(ax: Axes) -> None:
    gained = {
        ("postcode", "naive"): near(0.02),
        ("scanner", "naive"): near(-0.05),
        ("postcode", "cross-fitted"): near(0.03),
        ("scanner", "cross-fitted"): near(0.0),
    }
    plots.encodings(ax, gained)
    assert ax.get_title("left") == "naive, scanner: -0.050 against no column at all"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["naive", "cross-fitted"]


def test_ranks_compare_the_first_two(ax: Axes) -> None:
    wanted = np.array([0.25, 0.5])
    plots.ranks(ax, wanted, {"averaged": wanted + 0.2, "sketch": wanted + np.array([0.0, 0.004])})
    assert ax.get_title("left") == "Largest error of rank: averaged 0.200, sketch 0.004"
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["averaged: 0.200", "sketch: 0.004"]


def test_served_counts_the_decisions_that_turn(ax: Axes) -> None:
    right, found = np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.1, 0.9, 0.8, 0.2])
    plots.served(ax, right, found, np.array([0, 0, 1, 1]), 0.5)
    assert ax.get_title("left") == "AUC 1.000 and 0.500; 50.0% of decisions turn (red)"


def test_ways_set_the_control_apart() -> None:
    axes = Figure().subplots(1, 2)
    drawn = plots.ways(
        axes,
        {"own z-score": near(0.02), "retrained, one definition": near(0.0)},
        {"own z-score": near(0.04), "retrained, one definition": near(0.09)},
    )
    assert drawn is axes
    assert next(tick.get_text() for tick in axes[0].get_yticklabels()) == "own z-score"
    colors = [line.get_color() for line in axes[1].get_lines()[:2]]
    assert colors[0] != colors[1]
    assert np.allclose(axes[1].get_lines()[1].get_xdata(), 9)  # in %


def test_requests_compare_the_test_with_the_service(ax: Axes) -> None:
    plots.requests(ax, {"128 parcels": near(0.0), "one depot": near(0.2)})
    assert ax.get_title("left") == "The test of 128 parcels sees 0.000, the service loses 0.200"
    assert [text.get_text() for text in ax.texts] == ["0.000", "0.200"]
