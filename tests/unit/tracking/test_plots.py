"""Pictures of tracking: titles and notes say what was drawn, whatever the data."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mlops_lab.tracking import plots


def test_left_out_says_what_the_seed_does(ax: Axes) -> None:
    rows = [
        (model, missing, share, 0.004)
        for model, share in (("forest", 0.05), ("logistic", 0.0))
        for missing in ("code", "seed")
        for _ in range(2)
    ]
    table = pd.DataFrame(rows, columns=["model", "missing", "decisions", "score"])
    assert plots.left_out(ax, table) is ax
    title = "Without its seed, the forest changes 5.0% of decisions"
    assert ax.get_title("left") == title
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["seed", "code"]


def test_a_board_says_where_the_winner_is_on_fresh_rows(ax: Axes) -> None:
    assert plots.board(ax, [0.7, 0.9, 0.8], [0.75, 0.7, 0.8], [False, True, True]) is ax
    assert ax.get_title("left") == "First of 3, number 3 on fresh rows: 0.900 becomes 0.700"
    tied = next(line for line in ax.lines if line.get_label() == "tied with the winner: 2")
    assert np.asarray(tied.get_xydata()).tolist() == [[0.9, 0.7], [0.8, 0.8]]


def test_optimism_says_what_the_largest_choice_promises(ax: Axes) -> None:
    gaps = np.array([[0.0, 0.01, 0.03], [0.0, 0.02, 0.05]])
    assert plots.optimism(ax, [1, 5, 20], gaps) is ax
    assert ax.get_title("left") == (
        "The best of 20 promises 4.0 points too much, beyond an average run's"
    )


def test_luck_names_its_settings(ax: Axes) -> None:
    assert plots.luck(ax, 1, 200, 0.01) is ax
    title = ax.get_title("left")
    assert title.startswith("1 runs, 200 rows: ")
    assert title.endswith("the winner is the best run in 100%")
