"""Pictures of lineage: titles and notes say what was drawn, whatever the data."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mlops_lab.lineage import plots


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_a_timeline_counts_what_was_written(ax: Axes) -> None:
    table = pd.DataFrame({"event": [3.0, 4.0], "written": [4.1, 6.1], "rate": [0.5, 0.25]})
    assert plots.timeline(ax, table, "rate", 4.1) is ax
    assert ax.get_title("left") == "Of 2 days' values, 1 were written when the model was asked"
    assert texts(ax) == ["0.50", "0.25", "asked"]


def test_joins_name_the_best_offline_and_what_it_gives_in_service(ax: Axes) -> None:
    aucs = {
        "honest": np.array([[0.7, 0.7], [0.72, 0.72]]),
        "leaky": np.array([[0.9, 0.6], [0.8, 0.7]]),
    }
    assert plots.joins(ax, aucs, np.array([0.5, 0.6])) is ax
    assert ax.get_title("left") == "The best result offline, 0.85, is 0.65 in service"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["leaky", "honest"]


def test_staleness_says_what_the_longest_wait_costs(ax: Axes) -> None:
    arms = {"fresh": np.array([[0.75, 0.75], [0.75, 0.65]]), "old": np.full((2, 2), 0.7)}
    assert plots.staleness(ax, [1, 9], arms) is ax
    assert ax.get_title("left") == "Loaded every 9 days instead of 1: AUC -0.050"
    assert texts(ax) == ["fresh", "old"]


def test_impact_names_the_precision_of_the_first_two_arms(ax: Axes) -> None:
    rows = [("by column", 0.75, 1.0), ("by table", 0.25, 1.0)] * 2
    board = pd.DataFrame(rows, columns=["arm", "precision", "recall"])
    assert plots.impact(ax, board, 0.1) is ax
    assert ax.get_title("left") == "Of the models warned, harmed: 75% by column, 25% by table"
    assert texts(ax) == ["precision of warning all"]


def test_daily_says_the_means(ax: Axes) -> None:
    assert plots.daily(ax, [0.9, 0.8], [0.6, 0.6], "latest") is ax
    assert ax.get_title("left") == "latest: mean 0.85 offline, 0.60 served"
    assert texts(ax) == ["served", "offline"]
